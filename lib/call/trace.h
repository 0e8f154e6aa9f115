/*
 * Tracing one rule: the parts of the judging say what happens by TRACE, which is one branch when
 * nobody listens. What the words of the kinds are is in trace.c's table and nowhere else.
 */
#ifndef CALL_TRACE_H
#define CALL_TRACE_H

#include "call/judge.h"

/* The event is about this rule (of the judge's ruleset), and the judge's trace follows it. */
bool trace_follows(const struct judge *j, uint16_t rule);

/* Appends a copy of e, its rule and call filled in. Out of memory: the trace notes that it lacks something. */
void trace_add(const struct judge *j, const struct etq_trace_event *e);

/* Out of memory: something could not be told. */
void trace_lacks(const struct judge *j);

/* TRACE(j, rule, .kind = …, .t = …): arguments are only worked out when the rule is traced. */
#define TRACE(j_, rule_, ...)                                                  \
	(__builtin_expect((j_)->trace != NULL, 0) && trace_follows(j_, rule_)  \
		 ? trace_add(j_, &(const struct etq_trace_event){__VA_ARGS__}) \
		 : (void)0)

/* The same of an inferred wait, for a rule that has to do with waits. */
#define TRACE_WAIT(j_, ...)                                                    \
	(__builtin_expect((j_)->trace != NULL, 0) && trace_follows_waits(j_)   \
		 ? trace_add(j_, &(const struct etq_trace_event){__VA_ARGS__}) \
		 : (void)0)
bool trace_follows_waits(const struct judge *j);

/* -- history: what is judged again is traced again -- */

/* Where the trace is now; 0 without one. */
uint64_t trace_mark(const struct judge *j);
/* Takes out what was traced of the judge's call from mark `from` on and before `to`. */
void trace_drop(const struct judge *j, uint64_t from, uint64_t to);

/* -- what takes more than a line to say; call them under `if (j->trace)` -- */

/* A use of the traced rule is about to be told of a signal. */
void trace_signal(const struct judge *j, const struct use *use, const struct sighting *x);
/* After hearing u: hits of the rule's sets that others, under `except`, cover. */
void trace_excepted(const struct judge *j, const struct utt *u);
/* An utterance of the side that is waited for, in a window that is bounded. */
void trace_spoken(const struct judge *j, const struct pending *p, struct utt *u);
/* The window is closed, and nothing was there. */
void trace_missed(const struct judge *j, const struct pending *p, int32_t t);
/* A breach is raised: the exceptions that did not hold, and why. */
void trace_unexcused(const struct judge *j, const struct breach *b);

/* What use of a step this is: "step" of the rule itself, "unless" of its exceptions. */
const char *trace_step_role(const struct judge *j, uint16_t rule, const struct sequence *seq);
struct etq_trace_window trace_window(const struct window *w);

#endif
