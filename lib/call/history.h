/*
 * The last events of a call, each with the state before it, packed: a line that comes out of order within
 * the lateness goes to its place, and what followed is judged again. What was found on the way and
 * no longer holds is withdrawn. What stands in the end depends on the lines alone, not on when they
 * came: what the wall clock decides is for the time being.
 */
#ifndef CALL_HISTORY_H
#define CALL_HISTORY_H

#include "call/passed.h"

enum {
	HISTORY_MAX = 8
}; /* events to go back over; a line from further back is judged where that ends */

struct event_in {
	struct utt *utt; /* NULL: a mark */
	int32_t t;
	uint8_t mark; /* enum mark */
	uint8_t by;   /* enum etq_side */
};

struct entry {
	struct event_in event;
	struct packed
		*before; /* may lean on the state behind it: before the next entry, or the call's */
	struct known_name *names; /* KNOWN_NAMES as they were before it, or NULL: it told none */
	uint64_t traced;          /* where the trace was before it */
	struct emitted_list emitted;
	int32_t max_before; /* latest t before it */
};

struct history {
	struct entry *v;
	uint32_t n, cap;
	struct passed passed;
};

void history_free(struct history *h);

/*
 * Judges the event in its place. j->s, the call's state, becomes what it comes to;
 * j->out gets the findings and the withdrawals. known: findings that went out before by way of a
 * partial, and are not to go out again. False when out of memory: nothing changed but the order of
 * memory. *reordered says whether it came out of order.
 */
bool history_insert(struct history *h, struct judge *j, struct clock *clock,
		    const struct event_in *event, const struct emitted_list *known,
		    bool *reordered) ETQ_MUST_CHECK;

/* What the call's state was before its last event, or NULL. */
const struct packed *history_last(const struct history *h);
/*
 * The call, whose state is s, is left to itself for now: the above leans on that. leaning: such
 * one, now the history's, or NULL.
 */
void history_lean(struct history *h, struct packed *leaning, struct state *s,
		  const struct etq_ruleset *rules);

/* The call has come to clock->max_t without an event: decides what is due by then. As above. */
bool history_reach(struct history *h, struct judge *j, const struct clock *clock) ETQ_MUST_CHECK;
/* The wall clock has come to clock->wall: decides what is due by then, until the next event. As above. */
bool history_pass(struct history *h, struct judge *j, const struct clock *clock) ETQ_MUST_CHECK;

/* -- between the parts -- */

/*
 * Has what was before entry `from`, and before all behind it, stand by itself. j->s is the call's
 * state, and may be another one afterwards.
 */
bool history_stand(struct history *h, struct judge *j, size_t from) ETQ_MUST_CHECK;

#endif
