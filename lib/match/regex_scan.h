/* Reading a regular expression for what it needs: shared by need_regex.c and regex_letter.c. */
#ifndef MATCH_REGEX_SCAN_H
#define MATCH_REGEX_SCAN_H

#include <string.h>

#include "base/sv.h"
#include "match/need.h"
#include "match/runs.h"

struct scan {
	struct arena *arena;
	const char *p;
	size_t n, i;
	unsigned depth;
	bool unclear; /* there is something in it that may change the meaning of all of it */
};

/* A piece of a branch: text that is known, or what is needed for it. */
struct atom {
	struct runs runs; /* known when there are any */
	struct needs needs;
	bool space; /* a space, as \s */
};

static inline char scan_at(const struct scan *s, size_t ahead)
{
	return s->i + ahead < s->n ? s->p[s->i + ahead] : '\0';
}

static inline bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

static inline bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Moves past the next c; without one all is unclear. */
static inline void skip_past(struct scan *s, char c)
{
	const char *p = s->i < s->n ? memchr(s->p + s->i, c, s->n - s->i) : NULL;

	if (p)
		s->i = (size_t)(p - s->p) + 1;
	else
		s->unclear = true;
}

static inline bool skip(struct scan *s, struct etq_str text)
{
	if (!sv_starts((struct etq_str){s->p + s->i, s->n - s->i}, text))
		return false;
	s->i += text.n;
	return true;
}

/* One of the letters of a class, when they are few. False from here on: out of memory. */
bool scan_class(struct scan *s, struct atom *a) ETQ_MUST_CHECK;
/* A letter that stands for itself. */
bool scan_letter(struct scan *s, struct atom *a) ETQ_MUST_CHECK;
/* What a backslash, which was read, makes of what follows. */
bool scan_escape(struct scan *s, struct atom *a) ETQ_MUST_CHECK;

#endif
