#include "frame.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 4096 };

void frame_free(struct frame *f)
{
	free(f->p);
	*f = (struct frame){0};
}

void frame_settle(struct frame *f)
{
	size_t n = f->end - f->start;

	if (n == 0) {
		frame_free(f);
		return;
	}
	if (f->start == 0)
		return;
	memmove(f->p, f->p + f->start, n);
	f->seen = f->seen > f->start ? f->seen - f->start : 0;
	f->start = 0;
	f->end = n;
}

char *frame_space(struct frame *f, size_t *n)
{
	frame_settle(f);
	if (f->end >= FRAME_MAX)
		return NULL;
	if (f->cap < FRAME_MAX && f->cap - f->end < ROOM_MIN) {
		size_t cap = f->cap ? f->cap * 2 : FRAME_CHUNK;
		if (cap > FRAME_MAX)
			cap = FRAME_MAX;
		char *p = realloc(f->p, cap);
		if (!p)
			return NULL;
		f->p = p;
		f->cap = cap;
	}
	*n = f->cap - f->end;
	if (*n > FRAME_CHUNK)
		*n = FRAME_CHUNK;
	return f->p + f->end;
}

void frame_add(struct frame *f, size_t n)
{
	f->end += n;
}

/* The newline that ends the first line, or NULL; remembers how far it has looked. */
static const char *find_end(struct frame *f)
{
	if (f->seen < f->start)
		f->seen = f->start;
	if (f->seen == f->end)
		return NULL;
	const char *end = memchr(f->p + f->seen, '\n', f->end - f->seen);
	f->seen = end ? (size_t)(end - f->p) : f->end;
	return end;
}

bool frame_has_line(struct frame *f)
{
	return find_end(f) || f->end - f->start >= FRAME_MAX;
}

enum frame_result frame_next(struct frame *f, struct etq_str *line)
{
	const char *end = find_end(f);

	if (!end)
		return f->end - f->start >= FRAME_MAX ? FRAME_OVER : FRAME_MORE;
	*line = (struct etq_str){f->p + f->start, (size_t)(end - (f->p + f->start))};
	f->start += line->n + 1;
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return line->n > ETQ_MAX_LINE ? FRAME_LONG : FRAME_LINE;
}

struct etq_str frame_rest(const struct frame *f)
{
	return f->p ? (struct etq_str){f->p + f->start, f->end - f->start}
		    : (struct etq_str){NULL, 0};
}
