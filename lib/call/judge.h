/*
 * Judging: events in order go in, breaches come out. One judge serves one event of one call; what
 * lasts is in the call's state. The parts: judge.c what an event means, deadline.c when it is time,
 * expect.c, forbid.c, limit.c, sequence.c the forms, except.c `unless` and `when`, raise.c the
 * findings, notice.c and echo.c what nobody reports, score.c what it comes to, trace.c why.
 */
#ifndef CALL_JUDGE_H
#define CALL_JUDGE_H

#include "call/facts.h"
#include "call/hear.h"
#include "call/state.h"
#include "etiquette_trace.h"

struct judge {
	const struct etq_ruleset *rules;
	struct state *s;
	struct facts *facts; /* a value that is heard is noted there, but not of a partial */
	struct hear *hear;
	struct etq_findings *out;
	struct etq_findings *scratch; /* for history, between its calls empty */
	struct etq_trace *trace;      /* NULL: nobody wants to know why */
	bool partial;                 /* only rules that ask for it may fire */
	bool failed;                  /* out of memory; the state must not be used any more */
};

/* A signal that came, or something else that a finding points to. */
struct sighting {
	uint16_t signal;
	uint16_t set; /* for words: the set that was heard */
	int32_t t;
	struct utt *utt; /* whose words; NULL for other events */
	uint32_t w0, w1; /* of the joined text in hear, for words */
	bool words;      /* w0, w1 are set */
	bool inferred;
	bool echo; /* words of an echo: they count for what is expected, and against nobody */
};

/* A breach before exceptions and severity. */
struct breach {
	uint16_t rule;
	int32_t t, raised;
	struct words quotes[ETQ_MAX_QUOTES];
	size_t nquotes, hits;
	uint32_t nth; /* tells findings of one rule on one trigger apart */
	struct etq_str trigger;
	int32_t trigger_t;
	const struct utt *cause; /* utterance that the id comes from; NULL: trigger and trigger_t */
	struct etq_str measure;
	double value, bound;
	bool inferred;
	uint32_t next_spell;             /* of what is said after the trigger; 0: that is now */
	const struct forbidden *gravest; /* what of a forbid it broke, or NULL */
	struct issued *issued;           /* where to note the finding, or NULL */
};

enum mark { MARK_CALL_START, MARK_HOLD_START, MARK_HOLD_END, MARK_CALL_END };

/* An utterance: turns, waits, interruptions, phrases. */
void judge_utterance(struct judge *j, struct utt *u);
/* Something else at t; by: who ended the call. */
void judge_mark(struct judge *j, enum mark mark, int32_t t, enum etq_side by);
/* The watermark is at `to`: decides what was to be decided before. held: start of the earliest utterance still partial, or NEVER. */
void judge_until(struct judge *j, int32_t to, int32_t held);
/* judge_until has something to decide. */
bool judge_due(const struct judge *j, int32_t to, int32_t held);
/* The earliest event time at which judge_until has something to decide, or NEVER. */
int32_t judge_next(const struct state *s);

/* -- between the parts -- */

/* Tells every use of every signal with this event. */
void judge_event(struct judge *j, enum event event, enum etq_side by, const struct sighting *x);

/* The call ended at t: all that waited is decided, or there was no occasion for it. */
void deadline_end(struct judge *j, int32_t t);

/* An announced wait has become one. */
void notice_wait(struct judge *j);
/* When it does if nobody speaks, or NEVER. */
int32_t notice_wait_due(const struct judge *j);
/* Somebody says more than an acknowledgement at t: an announced wait is over. */
void notice_wait_over(struct judge *j, int32_t t);
/* The utterance, just heard, may announce a wait. */
void notice_announcement(struct judge *j, const struct utt *u);
/* Somebody speaks, or something happens, at t: nobody had since the last end. */
void notice_silence_over(struct judge *j, int32_t t);
/* The utterance may have begun, for a while and not to acknowledge, into what the other was saying. */
void notice_interruption(struct judge *j, struct utt *u);

/* The utterance carries what the other side is saying at the same time. */
bool echo_heard(struct judge *j, const struct utt *u);
/* Counts such a one; an event when there are enough of them. */
void echo_note(struct judge *j, struct utt *u);

