/* Tables for people: columns as wide as what is in them, in columns of the screen, not bytes. */
#ifndef CTL_GRID_H
#define CTL_GRID_H

#include "base/buf.h"
#include "screen.h"

struct grid_column {
	const char *head;
	bool right; /* numbers */
};

enum { GRID_COLUMNS = 12 };

struct grid {
	const struct grid_column *columns;
	size_t ncolumns; /* at most GRID_COLUMNS */
	struct buf text; /* of all cells, each with a NUL behind it */
	size_t ncells;
};

void grid_open(struct grid *g, const struct grid_column *columns, size_t n);
void grid_close(struct grid *g);

/* The next cell, row by row. */
void grid_text(struct grid *g, struct etq_str text);
void grid_put(struct grid *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Heads and rows; the last column is not padded. False: there was no memory for some cell. */
bool grid_print(const struct grid *g, const struct screen *s) ETQ_MUST_CHECK;

#endif
