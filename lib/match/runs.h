/* Texts one of which stands at a place of a regular expression, while what it needs is found out. */
#ifndef MATCH_RUNS_H
#define MATCH_RUNS_H

#include "match/need.h"

enum { RUNS_MAX = 32 };

/* One of these stands there, and nothing else can. */
struct runs {
	struct run v[RUNS_MAX];
	size_t n;
};

/* One that is empty. */
void runs_start(struct runs *r);
/* One more, of this letter. */
void runs_letter(struct runs *r, struct etq_str letter);
/* Each of a with each of b behind it; with option also without. False, and nothing is done: too many. */
bool runs_join(struct runs *a, const struct runs *b, bool option);
/* A bound of words is where they end. */
void runs_bound(struct runs *r);
bool runs_at_bound(const struct runs *r);
/* Is all that stands there in the runs? Of long ones only the beginning is. */
bool runs_whole(const struct runs *r);
/* One of them is needed. False when out of memory. */
bool runs_end(struct arena *a, const struct runs *r, struct needs *needs) ETQ_MUST_CHECK;

#endif
