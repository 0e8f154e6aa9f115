/* Operands that may be folders: all files of calls in them, in the order of their names. */
#ifndef CTL_CALLPATHS_H
#define CTL_CALLPATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

struct callpaths {
	char **v;
	size_t n, cap;
};

/*
 * Adds path, or, of a folder, the files below it whose names end in .txt, .ndjson, .jsonl or .json
 * and have no dot in front. False: said why, as when there are none.
 */
bool callpaths_add(struct callpaths *paths, const char *path) ETQ_MUST_CHECK;
void callpaths_free(struct callpaths *paths);

#endif
