/*
 * libetiquette: rules of telephone etiquette over a call's transcript while it is going on.
 *
 * A call's lines go in one at a time (etq_engine_feed), findings come out as an array. The engine
 * does no I/O and reads no clock: time comes in with the lines, and, live, with etq_engine_tick.
 *
 * Units: all times are milliseconds. `t` counts from the call's start (the moment of answering),
 * offsets into text are Unicode code points of the original text.
 * Ownership: views (struct etq_str) handed in need to live for the call only; views handed out live
 * as long as the object that they came from, which each function names.
 * Errors: functions that can fail return false (or NULL) and fill *err; nothing is changed then.
 * Threads: a ruleset is immutable and may be shared; an engine belongs to one thread at a time.
 */
#ifndef ETIQUETTE_H
#define ETIQUETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ETQ_MUST_CHECK __attribute__((warn_unused_result))

/* The version of the rule language that this library reads (`engine:` in a rule file). */
#define ETQ_RULE_LANGUAGE 1

/* "No time given": stands for an absent `t`, `end`, `started_at` or ring time. */
#define ETQ_NO_TIME INT64_MIN

/* A view of UTF-8 text; p is NULL when there is none. */
struct etq_str {
	const char *p;
	size_t n;
};

/* What went wrong with one call: a stable code for programs, a sentence for people. */
struct etq_err {
	char code[32];
	char message[256];
};

/* ---- what goes in ------------------------------------------------------------------------- */

enum etq_side { ETQ_AGENT, ETQ_CUSTOMER, ETQ_BOT, ETQ_UNKNOWN, ETQ_SYSTEM, ETQ_SIDES };

enum etq_direction { ETQ_DIRECTION_UNKNOWN, ETQ_INBOUND, ETQ_OUTBOUND };

enum etq_input_type {
	ETQ_CALL_START,
	ETQ_CALL_UPDATE,
	ETQ_UTTERANCE,
	ETQ_HOLD_START,
	ETQ_HOLD_END,
	ETQ_CALL_END,
	ETQ_INPUT_TYPES
};

/* What is known of a call besides its lines. Absent: p == NULL, ETQ_NO_TIME, rings == -1. */
struct etq_meta {
	int64_t started_at; /* Unix time in ms of t = 0 */
	int64_t ring_ms;
	int rings;
	enum etq_direction direction;
	struct etq_str agent_id, agent_name;
	struct etq_str customer_id, customer_name;
	struct etq_str queue, company, lang;
};

struct etq_word {
	int64_t t, end;
	struct etq_str text;
};

/* One line of input. Fields that its type does not have are ignored. */
struct etq_input {
	enum etq_input_type type;
	enum etq_side by;    /* utterance: who speaks; call.end: who hung up */
	bool final;          /* false: a partial, to be replaced by a later line with the same id */
	double confidence;   /* 0..1, negative when not given */
	int64_t t;           /* ETQ_NO_TIME: stamped on arrival */
	int64_t end;         /* ETQ_NO_TIME: estimated from the number of words */
	struct etq_str call; /* 1..ETQ_MAX_ID bytes */
	struct etq_str id;   /* utterance id, may be absent */
	struct etq_str text;
	const struct etq_word *words;
	size_t nwords;
	struct etq_meta meta; /* call.start, call.update */
};

void etq_input_init(struct etq_input *in); /* everything absent, final, by unknown */

/* Names as on the wire ("agent", "inbound", "call.start", …); never NULL. */
const char *etq_side_name(enum etq_side side);
const char *etq_direction_name(enum etq_direction direction);
const char *etq_input_type_name(enum etq_input_type type);

/* ---- rules -------------------------------------------------------------------------------- */

enum etq_severity { ETQ_INFO, ETQ_MINOR, ETQ_MAJOR, ETQ_CRITICAL, ETQ_SEVERITIES };
enum etq_status { ETQ_ON, ETQ_TRIAL, ETQ_DRAFT, ETQ_OFF };

