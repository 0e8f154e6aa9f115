#include "callpaths.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "say.h"

enum { DEPTH_MAX = 32 };

static bool no_memory(void)
{
	say("no memory");
	return false;
}

/* path is taken over. */
static bool add(struct callpaths *paths, char *path)
{
	if (path && paths->n == paths->cap) {
		size_t cap = paths->cap ? 2 * paths->cap : 16;
		char **v = realloc(paths->v, cap * sizeof(char *));

		if (!v) {
			free(path);
			path = NULL;
		} else {
			paths->v = v;
			paths->cap = cap;
		}
	}
	if (!path)
		return no_memory();
	paths->v[paths->n++] = path;
	return true;
}

static bool is_call_name(const char *name)
{
	static const char *const ends[] = {".txt", ".ndjson", ".jsonl", ".json"};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t end = strlen(ends[i]);

		if (n > end && strcmp(name + n - end, ends[i]) == 0)
			return true;
	}
	return false;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool add_folder(struct callpaths *paths, const char *folder, int depth);

/* An entry of a folder; path is taken over. */
static bool add_entry(struct callpaths *paths, char *path, int depth)
{
	struct stat st;

	if (!path)
		return no_memory();
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && is_call_name(path))
		return add(paths, path);
	bool ok = !S_ISDIR(st.st_mode) || add_folder(paths, path, depth + 1);

	free(path);
	return ok;
}

static bool add_folder(struct callpaths *paths, const char *folder, int depth)
{
	struct dirent **entries = NULL;
	size_t n = strlen(folder);
	bool ok = true;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	if (depth > DEPTH_MAX) {
		say("%s: folders are nested more than %d deep", folder, DEPTH_MAX);
		return false;
	}
	int count = scandir(folder, &entries, is_shown, alphasort);

	if (count < 0) {
		say("%s: %s", folder, strerror(errno));
		return false;
	}
	for (int i = 0; i < count; i++) {
		char *path = NULL;

		if (ok && asprintf(&path, "%.*s/%s", (int)n, folder, entries[i]->d_name) < 0)
			path = NULL;
		ok = ok && add_entry(paths, path, depth);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

bool callpaths_add(struct callpaths *paths, const char *path)
{
	size_t had = paths->n;
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return add(paths, strdup(path)); /* opening it tells what is wrong */
	if (!add_folder(paths, path, 1))
		return false;
	if (paths->n == had) {
		say("%s: there are no calls in it (.txt, .ndjson, .jsonl, .json)", path);
		return false;
	}
	return true;
}

void callpaths_free(struct callpaths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->v[i]);
	free(paths->v);
	*paths = (struct callpaths){0};
}
