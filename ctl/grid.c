#include "grid.h"

#include <stdarg.h>
#include <string.h>

#include "base/sv.h"

enum { TEXT_MAX = 256 * 1024 * 1024, CELL_MAX = 512, GAP = 2 };

void grid_open(struct grid *g, const struct grid_column *columns, size_t n)
{
	*g = (struct grid){.columns = columns, .ncolumns = n, .text = BUF_INIT(TEXT_MAX)};
}

void grid_close(struct grid *g)
{
	buf_free(&g->text);
}

void grid_text(struct grid *g, struct etq_str text)
{
	/* What a cell ends with can't be in it; screens show it as they show other controls. */
	for (size_t i = 0; i < text.n; i++)
		buf_putc(&g->text, text.p[i] ? text.p[i] : '\x01');
	buf_putc(&g->text, '\0');
	g->ncells++;
}

void grid_put(struct grid *g, const char *fmt, ...)
{
	char cell[CELL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cell, sizeof(cell), fmt, ap);
	va_end(ap);
	grid_text(g, sv_of(cell));
}

static size_t next_column(const struct grid *g, size_t column)
{
	return column + 1 < g->ncolumns ? column + 1 : 0;
}

static void measure(const struct grid *g, size_t widths[GRID_COLUMNS])
{
	const char *at = g->text.p;
	size_t column = 0;

	for (size_t i = 0; i < g->ncolumns; i++)
		widths[i] = screen_width(sv_of(g->columns[i].head));
	for (size_t i = 0; i < g->ncells; i++, at += strlen(at) + 1) {
		size_t width = screen_width(sv_of(at));

		if (width > widths[column])
			widths[column] = width;
		column = next_column(g, column);
	}
}

static void print_cell(const struct grid *g, const struct screen *s, size_t column, size_t width,
		       const char *text)
{
	int pad = (int)(width - screen_width(sv_of(text)));
	bool last = column + 1 == g->ncolumns;
	bool right = g->columns[column].right;

	fprintf(s->out, "%*s", right ? pad : 0, "");
	screen_put(s, sv_of(text));
	fprintf(s->out, "%*s", last ? 0 : GAP + (right ? 0 : pad), "");
	if (last)
		fputc('\n', s->out);
}

bool grid_print(const struct grid *g, const struct screen *s)
{
	size_t widths[GRID_COLUMNS] = {0};
	const char *at = g->text.p;
	size_t column = 0;

	if (g->text.failed)
		return false;
	measure(g, widths);
	fputs(screen_paint(s, PAINT_BOLD), s->out);
	for (size_t i = 0; i < g->ncolumns; i++)
		print_cell(g, s, i, widths[i], g->columns[i].head);
	fputs(screen_paint(s, PAINT_PLAIN), s->out);
	for (size_t i = 0; i < g->ncells; i++, at += strlen(at) + 1) {
		print_cell(g, s, column, widths[column], at);
		column = next_column(g, column);
	}
	return true;
}
