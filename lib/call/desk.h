/* Where the state of the call at hand lies open: calls take turns at it. */
#ifndef CALL_DESK_H
#define CALL_DESK_H

#include "call/state.h"

struct desk {
	struct state *free; /* NULL: in use, or there never was one */
};

/* A state of room for the rules, clear; the caller's. NULL when out of memory. */
struct state *desk_take(struct desk *d, const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* It is not needed any more. */
void desk_put(struct desk *d, struct state *s);
void desk_free(struct desk *d);

#endif
