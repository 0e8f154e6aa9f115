#include "call/trace.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/sv.h"

enum { TRACE_ARENA_MAX = 1024 * 1024 * 1024 };

/* Its serial tells events apart when some have been taken out; calls are numbered as they come. */
struct traced {
	struct etq_trace_event event;
	uint64_t serial;
	size_t call;
};

struct etq_trace {
	struct etq_ruleset *rules; /* a reference */
	uint16_t rule;
	bool waits; /* the rule has to do with inferred waits */
	bool incomplete;
	struct arena *arena;
	struct traced *v;
	size_t n, cap;
	uint64_t serial; /* of the next event */
	size_t calls;
};

#define SIGNAL ETQ_TRACE_HAS_SIGNAL
#define WORDS  ETQ_TRACE_HAS_WORDS
#define PHRASE ETQ_TRACE_HAS_PHRASE
#define FROM   ETQ_TRACE_HAS_FROM
#define WINDOW ETQ_TRACE_HAS_WINDOW
#define VALUE  ETQ_TRACE_HAS_VALUE
#define STEP   ETQ_TRACE_HAS_STEP
#define TEXT   ETQ_TRACE_HAS_TEXT
#define ID     ETQ_TRACE_HAS_ID

const struct etq_trace_kind_info etq_trace_kinds[ETQ_TRACE_KINDS] = {
	[ETQ_TRACE_HEARD] = {"heard", "words that the rule listens to", SIGNAL | WORDS | PHRASE},
	[ETQ_TRACE_EXCEPTED] = {"excepted", "such words, but they are part of an innocent wording",
				SIGNAL | WORDS | PHRASE},
	[ETQ_TRACE_HAPPENED] = {"happened", "an event that the rule listens to", SIGNAL | WORDS},
	[ETQ_TRACE_OPENED] = {"opened", "from here on something is expected", SIGNAL | WINDOW},
	[ETQ_TRACE_NOT_OPENED] = {"not-opened", "the anchor came, but changes nothing",
				  SIGNAL | FROM},
	[ETQ_TRACE_SPOKEN] = {"spoken", "the side that is waited for spoke in the window",
			      FROM | WORDS},
	[ETQ_TRACE_PART_OVER] = {"part-over", "a part of the window is closed", FROM},
	[ETQ_TRACE_SATISFIED] = {"satisfied", "what was expected was there", FROM},
	[ETQ_TRACE_MISSED] = {"missed", "the window is closed, and it was not there", FROM | WORDS},
	[ETQ_TRACE_NO_OCCASION] = {"no-occasion", "the call ended before the side spoke", FROM},
	[ETQ_TRACE_OUTSIDE] = {"outside", "not after `after`, or past the window from it", FROM},
	[ETQ_TRACE_COUNTED] = {"counted", "not beyond the bound", VALUE},
	[ETQ_TRACE_REPEATED] = {"repeated", "this turn, or call, has its finding (`each`)", 0},
	[ETQ_TRACE_MIXED] = {"mixed", "the turn has other words, too", FROM},
	[ETQ_TRACE_WHOLE_TURN] = {"whole-turn", "the turn has nothing else", FROM},
	[ETQ_TRACE_MEASURED] = {"measured", "how far the measure came", FROM | VALUE},
	[ETQ_TRACE_STEP] = {"step", "a step of the sequence is reached", STEP},
	[ETQ_TRACE_STEP_REFUSED] = {"step-refused", "a step came that does not count", STEP | FROM},
	[ETQ_TRACE_UNDONE] = {"undone", "a `not` step came: the sequence begins anew", STEP},
	[ETQ_TRACE_COMPLETE] = {"complete", "the last step of the sequence", STEP | FROM},
	[ETQ_TRACE_STEP_MISSING] = {"step-missing", "a step did not come, or not in order", STEP},
	[ETQ_TRACE_WAIT_BEGUN] = {"wait-begun", "an announced wait is one now", FROM},
	[ETQ_TRACE_WAIT_SHORT] = {"wait-short", "somebody spoke before the wait was one",
				  FROM | VALUE},
	[ETQ_TRACE_WAIT_OVER] = {"wait-over", "the inferred wait ends", FROM},
	[ETQ_TRACE_NOT_RAISED] = {"not-raised", "the rule is broken, but raises nothing",
				  FROM | TEXT},
	[ETQ_TRACE_NOT_EXCUSED] = {"not-excused", "an exception that does not hold", FROM | TEXT},
	[ETQ_TRACE_RAISED] = {"raised", "a finding", FROM | ID | VALUE},
	[ETQ_TRACE_WITHDRAWN] = {"withdrawn", "a finding that a later line did not bear out",
				 FROM | ID},
};

/* ---- its life ------------------------------------------------------------------------------- */

static bool wait_signal(const struct etq_ruleset *rules, uint16_t signal)
{
	const struct signal *s = &rules->signals[signal];

	return s->kind == SIGNAL_EVENT &&
	       (s->event == EVENT_WAIT_START || s->event == EVENT_WAIT_END);
}

