/*
 * The state of a call at rest: its numbers packed, a quarter of its size, and references of its own
 * to the utterances that it speaks of. Immutable.
 */
#ifndef CALL_PACKED_H
#define CALL_PACKED_H

#include "call/state.h"

struct packed;

/*
 * The state as it is now; the caller's. To be taken before anything changes in it. NULL when out of
 * memory: the state is as it was.
 */
struct packed *packed_take(struct state *s, const struct etq_ruleset *rules) ETQ_MUST_CHECK;

/*
 * Makes s (of room for the rules) what p is, which becomes its own. False when out of memory: s is
 * clear, and p the caller's.
 */
bool packed_open(struct packed *p, struct state *s, const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* The same, but p stays the caller's. */
bool packed_show(const struct packed *p, struct state *s,
		 const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* As packed_open, but s was, since it was begun or opened last, what p is: nothing can fail. */
void packed_back(struct packed *p, struct state *s, const struct etq_ruleset *rules);

void packed_free(struct packed *p); /* NULL is fine */

#endif
