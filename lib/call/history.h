/*
 * The last events of a call, each with the state before it: a line that comes out of order within
 * the lateness goes to its place, and what followed is judged again. What was found on the way and
 * no longer holds is withdrawn.
 */
#ifndef CALL_HISTORY_H
#define CALL_HISTORY_H

#include "call/judge.h"

enum {
	HISTORY_MAX = 8
}; /* events to go back over; a line from further back is judged where that ends */

struct event_in {
	int32_t t;
	struct utt *utt; /* NULL: a mark */
	enum mark mark;
	enum etq_side by;
};

/* What identifies a finding that went out, enough to withdraw it. */
struct emitted {
	char id[33];
	bool withdrawal;
	uint16_t rule;
	int32_t t, raised;
};

struct emitted_list {
	struct emitted *v;
	size_t n, cap;
};

struct entry {
	struct event_in event;
	struct state *before;
	int32_t max_before; /* latest t before it */
	uint64_t traced;    /* where the trace was before it */
	struct emitted_list emitted;
};

struct history {
	struct entry v[HISTORY_MAX];
	size_t n;
};

/* A call's clock. */
struct clock {
	int32_t lateness;
	int32_t max_t; /* latest t seen */
	int32_t wall;  /* watermark that the wall clock came to */
	int32_t held;  /* start of the earliest utterance that is still partial, or NEVER */
};

void history_free(struct history *h);
/* Drops the entries that no line can come before any more; all: every one. */
void history_forget(struct history *h, int32_t watermark);

/*
 * Judges the event in its place. j->s is the call's state, *s is replaced by what it comes to;
 * j->out gets the findings and the withdrawals. known: findings that went out before by way of a
 * partial, and are not to go out again. False when out of memory: nothing changed but the order of
 * memory. *reordered says whether it came out of order.
 */
bool history_insert(struct history *h, struct judge *j, struct state **s, struct clock *clock,
		    const struct event_in *event, const struct emitted_list *known,
		    bool *reordered) ETQ_MUST_CHECK;

/* Time passes without an event: decides what is due, as part of the last entry. */
bool history_pass(struct history *h, struct judge *j, const struct clock *clock) ETQ_MUST_CHECK;

/* The watermark: no line with a smaller time is expected any more. */
int32_t clock_watermark(const struct clock *clock);

bool emitted_add(struct emitted_list *list, const struct etq_finding *f,
		 const struct etq_ruleset *rules) ETQ_MUST_CHECK;
const struct emitted *emitted_find(const struct emitted_list *list, const char *id);

#endif
