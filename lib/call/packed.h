/*
 * The state of a call at rest: its numbers packed, a fifth of its size, and references of its own
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
 * The same, and, if that costs little, what `was` is when it leans on that state (see packed_lean):
 * s was opened from it, and it is still there. Else, and without memory for it, *leaning is NULL.
 */
struct packed *packed_turn(struct state *s, const struct etq_ruleset *rules,
			   const struct packed *was, struct packed **leaning) ETQ_MUST_CHECK;

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

/*
 * What p is, for when there is another state behind it, the next one to be kept: it leans on that
 * (in front of which it must stand again before it can be opened), and takes a few bytes. The
 * caller's. NULL when out of memory.
 */
struct packed *packed_lean(const struct packed *p, struct state *behind,
			   const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* What p was before it leaned on that state. The caller's. NULL when out of memory. */
struct packed *packed_stand(const struct packed *p, struct state *behind,
			    const struct etq_ruleset *rules) ETQ_MUST_CHECK;
bool packed_leans(const struct packed *p);

void packed_free(struct packed *p); /* NULL is fine */

#endif
