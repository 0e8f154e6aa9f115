/* Collecting what there is to say about rule and configuration files. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>

#include "etiquette.h"

/*
 * Appends one; text is the whole file (for the source line) and may be absent. line and col count from 1.
 * Out of memory is noted in diags->out_of_memory and counts as an error.
 */
void diag_add(struct etq_diags *diags, enum etq_diag_level level, const char *file,
	      struct etq_str text, int line, int col, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));

/* Fills err: code is copied, the message formatted and, when too long, cut at a code point. */
void err_set(struct etq_err *err, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The name in names (NULL-terminated) nearest to what was written, by edit distance over code
 * points, or NULL when none is near enough to be what was meant.
 */
const char *diag_nearest(struct etq_str written, const char *const *names);

#endif
