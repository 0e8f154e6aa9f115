/* From a breach to a finding: conditions, exceptions, severity, words, identity. */
#include "call/judge.h"

#include <string.h>

#include "base/hash.h"
#include "base/sv.h"
#include "call/findings.h"
#include "call/trace.h"
#include "text/utf8.h"

/* What keeps a breach from being a finding. */
struct obstacle {
	const char *key; /* of the rule; NULL: nothing does */
	struct etq_str text;
};

static struct obstacle obstacle_of(const struct judge *j, const struct rule *rule,
				   const struct breach *b)
{
	const struct rule_state *r = &j->s->rules[b->rule];

	if (rule->info.status >= ETQ_DRAFT)
		return (struct obstacle){.key = "status"};
	if (j->partial && !rule->on_partial)
		return (struct obstacle){.key = "partial"};
	if (rule->max && r->fired >= rule->max)
		return (struct obstacle){.key = "max"};
	if (rule->cooldown_ms && r->fired && b->t - r->last_t < rule->cooldown_ms)
		return (struct obstacle){.key = "cooldown"};
	const char *lacks = when_lacks(j, &rule->when);

	if (lacks)
		return (struct obstacle){.key = "when", .text = sv_of(lacks)};
	const struct unless *excuse = except_any(j, rule, b);

	return excuse ? (struct obstacle){.key = "unless", .text = excuse->text}
		      : (struct obstacle){0};
}

/* A running measure is judged at the very moment it reaches its bound: it goes on beyond. */
static bool limit_escalates(const struct rule *rule, const struct breach *b,
			    const struct escalation *e)
{
	bool running = measure_infos[rule->limit.any[0].measure].running;
	double bound = e->times > 0 ? e->times * b->bound : e->bound.value;

	if (e->bound.below)
		return b->value < bound;
	return running ? b->value >= bound : b->value > bound;
}

/* The hits so far (of other forms: the findings) as the escalation's bound counts them. */
static bool count_escalates(const struct judge *j, const struct rule *rule, const struct breach *b,
			    const struct bound *bound)
{
	const struct rule_state *r = &j->s->rules[b->rule];
	bool forbid = rule->form == FORM_FORBID;
	uint32_t sides = forbid ? j->rules->signals[rule->forbid.any[0].what].sides
				: 1u << rule->by;
	struct spoken spoken = state_spoken(j->s, sides);
	double value;

	return bound_amount(bound, forbid ? r->hits : r->fired + 1, &spoken, &value) &&
	       bound_passed(bound, value);
}

static bool escalates(const struct judge *j, const struct rule *rule, const struct breach *b,
		      const struct escalation *e)
{
	if (when_lacks(j, &e->when))
		return false;
	if (e->always)
		return true;
	return rule->form == FORM_LIMIT ? limit_escalates(rule, b, e)
					: count_escalates(j, rule, b, &e->bound);
}

static enum etq_severity severity_of(const struct judge *j, const struct rule *rule,
				     const struct breach *b)
{
	enum etq_severity severity = rule->info.severity;

	if (b->gravest && b->gravest->severity_set)
		severity = b->gravest->severity;
	if (b->inferred && rule->inferred_severity_set)
		return rule->inferred_severity;
	for (size_t i = 0; i < rule->nescalations; i++)
		if (rule->escalations[i].severity > severity &&
		    escalates(j, rule, b, &rule->escalations[i]))
			severity = rule->escalations[i].severity;
	return severity;
}

static int points_of(const struct rule *rule, const struct breach *b)
{
	if (b->inferred && rule->inferred_points_set)
		return rule->inferred_points;
	return b->gravest && b->gravest->points_set ? b->gravest->points : rule->info.points;
}

static void add_text(struct hash128 *h, struct etq_str s)
{
	hash128_number(h, (int64_t)s.n);
	hash128_add(h, s.p, s.n);
}

/*
 * Call, rule and trigger, and nothing that differs when a line is sent again: an utterance's own id
 * stands for it where it has one, because a time stamped on arrival would be another one.
 */
