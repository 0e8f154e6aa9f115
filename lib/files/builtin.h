#ifndef ETQ_FILES_BUILTIN_H
#define ETQ_FILES_BUILTIN_H

#include <stddef.h>

/* A file of a rule pack as it was when the program was built. */
struct etq_builtin_file {
	const char *name; /* "ru/greeting.yaml" */
	const char *data; /* len bytes and a NUL */
	size_t len;
};

/* All files of the built-in packs, by pack and name; the last row's name is NULL. */
extern const struct etq_builtin_file etq_builtin_files[];

#endif
