/* Where the papers of the call at hand lie open: calls take turns at it. */
#ifndef CALL_DESK_H
#define CALL_DESK_H

#include "call/facts.h"
#include "call/score.h"
#include "call/state.h"

/* All that a call is while a line is judged. */
struct papers {
	struct state *state;
	struct facts facts;
	struct scorecard card;
	size_t nrules; /* that the card has room for */
};

struct desk {
	struct papers *free; /* NULL: in use, or there never were any */
};

/* Papers with room for the rules, the state clear, the rest to be written; the caller's. NULL when out of memory. */
struct papers *desk_take(struct desk *d, const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* They are not needed any more. */
void desk_put(struct desk *d, struct papers *p);
void desk_free(struct desk *d);

void papers_free(struct papers *p); /* NULL is fine */

#endif