const char *etq_severity_name(enum etq_severity severity);
bool etq_severity_parse(struct etq_str name, enum etq_severity *severity) ETQ_MUST_CHECK;
const char *etq_status_name(enum etq_status status);

/* A rule file in memory; the name is what errors call it. */
struct etq_source {
	const char *name;
	struct etq_str text;
};

enum etq_diag_level { ETQ_DIAG_ERROR, ETQ_DIAG_WARNING };

/* One thing to say about a rule or configuration file; line and col count from 1, col in code points. */
struct etq_diag {
	enum etq_diag_level level;
	int line, col;
	char *file;
	char *message;
	char *source; /* the line of the file that it speaks of, or NULL */
};

/* All that there is to say of a set of files, in the files' order. Free with etq_diags_free. */
struct etq_diags {
	struct etq_diag *v;
	size_t n, cap;
	size_t errors;
	bool out_of_memory;
};

void etq_diags_free(struct etq_diags *diags);

/* Writes "file:line:col: error: message\n  source line\n  ^" into buf as snprintf does. */
int etq_diag_format(const struct etq_diag *diag, char *buf, size_t size);

struct etq_ruleset;

/*
 * Checks and compiles rule files (a pack, with site files after what they extend). Returns NULL
 * when there is any error; diags then holds all errors of all files, and else the warnings.
 */
struct etq_ruleset *etq_ruleset_load(const struct etq_source *sources, size_t n,
				     struct etq_diags *diags) ETQ_MUST_CHECK;
struct etq_ruleset *etq_ruleset_ref(struct etq_ruleset *rules);
void etq_ruleset_unref(struct etq_ruleset *rules); /* NULL is fine */

/* What a rule says of itself. Views live as long as the ruleset. */
struct etq_rule_info {
	struct etq_str id, topic;
	struct etq_str title_ru, title_en;
	struct etq_str source;      /* the sentence of the standard that it comes from */
	struct etq_str say_instead; /* advice, may be absent */
	struct etq_str blind;       /* what it can't see, may be absent */
	struct etq_str file;
	int line;
	enum etq_severity severity;
	enum etq_status status;
	int points;
	struct etq_str form;         /* "forbid", "expect", "limit", "sequence" */
	size_t violating, complying; /* examples */
};

size_t etq_ruleset_count(const struct etq_ruleset *rules);
const struct etq_rule_info *etq_ruleset_rule(const struct etq_ruleset *rules, size_t i);
/* NULL when there is no such rule. */
const struct etq_rule_info *etq_ruleset_find(const struct etq_ruleset *rules, struct etq_str id);
/* "1f3c…": 16 hex digits that change when any rule does; lives as long as the ruleset. */
const char *etq_ruleset_version(const struct etq_ruleset *rules);

/* An example of a rule: a call in the text format that violates it or complies with it. */
struct etq_example {
	struct etq_str rule;
	struct etq_str text;
	struct etq_str words; /* what the finding must quote, may be absent */
	bool violates;
	int times; /* findings of the rule that it must give; -1: at least one when it violates */
	struct etq_str file;
	int line;
};

size_t etq_ruleset_examples(const struct etq_ruleset *rules);
const struct etq_example *etq_ruleset_example(const struct etq_ruleset *rules, size_t i);

/* ---- what comes out ----------------------------------------------------------------------- */

enum etq_finding_kind { ETQ_FINDING, ETQ_RETRACTED, ETQ_SCORED, ETQ_FINDING_KINDS };

/* Words as they stand in an utterance: code points [start, end) of its original text. */
struct etq_quote {
	struct etq_str utterance; /* id, absent when the line had none */
	enum etq_side by;
	int64_t t; /* start of the utterance */
	struct etq_str words;
	uint32_t start, end;
};

enum { ETQ_MAX_QUOTES = 8 };

/* What the findings of one rule that stand cost a call. */
struct etq_score_rule {
	struct etq_str rule, topic; /* live as long as the ruleset */
	uint32_t findings;
	int uncapped; /* the sum of their points */
	int cap;      /* points that the rule costs a call at most, or -1 */
	int points;   /* lost: uncapped, the cap at most; 0 of a rule on trial */
	bool trial;
};

