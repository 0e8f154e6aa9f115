/* String views: a pointer and a length, never NUL-terminated by contract, never owned. */
#ifndef BASE_SV_H
#define BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "etiquette.h"

/* The public view type is the library's own as well. */
#define SV(lit) ((struct etq_str){(lit), sizeof(lit) - 1})
#define SV_NONE ((struct etq_str){NULL, 0})

/* For "%.*s". */
#define SV_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct etq_str sv_of(const char *s)
{
	return (struct etq_str){s, s ? strlen(s) : 0};
}

static inline bool sv_eq(struct etq_str a, struct etq_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* By bytes, which in UTF-8 is by code points: negative, 0, positive. */
static inline int sv_cmp(struct etq_str a, struct etq_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static inline bool sv_starts(struct etq_str s, struct etq_str prefix)
{
	return s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}

static inline bool sv_ends(struct etq_str s, struct etq_str end)
{
	return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

#endif
