#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "files/files.h"

enum { CHUNK = 16 * 1024 };

static bool is_folder(FILE *f)
{
	struct stat st;

	return fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode);
}

static bool read_all(FILE *f, const char *path, size_t max, struct buf *out, struct etq_err *err)
{
	char chunk[CHUNK];
	size_t n, total = 0;

	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		total += n;
		if (total > max) {
			err_set(err, "too-large", "%s: larger than %zu bytes", path, max);
			return false;
		}
		if (!buf_put(out, chunk, n)) {
			err_set(err, "out-of-memory", "%s: out of memory", path);
			return false;
		}
	}
	if (ferror(f)) {
		err_set(err, "io", "%s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

bool files_read(const char *path, size_t max, struct buf *out, struct etq_err *err)
{
	bool std = strcmp(path, "-") == 0, good = false;
	FILE *f = std ? stdin : fopen(path, "rbe");

	if (!f) {
		err_set(err, "io", "%s: %s", path, strerror(errno));
		return false;
	}
	if (is_folder(f))
		err_set(err, "io", "%s: is a folder", path);
	else
		good = read_all(f, path, max, out, err);
	if (!std)
		fclose(f);
	return good;
}