struct etq_score_topic {
	struct etq_str topic;
	uint32_t findings; /* without those on trial */
	int points;
};

/* How much a side spoke. */
struct etq_talk {
	int64_t ms; /* time in which it spoke, its own overlaps counted once */
	uint32_t words, utterances, turns;
};

/* A call's score, given when it has ended. Shares and speeds are computed by the functions below. */
struct etq_score {
	int score;        /* start - points, floor at least */
	int start, floor; /* of the weights: 100 and 0 unless they say otherwise */
	int points;       /* lost */
	uint32_t
		revision; /* 1; a score that late lines have changed is given again with the next */
	uint32_t findings;                    /* that stand, without those on trial */
	uint32_t trial;                       /* findings on trial: counted, not charged */
	uint32_t by_severity[ETQ_SEVERITIES]; /* of `findings` */
	const struct etq_score_rule
		*rules; /* those with findings: most points, then most findings first */
	size_t nrules;
	const struct etq_score_topic *topics; /* in the same order */
	size_t ntopics;
	int64_t duration_ms;
	struct etq_talk talk[ETQ_SIDES];
	int64_t silence_ms; /* nobody spoke and nobody was on hold; has the inferred waits in it */
	uint32_t holds;     /* that the telephony reported */
	int64_t hold_ms;
	uint32_t waits; /* inferred: announced by the agent, in calls without hold events */
	int64_t wait_ms;
	enum etq_side ended_by;
};

/* ms of the call's duration, 0..1. */
double etq_score_share(const struct etq_score *score, int64_t ms);
/* Words a minute of its own speech; 0 of who said nothing. */
double etq_talk_speed(const struct etq_talk *talk);

/*
 * One breach of etiquette, the withdrawal of one (same id) that later lines did not bear out, or a
 * call's score: of a score only id, severity, status, stamped, points, t, raised, by, call, meta,
 * rules_version and score are set.
 */
struct etq_finding {
	enum etq_finding_kind kind;
	char id[33]; /* 32 hex digits, from call, rule and trigger: the same for the same lines */
	const struct etq_rule_info *rule; /* NULL: a score */
	const struct etq_score *score;    /* NULL: no score */
	enum etq_severity severity;
	enum etq_status status;
	bool inferred; /* rests on a wait that the telephony did not report */
	bool stamped;  /* some time in it was stamped on arrival */
	int points;
	int64_t t;        /* event time of the offence */
	int64_t raised;   /* event time at which it was known */
	enum etq_side by; /* whose breach it is */
	size_t hits; /* places in its utterances that show it; the first ETQ_MAX_QUOTES are quoted */
	size_t nquotes;
	struct etq_quote quotes[ETQ_MAX_QUOTES];
	struct etq_str trigger; /* what made it due or showed it: "hold.end", "said", … */
	int64_t trigger_t;
	struct etq_str measure; /* for bounds: what was measured; p == NULL when nothing was */
	double value, bound;
	struct etq_str call;
	const struct etq_meta *meta;
	const char *rules_version;
};

/* A growing list of findings; owns all that they point to, and a share of their rules. */
struct etq_findings;

struct etq_findings *etq_findings_new(void) ETQ_MUST_CHECK;
void etq_findings_free(struct etq_findings *list);
void etq_findings_clear(struct etq_findings *list); /* ends the life of what was in it */
size_t etq_findings_count(const struct etq_findings *list);
const struct etq_finding *etq_findings_get(const struct etq_findings *list, size_t i);

/* ---- the engine --------------------------------------------------------------------------- */

