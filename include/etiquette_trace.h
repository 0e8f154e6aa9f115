/* Why: the trace of one rule through the calls that an engine judges. */
#ifndef ETIQUETTE_TRACE_H
#define ETIQUETTE_TRACE_H

#include "etiquette.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What can happen to a rule in a call; etq_trace_kinds says which fields each has. */
enum etq_trace_kind {
	ETQ_TRACE_HEARD,
	ETQ_TRACE_EXCEPTED,
	ETQ_TRACE_HAPPENED,
	ETQ_TRACE_OPENED,
	ETQ_TRACE_NOT_OPENED,
	ETQ_TRACE_SPOKEN,
	ETQ_TRACE_PART_OVER,
	ETQ_TRACE_SATISFIED,
	ETQ_TRACE_MISSED,
	ETQ_TRACE_NO_OCCASION,
	ETQ_TRACE_OUTSIDE,
	ETQ_TRACE_COUNTED,
	ETQ_TRACE_REPEATED,
	ETQ_TRACE_MIXED,
	ETQ_TRACE_WHOLE_TURN,
	ETQ_TRACE_MEASURED,
	ETQ_TRACE_STEP,
	ETQ_TRACE_STEP_REFUSED,
	ETQ_TRACE_UNDONE,
	ETQ_TRACE_COMPLETE,
	ETQ_TRACE_STEP_MISSING,
	ETQ_TRACE_WAIT_BEGUN,
	ETQ_TRACE_WAIT_SHORT,
	ETQ_TRACE_WAIT_OVER,
	ETQ_TRACE_NOT_RAISED,
	ETQ_TRACE_NOT_EXCUSED,
	ETQ_TRACE_RAISED,
	ETQ_TRACE_WITHDRAWN,
	ETQ_TRACE_KINDS
};

/* Fields that not every kind has, as bits; `why` and `inferred` may come with any. */
enum {
	ETQ_TRACE_HAS_SIGNAL = 1 << 0, /* role, signal */
	ETQ_TRACE_HAS_WORDS = 1 << 1,  /* quotes, when words were the signal */
	ETQ_TRACE_HAS_PHRASE = 1 << 2, /* phrase */
	ETQ_TRACE_HAS_FROM = 1 << 3,   /* from */
	ETQ_TRACE_HAS_WINDOW = 1 << 4, /* window, until */
	ETQ_TRACE_HAS_VALUE = 1 << 5,  /* measure, value, bound, below */
	ETQ_TRACE_HAS_STEP = 1 << 6,   /* role, step, steps, text: its name */
	ETQ_TRACE_HAS_TEXT = 1 << 7,   /* text */
	ETQ_TRACE_HAS_ID = 1 << 8,     /* id, severity */
};

/* The kinds: the name that programs read, what it means, and its fields. */
struct etq_trace_kind_info {
	const char *name;
	const char *help;
	unsigned fields;
};
extern const struct etq_trace_kind_info etq_trace_kinds[ETQ_TRACE_KINDS];

/* A phrase as it stands in a rule file; set.p == NULL: none. */
struct etq_trace_phrase {
	struct etq_str set, text, file;
	int line;
};

/* Whichever of the parts ends later closes it; those that are 0 are not given. */
struct etq_trace_window {
	int64_t ms;
	uint32_t turns, words, utterances;
};

/* One thing that happened to the rule. What its kind does not have is zero or absent. */
struct etq_trace_event {
	enum etq_trace_kind kind;
	struct etq_str call;
	int64_t t;    /* event time at which it happened, or was known */
	int64_t from; /* event time of what it comes from: the anchor, the measure's beginning */
	const char *
		role; /* what the rule has the signal for: "forbid", "after", "expect", "anchor", "step", "unless", "wait" */
	const char *why; /* reason, a word of the rule language where there is one; may be NULL */
	struct etq_str signal; /* "said", "hold.end", … */
	bool inferred;         /* rests on a wait that the telephony did not report */
	size_t nquotes;
	const struct etq_quote *quotes;
	struct etq_trace_phrase phrase; /* the phrase that the words are a hit of */
	struct etq_trace_phrase except; /* the one that covers them, and so throws the hit away */
	struct etq_trace_window window;
	int64_t until;      /* when the window's time is over; ETQ_NO_TIME: it has none */
	size_t step, steps; /* which of how many, from 1 */
	struct etq_str text;
	struct etq_str measure; /* "hits", "hold", … */
	double value, bound;
	bool below; /* the bound is a lower one */
	enum etq_severity severity;
	char id[33]; /* the finding's */
};

/*
 * What happened to one rule in the calls that were judged: why it fired or did not. It tells of the
 * judging that counts: what was judged again, because a line came out of order, is there once. What
 * was judged on partial utterances, that may yet change, is not in it. Owns all that its events
 * point to but phrases' texts, which the ruleset does; it has a reference of its own to that.
 * It costs memory with every line, so it is for calls judged offline.
 */
struct etq_trace;

/* rule: one of these rules. NULL when out of memory. */
struct etq_trace *etq_trace_new(struct etq_ruleset *rules,
				const struct etq_rule_info *rule) ETQ_MUST_CHECK;
void etq_trace_free(struct etq_trace *trace); /* NULL is fine; no engine may have it any more */
/* False: memory ran out, events are missing. The judging itself did not suffer. */
bool etq_trace_is_complete(const struct etq_trace *trace);
/* Call by call in the order of their first events, each in the order of time; else as judged. */
void etq_trace_sort(struct etq_trace *trace);
size_t etq_trace_count(const struct etq_trace *trace);
/* Lives until the engine is fed again or the trace is sorted or freed. */
const struct etq_trace_event *etq_trace_get(const struct etq_trace *trace, size_t i);

/* From now on the engine's calls under the trace's ruleset are traced; NULL: none. It is not owned. */
void etq_engine_trace(struct etq_engine *engine, struct etq_trace *trace);

#ifdef __cplusplus
}
#endif
#endif
