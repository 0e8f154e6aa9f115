/* What lines of all types have in common: time, lateness, their place in the call's history. */
#ifndef CALL_LINE_H
#define CALL_LINE_H

#include "call/call.h"

/* A judge of the call's present state; findings go to out. */
struct judge line_judge(struct call *c, struct workshop *w, struct etq_findings *out);

/* Says so and returns false. */
bool line_out_of_memory(struct etq_err *err);

/* Event time for something that came without: from the caller's clock, or offline after what came before. */
int64_t line_stamp(const struct call *c, int64_t now);

/*
 * Gives an utterance of so many words the times that it lacks; *stamped: it had none, *estimated:
 * no end. False ("bad-time") when they make no sense.
 */
bool line_settle(const struct call *c, struct etq_input *in, size_t words, int64_t now,
		 bool *stamped, bool *estimated, struct etq_err *err) ETQ_MUST_CHECK;

/* True, with err set and counted, when what ended (or happened) then lags too far behind. */
bool line_late(const struct call *c, struct workshop *w, int64_t end, struct etq_err *err);

/* True, with err set, when the call had ended before t. */
bool line_over(const struct call *c, int64_t t, struct etq_err *err);

/* Puts the event where it belongs in time; known as of history_insert. */
bool line_insert(struct call *c, struct workshop *w, const struct event_in *event,
		 const struct emitted_list *known, struct etq_findings *out,
		 struct etq_err *err) ETQ_MUST_CHECK;

#endif
