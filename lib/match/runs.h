/* Texts one of which stands at a place of a regular expression, while what it needs is found out. */
#ifndef MATCH_RUNS_H
#define MATCH_RUNS_H

#include "match/need.h"

enum { RUNS_MAX = 96 };

/* One of these stands there, and nothing else can. In an arena; false from below: out of memory. */
struct runs {
	struct run *v;
	size_t n, cap;
};

/* One that is empty, or a bound of words. */
bool runs_start(struct arena *a, struct runs *r, bool bound) ETQ_MUST_CHECK;
/* One more, of this letter. */
bool runs_letter(struct arena *a, struct runs *r, struct etq_str letter) ETQ_MUST_CHECK;
/* These, too. */
bool runs_append(struct arena *a, struct runs *r, const struct runs *more) ETQ_MUST_CHECK;
/* Are there not too many when each of a has each of b behind it? With option: or has not. */
bool runs_fit(const struct runs *r, const struct runs *tail, bool option);
/* Makes them so. */
bool runs_join(struct arena *a, struct runs *r, const struct runs *tail,
	       bool option) ETQ_MUST_CHECK;
/* A bound of words is where they end. */
void runs_bound(struct runs *r);
bool runs_at_bound(const struct runs *r);
/* Is all that stands there in the runs? Of long ones only the beginning is. */
bool runs_whole(const struct runs *r);
/* One of them is needed. */
bool runs_end(struct arena *a, const struct runs *r, struct needs *needs) ETQ_MUST_CHECK;

#endif