static bool has_waits(const struct etq_ruleset *rules, uint16_t rule)
{
	if (rules->rules[rule].inferred)
		return true;
	for (uint16_t i = 0; i < rules->nsignals; i++)
		for (size_t k = 0; k < rules->signal_uses[i].n; k++)
			if (rules->signal_uses[i].v[k].rule == rule && wait_signal(rules, i))
				return true;
	return false;
}

struct etq_trace *etq_trace_new(struct etq_ruleset *rules, const struct etq_rule_info *rule)
{
	const struct rule *r =
		(const struct rule *)((const char *)rule - offsetof(struct rule, info));
	struct etq_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	trace->arena = arena_new(TRACE_ARENA_MAX);
	if (!trace->arena) {
		free(trace);
		return NULL;
	}
	trace->rules = etq_ruleset_ref(rules);
	trace->rule = (uint16_t)(r - rules->rules);
	trace->waits = has_waits(rules, trace->rule);
	return trace;
}

void etq_trace_free(struct etq_trace *trace)
{
	if (!trace)
		return;
	etq_ruleset_unref(trace->rules);
	arena_free(trace->arena);
	free(trace->v);
	free(trace);
}

bool etq_trace_is_complete(const struct etq_trace *trace)
{
	return !trace->incomplete;
}

size_t etq_trace_count(const struct etq_trace *trace)
{
	return trace->n;
}

const struct etq_trace_event *etq_trace_get(const struct etq_trace *trace, size_t i)
{
	return &trace->v[i].event;
}

static int by_call_and_time(const void *pa, const void *pb)
{
	const struct traced *a = pa;
	const struct traced *b = pb;

	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	if (a->event.t != b->event.t)
		return a->event.t < b->event.t ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

void etq_trace_sort(struct etq_trace *trace)
{
	if (trace->n)
		qsort(trace->v, trace->n, sizeof(*trace->v), by_call_and_time);
}

/* ---- events --------------------------------------------------------------------------------- */

bool trace_follows(const struct judge *j, uint16_t rule)
{
	return j->trace && j->trace->rule == rule && j->trace->rules == j->rules;
}

bool trace_follows_waits(const struct judge *j)
{
	return j->trace && j->trace->waits && j->trace->rules == j->rules;
}

static bool grow(struct etq_trace *trace)
{
	if (trace->n < trace->cap)
		return true;
	size_t cap = trace->cap ? trace->cap * 2 : 64;
	struct traced *grown = realloc(trace->v, cap * sizeof(*grown));

	if (!grown)
		return false;
	trace->v = grown;
	trace->cap = cap;
	return true;
}

static bool dup(struct arena *a, struct etq_str *s)
{
	if (!s->p)
		return true;
	*s = arena_dup(a, *s);
	return s->p;
}

/* The call's number and name: those of its latest event, or new ones. */
static bool name_call(struct etq_trace *trace, struct etq_str call, struct traced *to)
{
	for (size_t i = trace->n; i-- > 0;) {
		if (!sv_eq(trace->v[i].event.call, call))
			continue;
		to->event.call = trace->v[i].event.call;
		to->call = trace->v[i].call;
		return true;
	}
	to->event.call = call;
	if (!dup(trace->arena, &to->event.call))
		return false;
	to->call = trace->calls++;
	return true;
}

static bool own(struct arena *a, struct etq_trace_event *e)
{
	struct etq_quote *quotes = NULL;

	if (!dup(a, &e->signal) || !dup(a, &e->text) || !dup(a, &e->measure))
		return false;
	if (e->nquotes) {
		quotes = arena_array(a, e->nquotes, sizeof(*quotes));
		if (!quotes)
			return false;
	}
	for (size_t i = 0; i < e->nquotes; i++) {
		quotes[i] = e->quotes[i];
		if (!dup(a, &quotes[i].utterance) || !dup(a, &quotes[i].words))
			return false;
	}
	e->quotes = quotes;
	return true;
}

void trace_add(const struct judge *j, const struct etq_trace_event *e)
{
	struct etq_trace *trace = j->trace;
	struct traced next = {.event = *e, .serial = trace->serial++};

	if (next.event.until >= NEVER)
		next.event.until = ETQ_NO_TIME;
	if (!grow(trace) || !name_call(trace, j->facts->call, &next) ||
	    !own(trace->arena, &next.event)) {
		trace->incomplete = true;
		return;
	}
	trace->v[trace->n++] = next;
}

void trace_lacks(const struct judge *j)
{
	j->trace->incomplete = true;
}

uint64_t trace_mark(const struct judge *j)
{
	return j->trace ? j->trace->serial : 0;
}

void trace_drop(const struct judge *j, uint64_t from, uint64_t to)
{
	struct etq_trace *trace = j->trace;
	size_t n = 0;

	for (size_t i = 0; trace && i < trace->n; i++) {
		const struct traced *x = &trace->v[i];
		bool drop = x->serial >= from && x->serial < to &&
			    sv_eq(x->event.call, j->facts->call);

		if (!drop)
			trace->v[n++] = *x;
	}
	if (trace)
		trace->n = n;
}
