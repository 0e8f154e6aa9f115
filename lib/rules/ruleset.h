/*
 * A ruleset: checked, compiled, immutable, shared by reference count. This is the model that
 * lib/rules makes from YAML and that lib/call judges by. All memory is in the ruleset's arena.
 * doc/rules.md is the language's reference; names here are its keywords.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "etiquette.h"
#include "match/matcher.h"

enum {
	RULES_MAX = 1000,     /* rules of a ruleset */
	SETS_MAX = 2000,      /* phrase sets */
	PATTERNS_MAX = 20000, /* phrases */
	SIGNALS_MAX = 4000,
	STEPS_MAX = 16, /* steps of a sequence */
	ESCALATIONS_MAX = 4,
};

#define NO_SIGNAL UINT16_MAX
#define NO_SLOT   UINT16_MAX
#define NO_CAP    (-1)
/* Stands for a rule that isn't there. */
#define NO_RULE UINT16_MAX

/* A phrase as it stands in a rule file; text in double quotes when it is exact. */
struct written {
	struct etq_str text, file;
	int line;
};

/* Things that happen in a call besides words. */
enum event {
	EVENT_CALL_START, /* t = 0, which is the moment of answering: "answer" is the same */
	EVENT_TURN_START, /* a turn of the side began */
	EVENT_HOLD_START,
	EVENT_HOLD_END,
	EVENT_WAIT_START, /* inferred wait: announced, then silent; only in calls without hold events */
	EVENT_WAIT_END,
	EVENT_SILENCE, /* nobody spoke for `above` outside of holds; at the moment it was that long */
	EVENT_INTERRUPTION, /* the side began to speak into the other's utterance */
	EVENT_UTTERANCE,    /* the side said something */
	EVENT_ECHO, /* both sides carried the same words at the same time, several times by now */
	EVENT_CALL_END,
	EVENTS
};

enum signal_kind { SIGNAL_SAID, SIGNAL_EVENT };

/* Something to listen for; equal ones are shared. */
struct signal {
	enum signal_kind kind;
	enum event event;
	uint32_t sides;       /* bit mask: by whom */
	const uint16_t *sets; /* SIGNAL_SAID: any of these */
	size_t nsets;
	int32_t above_ms; /* EVENT_SILENCE: how long */
};

/* Whichever of the given parts ends later closes it. All zero: open to the call's end (or start). */
struct window {
	int32_t ms;
	uint16_t turns, words, utterances; /* of the expected side */
};

/* `phrases:` — a named set. */
struct phrase_set {
	struct etq_str name;
	uint32_t first_pattern, npatterns; /* its own phrases, numbered in a row */
	const uint16_t
		*except; /* sets whose hits cover (overlap) a hit of this one: it is none then */
	size_t nexcept;
	int capture;          /* enum value_name that its phrases take, or -1 */
	uint32_t sides;       /* bit mask: who is listened to */
	uint16_t after;       /* signal only behind which it is heard, or NO_SIGNAL */
	struct window within; /* … and how far behind */
	bool excuses; /* it is an exception to others and nothing else: heard only with those */
};

/* `above:` / `below:` with an optional rate. */
enum rate { RATE_NONE, RATE_WORDS, RATE_MINUTE };
struct bound {
	bool set;
	bool below;
	enum rate
		rate; /* RATE_WORDS: per 100 words of the side; RATE_MINUTE: per minute of its speech */
	double value;
	uint32_t over_words; /* a rate says nothing before so many words */
	int32_t over_ms;     /* … or so much speech */
};

enum each { EACH_UTTERANCE, EACH_HIT, EACH_TURN, EACH_CALL };

/* One thing that must not be said, or must not happen. */
struct forbidden {
	uint16_t what;        /* signal */
	uint16_t after;       /* signal that must have come before, or NO_SIGNAL */
	struct window within; /* after that; counted from it */
	bool whole_turn; /* only when a turn has nothing else in it; judged when the turn is over */
	bool severity_set, points_set; /* it weighs otherwise than the rule says */
	enum etq_severity severity;
	int points;
};

/*
 * `times:` — forbidden only when `after` has come in so many turns, counted apart for each kind of
 * thing that is spoken of, and each time only when it has come once more since the last finding.
 */
