#include "marks.h"

#include <stdlib.h>

#include "text/utf8.h"

enum { LEAST_ROW = 20 };

bool marks_open(struct marks *m, struct etq_str text)
{
	size_t n = utf8_count(text);

	m->cells = calloc(n + 1, sizeof *m->cells);
	m->n = 0;
	if (!m->cells)
		return false;
	for (size_t i = 0, len; i < text.n; i += len) {
		uint32_t cp = screen_safe(utf8_decode(text.p + i, &len));

		m->cells[m->n++] = (struct cell){
			.cp = cp,
			.width = screen_cell(cp),
		};
	}
	return true;
}

void marks_close(struct marks *m)
{
	free(m->cells);
	*m = (struct marks){0};
}

void marks_add(struct marks *m, uint32_t start, uint32_t end, enum etq_severity severity)
{
	uint8_t mark = (uint8_t)(severity + 1);

	for (size_t i = start; i < end && i < m->n; i++) {
		if (mark > m->cells[i].mark)
			m->cells[i].mark = mark;
		if (i == start)
			m->cells[i].first = true;
	}
}

/* Where the row that starts at `start` ends; *next: where the next one starts. */
static size_t row_end(const struct marks *m, size_t start, size_t width, size_t *next)
{
	size_t space = 0, columns = 0, i = start;

	for (; i < m->n; i++) {
		columns += m->cells[i].width;
		if (columns > width)
			break;
		if (m->cells[i].cp == ' ')
			space = i;
	}
	if (i == m->n || space <= start) {
		*next = i > start || i == m->n ? i : i + 1; /* always on, however narrow */
		return *next;
	}
	*next = space + 1;
	return space;
}

static bool row_marked(const struct marks *m, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		if (m->cells[i].mark)
			return true;
	}
	return false;
}

/* Escape sequences are written where the mark changes. */
static void change_paint(const struct screen *s, uint8_t *now, uint8_t mark)
{
	if (*now == mark)
		return;
	fputs(screen_paint(s, PAINT_PLAIN), s->out);
	if (mark)
		fputs(screen_paint(s, (enum paint)(PAINT_INFO + mark - 1)), s->out);
	*now = mark;
}

static void put_text(const struct marks *m, const struct screen *s, size_t start, size_t end)
{
	uint8_t now = 0;

	for (size_t i = start; i < end; i++) {
		char bytes[4];

		change_paint(s, &now, m->cells[i].mark);
		fwrite(bytes, 1, utf8_encode(m->cells[i].cp, bytes), s->out);
	}
	change_paint(s, &now, 0);
	fputc('\n', s->out);
}

static void put_carets(const struct marks *m, const struct screen *s, size_t indent, size_t start,
		       size_t end)
{
	uint8_t now = 0;

	while (end > start && !m->cells[end - 1].mark)
		end--;
	fprintf(s->out, "%*s", (int)indent, "");
	for (size_t i = start; i < end; i++) {
		const struct cell *cell = &m->cells[i];

		change_paint(s, &now, cell->mark);
		for (uint8_t j = 0; j < cell->width; j++)
			fputc(!cell->mark ? ' ' : cell->first && j == 0 ? '^' : '~', s->out);
	}
	change_paint(s, &now, 0);
	fputc('\n', s->out);
}

void marks_print(const struct marks *m, const struct screen *s, size_t indent, bool only)
{
	size_t width = s->columns > indent + LEAST_ROW ? s->columns - indent : LEAST_ROW;
	size_t start = 0, next, end = row_end(m, 0, width, &next);
	bool single = next >= m->n;
	bool indented = !only; /* the cursor is there already */

	do {
		bool marked = row_marked(m, start, end);

		if (only ? marked && !single : true) {
			if (!indented)
				fprintf(s->out, "%*s", (int)indent, "");
			put_text(m, s, start, end);
		}
		if (marked)
			put_carets(m, s, indent, start, end);
		indented = false;
		start = next;
		end = row_end(m, start, width, &next);
	} while (start < m->n);
}
