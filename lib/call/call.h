/* One call: takes its lines in any order within the lateness, and judges them in the order of time. */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include "call/desk.h"
#include "call/history.h"
#include "call/partial.h"
#include "call/record.h"
#include "call/seen.h"

/* What all calls of an engine share. */
struct workshop {
	struct etq_engine_config config;
	struct etq_engine_stats stats;
	struct hear hear;
	struct desk desk;
	struct table *firms; /* struct firm by its key */
	struct etq_findings *scratch;
	struct etq_trace *trace; /* the caller's, or NULL */
};

/*
 * Lines come interleaved, and each finds its call cold: what every line needs stands in front, in as
 * few cache lines as it takes.
 */
struct call {
	struct packed *rest; /* its state between lines, or NULL: that is open */
	struct record
		*record; /* what else it is, or NULL: that is open, too, and never was put away */
	struct papers
		*papers; /* while a line is judged; longer only when they could not be put away */
	struct etq_ruleset *rules; /* a reference */
	struct seen seen;
	struct history history;
	struct partials partials;
	struct clock clock;
	int64_t first_arrival, last_arrival; /* on the caller's clock */
	int64_t wake;                        /* when to look at it again, on the caller's clock */
	uint32_t place;                      /* in the engine's heap */
	bool has_time : 1;                   /* some line had a time */
	bool ended : 1, on_hold : 1;         /* as the state says, between lines */
	bool owes_score : 1;                 /* it has ended, and there was no memory to say */
	bool buried : 1,
		told : 1; /* when it has left the engine: newer is then the next that did */
	uint8_t id_n;
	struct call *newer, *older;           /* among the engine's calls, by start */
	struct call *next_ended, *prev_ended; /* among those that have ended, by end */
	char id[];
};

static inline struct etq_str call_id(const struct call *c)
{
	return (struct etq_str){c->id, c->id_n};
}

/* A call that has just begun. NULL when out of memory. */
struct call *call_new(struct etq_str id, struct etq_ruleset *rules, struct workshop *w,
		      int64_t now) ETQ_MUST_CHECK;
void call_free(struct call *c);

/* One line, checked but for what depends on the call. As etq_engine_feed. Sets c->wake, as call_pass does. */
bool call_feed(struct call *c, struct workshop *w, const struct etq_input *in, int64_t now,
	       struct etq_findings *out, struct etq_err *err) ETQ_MUST_CHECK;
/* The caller's clock has come to now, and nothing new came. */
bool call_pass(struct call *c, struct workshop *w, int64_t now, struct etq_findings *out,
	       struct etq_err *err) ETQ_MUST_CHECK;
/* A line of it is about to be judged: asks for what that needs. */
void call_prefetch(const struct call *c);
/* No line comes any more: it ended, by the system, when it was last heard of. */
bool call_finish(struct call *c, struct workshop *w, struct etq_findings *out,
		 struct etq_err *err) ETQ_MUST_CHECK;
/* Tells the score of an ended call if that has failed before. False when it fails again. */
bool call_settle(struct call *c, struct workshop *w, struct etq_findings *out,
		 struct etq_err *err) ETQ_MUST_CHECK;
/* Nothing came for so long that the call is over. */
bool call_idle(const struct call *c, const struct workshop *w, int64_t now);

#endif