static bool identify(const struct judge *j, const struct rule *rule, const struct breach *b,
		     char id[33])
{
	const struct reading *cause = NULL;
	struct hash128 h = hash128_init();

	add_text(&h, j->facts->call);
	hash128_number(&h, j->facts->meta.started_at);
	add_text(&h, rule->info.id);
	add_text(&h, b->trigger);
	hash128_number(&h, b->nth);
	if (!b->cause) {
		hash128_number(&h, b->trigger_t);
	} else if (b->cause->has_id) {
		add_text(&h, utt_id(b->cause));
	} else {
		cause = hear_read(j->hear, b->cause);
		if (!cause)
			return false;
		hash128_number(&h, b->cause->t);
		hash128_number(&h, b->cause->by);
		add_text(&h, cause->text);
	}
	hash128_hex(&h, id);
	return true;
}

bool raise_quote(const struct judge *j, const struct words *w, struct etq_quote *q)
{
	const struct utt *u = w->utt;
	const struct reading *r = hear_read(j->hear, u);
	uint32_t to = w->w1 ? w->w1 : u->nwords;

	if (!r)
		return false;
	*q = (struct etq_quote){.utterance = utt_id(u), .by = (enum etq_side)u->by, .t = u->t};
	if (w->w0 < to) {
		q->start = r->fold.words[w->w0].cp0;
		q->end = r->fold.words[to - 1].cp1;
	}
	size_t from = utf8_offset(r->text, q->start);
	struct etq_str rest = {r->text.p + from, r->text.n - from};

	q->words = arena_dup(j->hear->quoted,
			     (struct etq_str){rest.p, utf8_offset(rest, q->end - q->start)});
	return q->words.p;
}

/* Notes a finding that a reported hold, or an echo, takes back. */
static bool remember(struct judge *j, const struct breach *b, const struct etq_finding *f)
{
	const struct revocable finding = {.rule = b->rule, .t = b->t, .as = issued_of(f)};
	struct state *s = j->s;
	const struct utt *words = b->cause;
	bool charged = f->by == ETQ_AGENT && words && words == s->last[ETQ_AGENT] &&
		       words->nwords >= j->rules->settings.echo_words;

	return (!b->inferred || state_remember(&s->inferred, &finding)) &&
	       (!charged || state_remember(&s->charged, &finding));
}

/* Its words and its name. */
static bool say(const struct judge *j, const struct rule *rule, const struct breach *b,
		struct etq_finding *f)
{
	arena_reset(j->hear->quoted);
	for (size_t i = 0; i < b->nquotes; i++)
		if (!raise_quote(j, &b->quotes[i], &f->quotes[i]))
			return false;
	return identify(j, rule, b, f->id);
}

/* The key of the rule that gives the finding another severity than the rule has; NULL: none. */
static const char *severity_key(const struct rule *rule, const struct breach *b,
				enum etq_severity severity)
{
	bool own = b->gravest && b->gravest->severity_set;

	if (b->inferred && rule->inferred_severity_set)
		return "inferred";
	if (severity != (own ? b->gravest->severity : rule->info.severity))
		return "escalate";
	return own ? "forbid" : NULL;
}

static void trace_raised(const struct judge *j, const struct breach *b, const struct etq_finding *f)
{
	struct etq_trace_event e = {.kind = ETQ_TRACE_RAISED,
				    .t = f->raised,
				    .from = f->t,
				    .why = severity_key(&j->rules->rules[b->rule], b, f->severity),
				    .inferred = f->inferred,
				    .measure = f->measure,
				    .value = f->value,
				    .bound = f->bound,
				    .severity = f->severity};

	if (!trace_follows(j, b->rule))
		return;
	memcpy(e.id, f->id, sizeof(e.id));
	trace_unexcused(j, b);
	trace_add(j, &e);
}