struct etq_engine_config {
	int64_t lateness_ms; /* how far a line may lag behind the latest `t`; default 2000 */
	int64_t idle_ms;     /* a call without lines for so long is ended; default 600000 */
	size_t max_calls;    /* open calls at once; default 100000 */
	size_t max_partials; /* open partial utterances of a call; default 16 */
	uint32_t
		match_limit; /* steps that a phrase may take, PCRE2's for a regex; default 100000 */
	uint64_t seed; /* of hash tables whose keys come from outside: unpredictable; default 0 */
	bool keep_gone; /* calls that leave are kept until etq_engine_gone tells of them; default false */
};

void etq_engine_config_init(struct etq_engine_config *config);

/* Counts since the engine was made; each only grows, but for the gauges at the end. */
struct etq_engine_stats {
	uint64_t lines, utterances, partials;
	uint64_t duplicates, late, reordered, refused, stamped;
	uint64_t findings, retracted, scored; /* scored: corrections included */
	uint64_t calls_started, calls_ended, calls_idle;
	uint64_t
		match_gave_up; /* matches that hit the match limit: neither "match" nor "no match" */
	uint64_t findings_by_severity[ETQ_SEVERITIES];
	size_t open_calls; /* gauge */
};

struct etq_engine;

/* Takes a reference of its own to rules. NULL when out of memory. */
struct etq_engine *etq_engine_new(const struct etq_engine_config *config,
				  struct etq_ruleset *rules) ETQ_MUST_CHECK;
void etq_engine_free(struct etq_engine *engine);

/* Calls that start from now on are judged by these rules; calls in progress keep theirs. */
void etq_engine_set_rules(struct etq_engine *engine, struct etq_ruleset *rules);

/*
 * One line. now is the caller's monotonic clock in ms (0 throughout when judging offline; the
 * engine then takes an estimate where a line has no `t`). Appends to out. On false the line
 * changed nothing; err->code is one of: "bad-call-id", "bad-utterance-id", "bad-side", "late",
 * "call-ended", "unknown-call", "too-many-calls", "too-many-partials", "text-too-long",
 * "bad-text" (not UTF-8), "bad-time", "out-of-memory".
 */
bool etq_engine_feed(struct etq_engine *engine, const struct etq_input *in, int64_t now,
		     struct etq_findings *out, struct etq_err *err) ETQ_MUST_CHECK;

/* Lets time pass in calls to which nothing came: deadlines, idle calls. Live use only. */
bool etq_engine_tick(struct etq_engine *engine, int64_t now, struct etq_findings *out,
		     struct etq_err *err) ETQ_MUST_CHECK;

/* When to call etq_engine_tick next, on the same clock as now; INT64_MAX when nothing is due. */
int64_t etq_engine_next_tick(struct etq_engine *engine);

/* Ends every open call as if it had been idle: at the end of a file, or before exit. */
bool etq_engine_finish(struct etq_engine *engine, struct etq_findings *out,
		       struct etq_err *err) ETQ_MUST_CHECK;

void etq_engine_stats(const struct etq_engine *engine, struct etq_engine_stats *stats);

/* A call that has left the engine. Ended ones are buried: later lines of them are refused. */
struct etq_gone {
	struct etq_str call; /* lives until the engine is called again */
	bool buried;
};

/*
 * The next call that has left and was not told of; false when there is none. Whoever keeps lines
 * to feed them again after a restart keeps those of a call until then. With keep_gone only.
 */
bool etq_engine_gone(struct etq_engine *engine, struct etq_gone *gone) ETQ_MUST_CHECK;

/* Lines of this call are refused, as if it had ended here at now: after a restart. */
void etq_engine_bury(struct etq_engine *engine, struct etq_str call, int64_t now);

/* ---- limits ------------------------------------------------------------------------------- */

enum {
	ETQ_MAX_LINE = 64 * 1024, /* bytes of one line on the wire, without its newline */
	ETQ_MAX_TEXT = 16 * 1024, /* bytes of an utterance's text */
	ETQ_MAX_ID = 128,         /* bytes of a call's or an utterance's id */
	ETQ_MAX_META = 256,       /* bytes of any one metadata string */
	ETQ_MAX_DEPTH = 16,       /* nesting of JSON */
};

#ifdef __cplusplus
}
#endif
#endif
