#include "ports.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static bool put(FILE *f, int ingest, int subscribe)
{
	return fprintf(f, "{\"ingest\":%d,\"subscribe\":%d}\n", ingest, subscribe) > 0 &&
	       fflush(f) == 0;
}

bool ports_print(int ingest, int subscribe)
{
	return put(stdout, ingest, subscribe);
}

bool ports_write(const char *path, int ingest, int subscribe)
{
	char temporary[PATH_MAX];

	if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return false;
	}
	FILE *f = fopen(temporary, "we");
	if (!f)
		return false;
	bool ok = put(f, ingest, subscribe);
	ok = fclose(f) == 0 && ok;
	if (ok && rename(temporary, path) == 0)
		return true;
	int why = errno;
	unlink(temporary);
	errno = why;
	return false;
}