struct tally {
	uint16_t times; /* 0: there is no tally */
	uint16_t until; /* signal that takes the count back, or NO_SIGNAL */
	uint16_t kinds; /* signal whose sets are the kinds, or NO_SIGNAL: all is of one kind */
	uint16_t slot;  /* its number among all tallies: place of its state in a call */
};

enum { FORBIDDEN_MAX = 16, KINDS_MAX = 63 }; /* of one rule */

/* any of these, all of the same sides; at most one is about whole turns */
struct forbid {
	const struct forbidden *any;
	size_t n;
	struct bound
		above; /* only beyond so many (as a count, the hits of the call so far) or such a rate */
	enum each each;
	struct tally tally;
};

struct expect {
	uint16_t said;   /* signal */
	uint16_t anchor; /* signal */
	bool before; /* must have come in the window before the anchor, else in the one after it */
	struct window within;
};

enum measure {
	MEASURE_RINGS,
	MEASURE_RING, /* count, ms: from the call's metadata */
	MEASURE_HOLD, /* ms: the running hold since the agent last spoke */
	MEASURE_HOLDS,
	MEASURE_HOLD_TOTAL, /* count, ms: at the end */
	MEASURE_SILENCE,    /* ms: running, nobody speaks, no hold */
	MEASURE_MONOLOGUE,  /* words of `by` without a word of the other: running */
	MEASURE_DURATION,   /* ms */
	MEASURE_TALK,
	MEASURE_WORDS,
	MEASURE_TURNS,
	MEASURE_UTTERANCES,    /* of `by` */
	MEASURE_SPEED,         /* words a minute of `by` */
	MEASURE_INTERRUPTIONS, /* by `by` */
	MEASURES
};

struct measure_info {
	const char *name;
	const char *help;
	bool ms; /* a time: takes "60s" */
	bool running; /* fires as soon as it is passed; else judged at the call's end (rings: at its start) */
	bool by; /* takes `by:` */
};
extern const struct measure_info measure_infos[MEASURES]; /* lib/rules/measure.c */

struct measure_bound {
	enum measure measure;
	enum etq_side by;
	struct bound bound;
};

/* a measure of the call over its bound; any of them is enough */
struct limit {
	const struct measure_bound *any;
	size_t n;
	double every; /* running measures: again each time it has grown by so much; 0: once per run of it */
};

struct step {
	struct etq_str name; /* for "missing" reports; may be absent */
	uint16_t signal;
	bool absent; /* `not:` — must not come between the steps around it */
	bool optional;
	struct window within;          /* since the step before */
	bool severity_set, points_set; /* of the finding that it is missing, where not the rule's */
	enum etq_severity severity;
	int points;
};

struct sequence {
	const struct step *steps;
	size_t n;
	bool missing; /* report: missing — a finding for each step left out or out of order, at the call's end */
	uint16_t slot;  /* its number among all sequences: place of its state in a call */
	uint16_t chain; /* missing: number of its first step among those of all such sequences */
};

/* Conditions on metadata and on how the call went; absent parts hold. */
struct when {
	uint32_t directions; /* bit mask of enum etq_direction; 0: any */
	uint32_t ended_by;   /* bit mask of sides; 0: any; a call not yet ended does not hold */
	const struct etq_str *queues, *langs, *agents;
	size_t nqueues, nlangs, nagents;
	uint32_t known, unknown; /* bit masks of enum value_name: from metadata or from speech */
	int holds;               /* 1: the call has hold events, 0: it has none, -1: either */
};

enum exception_kind { EX_HEARD, EX_NOT_HEARD, EX_SEQUENCE, EX_LIMIT, EX_FIRED, EX_WHEN };

/* One test of an `unless:` item. */
struct exception {
	enum exception_kind kind;
	uint16_t signal; /* HEARD, NOT_HEARD: within the window before the finding's trigger */
	struct window within;
	bool last; /* … and nothing but acknowledgements has been said since */
	const struct sequence *sequence;
	struct limit limit;
	uint16_t
		fired; /* rule: it raised a finding in this call (on this utterance, with same_utterance) */
	bool same_utterance;
	struct when when;
};

/* An `unless:` item: all of its tests must hold. The finding is then not raised. */
struct unless {
	const struct exception *all;
	size_t n;
	struct etq_str text; /* how the trace names it */
};

