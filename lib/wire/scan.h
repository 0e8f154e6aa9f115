/* Reading one line of the text format from left to right, with the column of what is wrong. */
#ifndef WIRE_SCAN_H
#define WIRE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

struct scan {
	struct etq_str line; /* valid UTF-8, no blanks at its end */
	size_t i;            /* the next byte */
	struct etq_err *err;
	int *col;
};

/* Says what is wrong at byte offset at; returns false. */
bool scan_fail(struct scan *s, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool scan_at_end(const struct scan *s);
void scan_blanks(struct scan *s);
/* Takes c if it is next. */
bool scan_char(struct scan *s, char c);
/* What is left of the line. */
struct etq_str scan_rest(struct scan *s);
/* Takes [a-z_]*, which may be empty. */
struct etq_str scan_word(struct scan *s);

/* All below fail with a message when there is something else. */

/* "12.5", "1:02.5", "1:02:03": ms from the call's start, at most INT32_MAX. */
bool scan_clock(struct scan *s, int64_t *ms) ETQ_MUST_CHECK;
/* "300ms", "12s", "1.5s", "2m"; a whole number without a unit goes to *count (NULL: unit needed). */
bool scan_duration(struct scan *s, int64_t *ms, int64_t *count) ETQ_MUST_CHECK;
/* "…" or anything up to a blank or ]; to has room for max bytes. */
bool scan_value(struct scan *s, char *to, size_t max, size_t *n) ETQ_MUST_CHECK;

#endif
