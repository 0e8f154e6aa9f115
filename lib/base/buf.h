/* A growing byte buffer with a maximum given at birth; never writes past it, says so instead. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

struct buf {
	char *p; /* NUL-terminated when not NULL */
	size_t n, cap, max;
	bool failed; /* sticky: something did not fit or memory ran out; what is there is incomplete */
};

#define BUF_INIT(max_) ((struct buf){.max = (max_)})

void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory, forgets failed */
/* Each returns false, and sets failed, when it does not fit. */
bool buf_put(struct buf *b, const char *p, size_t n);
bool buf_puts(struct buf *b, const char *s);
static inline bool buf_putc(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* For buf_reserve. */
char *buf_grow(struct buf *b, size_t n);

/* Room for n more bytes; the place to write them, or NULL. Does not move n. */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	bool fits = !b->failed && n < b->cap - b->n && n <= b->max - b->n;

	return fits ? b->p + b->n : buf_grow(b, n);
}

static inline bool buf_putc(struct buf *b, char c)
{
	char *to = buf_reserve(b, 1);

	if (!to)
		return false;
	to[0] = c;
	to[1] = '\0';
	b->n++;
	return true;
}

#endif
