#include "rules/source.h"

#include <string.h>

bool source_index(struct source *s, struct arena *a)
{
	const char *end = s->text.p + s->text.n;
	size_t n = 1;
	uint32_t *lines;

	for (const char *p = s->text.p; s->text.n > 0 && (p = memchr(p, '\n', (size_t)(end - p)));
	     p++)
		n++;
	lines = arena_array(a, n, sizeof(*lines));
	if (!lines)
		return false;
	n = 1;
	for (const char *p = s->text.p; s->text.n > 0 && (p = memchr(p, '\n', (size_t)(end - p)));
	     p++)
		lines[n++] = (uint32_t)(p + 1 - s->text.p);
	s->lines = lines;
	s->nlines = n;
	return true;
}

/* Number, from 0, of the line that byte number at is in. */
static size_t line_number(const struct source *s, size_t at)
{
	size_t lo = 0, hi = s->nlines;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->lines[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

struct place source_place(const struct source *s, size_t at)
{
	size_t line = line_number(s, at);
	struct place place = {.line = (int)line + 1, .col = 1};

	if (at > s->text.n)
		at = s->text.n;
	for (size_t i = s->lines[line]; i < at; i++)
		place.col += ((unsigned char)s->text.p[i] & 0xc0) != 0x80;
	return place;
}

static size_t line_end(const struct source *s, size_t line)
{
	size_t end = line + 1 < s->nlines ? s->lines[line + 1] - 1 : s->text.n;

	if (end > s->lines[line] && s->text.p[end - 1] == '\r')
		end--;
	return end;
}

size_t source_offset(const struct source *s, struct place place)
{
	size_t at, end;

	if (place.line < 1)
		return 0;
	if ((size_t)place.line > s->nlines)
		return s->text.n;
	at = s->lines[place.line - 1];
	end = line_end(s, (size_t)place.line - 1);
	for (int col = 1; col < place.col && at < end; col++) {
		at++;
		while (at < end && ((unsigned char)s->text.p[at] & 0xc0) == 0x80)
			at++;
	}
	return at;
}

struct etq_str source_line(const struct source *s, size_t at)
{
	size_t line = line_number(s, at);

	return (struct etq_str){s->text.p + s->lines[line], line_end(s, line) - s->lines[line]};
}
