/* Which patterns an utterance is tried against, and what they hit. */
#ifndef CALL_HEAR_MATCH_H
#define CALL_HEAR_MATCH_H

#include "call/hear.h"

/* What an utterance is matched with. */
struct matching {
	struct hear *h;
	const struct etq_ruleset *rules;
	const struct state *s;
	const struct utt *u;
	struct matcher_text text;
	const struct matcher_values *values;
};

/*
 * Fills h->hits: what signals listen to and is in its place, and what excuses that. With
 * h->everything all there is. h->tries has room for all patterns, h->marks for all sets. False when
 * out of memory.
 */
bool hear_match(const struct matching *m) ETQ_MUST_CHECK;

#endif