bool raise_breach(struct judge *j, const struct breach *b)
{
	const struct rule *rule = &j->rules->rules[b->rule];
	struct rule_state *r = &j->s->rules[b->rule];

	struct obstacle obstacle = obstacle_of(j, rule, b);

	if (obstacle.key) {
		TRACE(j, b->rule, .kind = ETQ_TRACE_NOT_RAISED, .t = b->raised, .from = b->t,
		      .why = obstacle.key, .text = obstacle.text, .inferred = b->inferred);
		return false;
	}
	struct etq_finding f = {
		.kind = ETQ_FINDING,
		.rule = &rule->info,
		.severity = severity_of(j, rule, b),
		.status = rule->info.status,
		.inferred = b->inferred,
		.stamped = j->s->stamped,
		.points = points_of(rule, b),
		.t = b->t,
		.raised = b->raised,
		.by = rule->by,
		.hits = b->hits,
		.nquotes = b->nquotes,
		.trigger = b->trigger,
		.trigger_t = b->trigger_t,
		.measure = b->measure,
		.value = b->value,
		.bound = b->bound,
		.call = j->facts->call,
		.meta = &j->facts->meta,
		.rules_version = j->rules->version,
	};

	if (!say(j, rule, b, &f)) {
		j->failed = true;
		return false;
	}
	if (b->issued)
		*b->issued = issued_of(&f);
	if (j->trace)
		trace_raised(j, b, &f);
	r->fired++;
	r->last_t = b->t;
	if (!findings_add(j->out, &f) || !remember(j, b, &f))
		j->failed = true;
	return true;
}

static void take_back(struct judge *j, struct revocables *list, int32_t t)
{
	for (uint32_t i = 0; i < list->n; i++)
		raise_retraction(j, list->v[i].rule, &list->v[i].as, list->v[i].t, t);
	list->n = 0;
}

void raise_no_charge(struct judge *j, int32_t t)
{
	take_back(j, &j->s->charged, t);
}

void raise_no_inferred(struct judge *j, int32_t t)
{
	struct state *s = j->s;

	take_back(j, &s->inferred, t);
	s->waits = s->wait_ms = 0;
	for (uint32_t i = s->npendings; i-- > 0;)
		if (s->pendings[i].inferred) {
			TRACE(j, s->pendings[i].rule, .kind = ETQ_TRACE_NO_OCCASION, .t = t,
			      .from = s->pendings[i].anchor_t, .why = "reported", .inferred = true);
			state_unpend(s, i);
		}
}

bool raise_withdrawn(const struct judge *j, uint16_t rule, const struct issued *issued, int32_t t,
		     int32_t raised, struct etq_findings *out)
{
	const struct rule *r = &j->rules->rules[rule];
	struct etq_finding f = {
		.kind = ETQ_RETRACTED,
		.rule = &r->info,
		.severity = (enum etq_severity)issued->severity,
		.status = r->info.status,
		.inferred = issued->inferred,
		.points = issued->points,
		.t = t,
		.raised = raised,
		.by = r->by,
		.call = j->facts->call,
		.meta = &j->facts->meta,
		.rules_version = j->rules->version,
	};

	memcpy(f.id, issued->id, sizeof(f.id));
	return findings_add(out, &f);
}

static void trace_withdrawn(const struct judge *j, const struct issued *issued, int32_t t,
			    int32_t raised)
{
	struct etq_trace_event e = {.kind = ETQ_TRACE_WITHDRAWN,
				    .t = raised,
				    .from = t,
				    .severity = (enum etq_severity)issued->severity};

	memcpy(e.id, issued->id, sizeof(e.id));
	trace_add(j, &e);
}

void raise_retraction(struct judge *j, uint16_t rule, const struct issued *issued, int32_t t,
		      int32_t raised)
{
	if (j->trace && trace_follows(j, rule))
		trace_withdrawn(j, issued, t, raised);
	if (j->s->rules[rule].fired)
		j->s->rules[rule].fired--;
	if (!raise_withdrawn(j, rule, issued, t, raised, j->out))
		j->failed = true;
}
