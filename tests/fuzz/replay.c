/*
 * replay FOLDER: gives each file of a fuzz target's seeds to it once. So that what the fuzzer has found stays
 * found, and the targets compile, without clang.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All of the file in memory of just its size, so that a sanitizer sees a step beyond. */
static uint8_t *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		*n = (size_t)size;
		data = malloc(*n ? *n : 1);
		if (data && fread(data, 1, *n, f) != *n) {
			free(data);
			data = NULL;
		}
	}
	fclose(f);
	return data;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int n = argc == 2 ? scandir(argv[1], &entries, is_file, alphasort) : -1;

	if (n <= 0) {
		fprintf(stderr, "usage: replay FOLDER with files\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		char path[1024];
		size_t size = 0;

		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		uint8_t *data = read_file(path, &size);

		if (!data) {
			fprintf(stderr, "replay: can't read %s\n", path);
			return 2;
		}
		printf("%s\n", path);
		fflush(stdout); /* the last line names the culprit */
		LLVMFuzzerTestOneInput(data, size);
		free(data);
		free(entries[i]);
	}
	free(entries);
	return 0;
}
