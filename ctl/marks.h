/* A text over several rows, with places in it underlined. */
#ifndef CTL_MARKS_H
#define CTL_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"
#include "screen.h"

struct cell {
	uint32_t cp;
	uint8_t width; /* columns */
	uint8_t mark;  /* 0, or severity + 1 */
	bool first;    /* of a mark */
};

struct marks {
	struct cell *cells;
	size_t n;
};

/* text must be valid UTF-8; false when out of memory. */
bool marks_open(struct marks *m, struct etq_str text) ETQ_MUST_CHECK;
void marks_close(struct marks *m);
/* Marks code points [start, end); of several marks on one place the most severe is seen. */
void marks_add(struct marks *m, uint32_t start, uint32_t end, enum etq_severity severity);
/*
 * Prints the text, the cursor being at column indent, further rows indented so far; each row that
 * has marks is followed by a row of "^~~~". only: no text but for the rows that have marks, and
 * not even these when it all fits one row.
 */
void marks_print(const struct marks *m, const struct screen *s, size_t indent, bool only);

#endif