struct escalation {
	bool always; /* no bound: `when` alone */
	struct when when;
	struct bound bound; /* of the finding's count or rate, or of the limit's measure */
	double times; /* not 0: of a limit, so many times its bound; `bound` is then set for one measure only */
	enum etq_severity severity;
};

enum form { FORM_FORBID, FORM_EXPECT, FORM_LIMIT, FORM_SEQUENCE };

struct rule {
	struct etq_rule_info info;
	enum form form;
	union {
		struct forbid forbid;
		struct expect expect;
		struct limit limit;
		struct sequence sequence;
	};
	struct when when;
	const struct unless *unless;
	size_t nunless;
	struct escalation escalations[ESCALATIONS_MAX];
	size_t nescalations;
	bool on_partial; /* may fire on partial utterances */
	bool inferred;   /* hold anchors also fire on inferred waits */
	bool inferred_severity_set, inferred_points_set; /* on those it weighs otherwise */
	enum etq_severity inferred_severity;
	int inferred_points;
	uint32_t max;        /* findings per call; 0: no maximum */
	int32_t cooldown_ms; /* after a finding, none for so long; 0: none */
	enum etq_side by;    /* whose breach it is */
	int cap;             /* points that it costs a call at most, or NO_CAP */
};

/* What a signal or a set is used for, for dispatch without search. */
enum role {
	ROLE_FORBID,
	ROLE_FORBID_AFTER,
	ROLE_FORBID_UNTIL,
	ROLE_EXPECT_SAID,
	ROLE_EXPECT_ANCHOR,
	ROLE_STEP,
	ROLE_STATE
};
struct use {
	enum role role;
	uint16_t rule;                   /* NO_RULE: the settings' (wait announcement etc.) */
	const struct sequence *sequence; /* ROLE_STEP; may belong to a rule's unless */
	uint16_t step;                   /* …; ROLE_FORBID: place in `any` */
};
struct uses {
	const struct use *v;
	size_t n;
};

struct id_list {
	const uint16_t *v;
	size_t n;
};

/* The pack's settings for what the engine infers. */
struct settings {
	int32_t wait_ms;        /* `waits.silence`: default 8000 */
	uint16_t wait_announce; /* `waits.announced`: a signal, or NO_SIGNAL */
	uint16_t
		acknowledge; /* `acknowledgements`: words that do not interrupt and do not end a wait, or NO_SIGNAL */
	uint16_t noise;      /* `noise`: utterances that nobody said, or NO_SIGNAL */
	int32_t overlap_ms;  /* `interruption.overlap`: default 300 */
	int32_t speech_ms;   /* `interruption.speech`: default 1000 */
	uint32_t echo_words; /* `echo.words`: so many words alike, default 4 */
	uint32_t echo_times; /* `echo.times`: in so many utterances, default 3 */
};

/* `score` */
struct scoring {
	int start, floor; /* the score without findings, and the lowest */
};

struct etq_ruleset {
	int refs; /* atomic */
	struct arena *arena;
	struct matcher *matcher;
	const uint16_t *pattern_set;   /* set of each pattern */
	const struct written *written; /* … and what it is in its file */
	const uint64_t *listened;      /* bits: patterns but those of sets that only excuse */
	const uint64_t *placed; /* of those, patterns of sets that are heard only behind a signal */
	const struct phrase_set *sets;
	size_t nsets;
	const struct signal *signals;
	size_t nsignals;
	const struct uses *signal_uses;    /* [nsignals], rules in order */
	const struct id_list *set_signals; /* [nsets]: signals that listen to the set */
	const uint16_t *signal_slots; /* [nsignals]: which slot of a call's state, or NO_SLOT */
	size_t nslots;                /* of signals that are looked back on */
	struct id_list event_signals[EVENTS];
	struct id_list whole_turns, limits, tallied; /* rules, in order */
	const struct rule
		*rules; /* sorted so that a rule comes after those that its `unless: fired` names */
	size_t nrules;
	size_t nsequences;
	size_t ntallies;
	size_t nchains;
	struct settings settings;
	struct scoring scoring;
	struct value_span company;  /* `values.company`: spellings */
	struct value_span business; /* `values.business`: words that are left out of names */
	const struct first_names *first_names; /* `values.names`, or NULL */
	const struct etq_example *examples;
	size_t nexamples;
	char version[17];
};

#endif
