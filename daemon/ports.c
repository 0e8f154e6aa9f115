#include "ports.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static bool put(FILE *f, const struct ports *p)
{
	return fprintf(f, "{\"ingest\":%d,\"subscribe\":%d}\n", p->ingest, p->subscribe) > 0 &&
	       fflush(f) == 0;
}

static bool write_file(const char *path, const struct ports *p)
{
	char temporary[PATH_MAX];

	if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return false;
	}
	FILE *f = fopen(temporary, "we");
	if (!f)
		return false;
	bool ok = put(f, p);
	ok = fclose(f) == 0 && ok;
	if (ok && rename(temporary, path) == 0)
		return true;
	int why = errno;
	unlink(temporary);
	errno = why;
	return false;
}

bool ports_tell(const struct ports *p, bool print, const char *file, const struct log *log)
{
	if (file && !write_file(file, p)) {
		log_error(log, "can't write %s: %s", file, strerror(errno));
		return false;
	}
	if (print && !put(stdout, p)) {
		log_error(log, "can't print the ports: %s", strerror(errno));
		return false;
	}
	return true;
}