void expect_anchor(struct judge *j, const struct use *use, const struct sighting *x);
void expect_said(struct judge *j, const struct use *use, const struct sighting *x);
/* The utterance counts in the windows of what is expected of its side. */
void expect_spoken(struct judge *j, struct utt *u);
/* Another side than this began to speak at t: its turn is over. */
void expect_turn_over(struct judge *j, enum etq_side side, int32_t t);
void expect_decide(struct judge *j, struct pending *p, int32_t raised);

void forbid_seen(struct judge *j, const struct use *use, const struct sighting *x);
/* All of the utterance has been heard: findings by utterance, whole turns. */
void forbid_utterance_over(struct judge *j, struct utt *u);
void forbid_turn_start(struct judge *j, enum etq_side side);
void forbid_turn_over(struct judge *j, enum etq_side side, int32_t t);
void forbid_decide(struct judge *j, struct pending *p, int32_t raised);

/* `after` of a forbid was heard: counts it when that has a tally. */
void tally_after(struct judge *j, const struct use *use, const struct sighting *x);
void tally_until(struct judge *j, const struct use *use, const struct sighting *x);
/* What the rule forbids was said in u, from word w0 of the joined text on; true when it is forbidden by now. */
bool tally_due(struct judge *j, uint16_t rule, const struct utt *u, uint32_t w0);
/* Notes what else was spoken of in the turn with these words. */
void tally_utterance_over(struct judge *j, const struct utt *u);

void sequence_step(struct judge *j, const struct use *use, const struct sighting *x);
void sequence_call_over(struct judge *j, int32_t t);
/* `report: missing`: step k of it came at t. NULL, or what keeps it from counting: "order", "within". */
const char *scenario_step(struct judge *j, const struct sequence *seq, uint16_t k, int32_t t);
/* Bits of the steps that were said in order. */
uint16_t scenario_done(const struct judge *j, const struct sequence *seq);

void limit_hold_start(struct judge *j, int32_t t, bool inferred);
/* The hold ended, or the agent came back to the customer, at t. */
void limit_hold_stop(struct judge *j, int32_t t);
void limit_silence_start(struct judge *j, int32_t t);
void limit_silence_stop(struct judge *j, int32_t t);
void limit_rings(struct judge *j);
void limit_monologue(struct judge *j, struct utt *u);
void limit_interruption(struct judge *j, struct utt *u);
void limit_call_over(struct judge *j, int32_t t);
void limit_decide(struct judge *j, uint32_t pending);
double limit_measure(const struct judge *j, enum measure measure, enum etq_side by);
bool bound_passed(const struct bound *b, double value);
/* A count as the bound has it: as it is, or as a rate of what was spoken; false: too little was to tell. */
bool bound_amount(const struct bound *b, double count, const struct spoken *spoken, double *value);

/* The first exception of the rule that holds for this breach, or NULL. */
const struct unless *except_any(const struct judge *j, const struct rule *rule,
				const struct breach *b);
/* The key of the exception that does not hold; NULL: all do. */
const char *except_lacks(const struct judge *j, const struct unless *u, const struct breach *b);
/* The key of the condition that does not hold; NULL: all do. */
const char *when_lacks(const struct judge *j, const struct when *when);
/* How findings name a signal that made them due: "said", "hold.end", … */
struct etq_str signal_trigger(const struct signal *signal);

/* The words as a quote; views until the next finding or utterance. False when out of memory. */
bool raise_quote(const struct judge *j, const struct words *w, struct etq_quote *q) ETQ_MUST_CHECK;

/* Raises the breach unless the rule's limits, conditions or exceptions say no; true when raised. */
bool raise_breach(struct judge *j, const struct breach *b);
/* Withdraws a finding of this state. */
void raise_retraction(struct judge *j, uint16_t rule, const struct issued *issued, int32_t t,
		      int32_t raised);
/* The agent's latest words may be the customer's: withdraws what was found in them. */
void raise_no_charge(struct judge *j, int32_t t);
/* A hold was reported at t, so waits are none: withdraws what rests on them. */
void raise_no_inferred(struct judge *j, int32_t t);
/* The finding is withdrawn: appended to out. False when out of memory. */
bool raise_withdrawn(const struct judge *j, uint16_t rule, const struct issued *issued, int32_t t,
		     int32_t raised, struct etq_findings *out) ETQ_MUST_CHECK;

#endif
