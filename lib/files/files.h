/* Rule files: from paths on the command line or in the configuration to a ruleset. */
#ifndef FILES_FILES_H
#define FILES_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "etiquette.h"

/*
 * Loads rules. A path is the name of a built-in pack ("ru"; "./ru" is a folder here), a folder (all
 * its .yaml files in the order of their names) or a file. What a file `extends` is loaded before it,
 * once: a built-in pack, or a path from the file's own folder. NULL: diags says why.
 */
struct etq_ruleset *files_load_rules(const char *const *paths, size_t n,
				     struct etq_diags *diags) ETQ_MUST_CHECK;

/*
 * Appends a whole file to out; "-" is the standard input. False when it can't be read ("io") or is
 * larger than max bytes ("too-large").
 */
bool files_read(const char *path, size_t max, struct buf *out, struct etq_err *err) ETQ_MUST_CHECK;

#endif
