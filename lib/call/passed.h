/* Time that passes in a call: by its events, and by the wall clock when there are none. */
#ifndef CALL_PASSED_H
#define CALL_PASSED_H

#include "call/emitted.h"
#include "call/judge.h"
#include "call/packed.h"

/* A call's clock. */
struct clock {
	int32_t lateness;
	int32_t max_t; /* latest t seen */
	int32_t wall;  /* watermark that the wall clock came to */
	int32_t held;  /* start of the earliest utterance that is still partial, or NEVER */
};

/* No line that ends before this is taken any more. */
int32_t clock_oldest(const struct clock *clock);
/* The watermark: that, or where the wall clock is when nothing comes. */
int32_t clock_watermark(const struct clock *clock);

/* What the wall clock alone decided since the last event: the next one takes it back and decides anew. */
struct passed {
	struct packed *before; /* NULL: nothing */
	struct emitted_list emitted;
	uint64_t traced; /* trace_mark before it */
};

void passed_clear(struct passed *p);
/*
 * Decides what is due by `to`; *was: the state before, the caller's. list: where to note what was
 * found, may be NULL. False: all is as it was.
 */
bool passed_decide(struct judge *j, int32_t to, int32_t held, struct emitted_list *list,
		   struct packed **was) ETQ_MUST_CHECK;
/* Decides what is due by the wall clock; the state from before is kept to go back to. */
bool passed_pass(struct passed *p, struct judge *j, const struct clock *clock) ETQ_MUST_CHECK;

#endif
