/* `forbid`: said, or happened, though it must not be; alone, or above a count or rate. */
#include "base/sv.h"
#include "call/judge.h"
#include "call/trace.h"

static const struct forbid *forbid_of(const struct judge *j, uint16_t rule)
{
	return &j->rules->rules[rule].forbid;
}

static const struct signal *what_of(const struct judge *j, const struct forbidden *f)
{
	return &j->rules->signals[f->what];
}

/* Sides whose words a rule is about: those of all that it forbids. */
static uint32_t sides_of(const struct judge *j, uint16_t rule)
{
	return what_of(j, forbid_of(j, rule)->any)->sides;
}

/* It counts from `after` on only, and inside the window from there. */
static bool in_place(const struct judge *j, const struct forbidden *f, int32_t t)
{
	if (f->after == NO_SIGNAL)
		return true;
	const struct slot *slot = state_slot(j->s, j->rules, f->after);
	uint32_t sides = what_of(j, f)->sides;
	struct spoken now = state_spoken(j->s, sides);

	return slot->count && slot_open(slot, &f->within, t, sides, &now);
}

static bool above(const struct judge *j, uint16_t rule, double *value)
{
	const struct bound *bound = &forbid_of(j, rule)->above;
	struct spoken spoken = state_spoken(j->s, sides_of(j, rule));
	bool known = bound_amount(bound, j->s->rules[rule].hits, &spoken, value);

	return !bound->set || (known && bound_passed(bound, *value));
}

static void raise_seen(struct judge *j, struct breach *b)
{
	const struct forbid *f = forbid_of(j, b->rule);
	struct rule_state *r = &j->s->rules[b->rule];
	double value;

	if (!above(j, b->rule, &value)) {
		TRACE(j, b->rule, .kind = ETQ_TRACE_COUNTED, .t = b->t, .measure = SV("hits"),
		      .value = value, .bound = f->above.value, .below = f->above.below,
		      .why = bound_passed(&f->above, value) ? "over" : NULL);
		return;
	}
	if (f->each == EACH_CALL && r->fired) {
		TRACE(j, b->rule, .kind = ETQ_TRACE_REPEATED, .t = b->t, .why = "call");
		return;
	}
	uint32_t turns = state_spoken(j->s, sides_of(j, b->rule)).turns;

	if (f->each == EACH_TURN && r->fired && r->turn == turns) {
		TRACE(j, b->rule, .kind = ETQ_TRACE_REPEATED, .t = b->t, .why = "turn");
		return;
	}
	r->turn = turns;
	if (f->above.set) {
		b->measure = (struct etq_str){"hits", 4};
		b->value = value;
		b->bound = f->above.value;
	}
	raise_breach(j, b);
}

/* What counted for nothing at t because of `after`. */
static void trace_outside(const struct judge *j, uint16_t rule, const struct forbidden *f,
			  int32_t t)
{
	const struct slot *after = state_slot(j->s, j->rules, f->after);

	TRACE(j, rule, .kind = ETQ_TRACE_OUTSIDE, .t = t,
	      .from = after->count ? slot_last(after) : t,
	      .why = after->count ? "within" : "after");
}

void forbid_seen(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct forbidden *f = &forbid_of(j, use->rule)->any[use->step];

	if (f->whole_turn) {
		j->s->rules[use->rule].whole_hits++;
		return;
	}
	bool tally = forbid_of(j, use->rule)->tally.times;

	if (!tally && !in_place(j, f, x->t)) {
		trace_outside(j, use->rule, f, x->t);
		return;
	}
	if (!tally) /* else it is to be seen whether it is one */
		j->s->rules[use->rule].hits++;
	if (x->words) {
		struct offence o = {use->rule, use->step, x->w0, x->w1};

		if (!hear_offence(j->hear, o))
			j->failed = true;
		return;
	}
	struct breach b = {
		.rule = use->rule,
		.t = x->t,
		.raised = x->utt ? x->utt->end : x->t,
		.hits = 1,
		.trigger = signal_trigger(what_of(j, f)),
		.trigger_t = x->t,
		.cause = x->utt,
		.inferred = x->inferred,
		.gravest = f,
	};

	if (x->utt)
		b.quotes[b.nquotes++] = (struct words){.utt = x->utt};
	raise_seen(j, &b);
}

static enum etq_severity severity_of(const struct judge *j, uint16_t rule,
				     const struct forbidden *f)
{
	return f->severity_set ? f->severity : j->rules->rules[rule].info.severity;
}

/* An offence whose words have been quoted for another of the things that the rule forbids. */
static bool quoted(const struct hear *h, size_t from, size_t i)
{
	const struct offence *o = &h->offences[i];

	for (size_t k = from; k < i; k++) {
		const struct offence *other = &h->offences[k];

		if (other->rule == o->rule && other->nth != o->nth && other->w0 < o->w1 &&
		    o->w0 < other->w1)
			return true;
	}
	return false;
}

/* Adds an offence's words to the breach; past the last place they are only counted. */
static void quote(const struct judge *j, struct breach *b, const struct offence *o)
{
	size_t room = ETQ_MAX_QUOTES - b->nquotes;
	size_t n = hear_words(j->hear, o->w0, o->w1, &b->quotes[b->nquotes], room);

	b->nquotes += n < room ? n : room;
	b->hits++;
}

static void take_gravest(const struct judge *j, struct breach *b, const struct offence *o)
{
	const struct forbidden *f = &forbid_of(j, b->rule)->any[o->nth];

	if (!b->gravest || severity_of(j, b->rule, f) > severity_of(j, b->rule, b->gravest))
		b->gravest = f;
}

/* All offences of one rule in the utterance, from number `from` on, in as many findings as it wants. */
static void raise_rule(struct judge *j, struct utt *u, size_t from)
{
	const struct hear *h = j->hear;
	uint16_t rule = h->offences[from].rule;
	struct breach b = {.rule = rule,
			   .t = u->t,
			   .raised = u->end,
			   .trigger = signal_trigger(what_of(j, forbid_of(j, rule)->any)),
			   .trigger_t = u->t,
			   .cause = u};

	if (forbid_of(j, rule)->tally.times) {
		if (!tally_due(j, rule, u, h->offences[from].w0))
			return;
		j->s->rules[rule].hits++;
	}
	for (size_t i = from; i < h->noffences; i++) {
		if (h->offences[i].rule != rule)
			continue;
		take_gravest(j, &b, &h->offences[i]);
		if (!quoted(h, from, i))
			quote(j, &b, &h->offences[i]);
		if (forbid_of(j, rule)->each != EACH_HIT)
			continue;
		raise_seen(j, &b);
		b.nth++;
		b.nquotes = b.hits = 0;
		b.gravest = NULL;
	}
	if (b.hits)
		raise_seen(j, &b);
}

static bool first_of_rule(const struct hear *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (h->offences[k].rule == h->offences[i].rule)
			return false;
	return true;
}

/* What of a rule is about whole turns of the side, or NULL. */
static const struct forbidden *whole_turn_of(const struct judge *j, uint16_t i, enum etq_side side)
{
	const struct rule *rule = &j->rules->rules[i];

	if (!(sides_of(j, i) & (1u << side)))
		return NULL;
	for (size_t k = 0; k < rule->forbid.n; k++)
		if (rule->forbid.any[k].whole_turn)
			return &rule->forbid.any[k];
	return NULL;
}

void forbid_utterance_over(struct judge *j, struct utt *u)
{
	for (size_t i = 0; i < j->hear->noffences; i++)
		if (first_of_rule(j->hear, i))
			raise_rule(j, u, i);
	tally_utterance_over(j, u);
	for (size_t n = 0; n < j->rules->whole_turns.n; n++) {
		uint16_t i = j->rules->whole_turns.v[n];
		const struct forbidden *f = whole_turn_of(j, i, u->by);

		if (f && !hear_covered(j->hear, what_of(j, f)))
			j->s->rules[i].only = false;
	}
}

void forbid_turn_start(struct judge *j, enum etq_side side)
{
	for (size_t n = 0; n < j->rules->whole_turns.n; n++) {
		uint16_t i = j->rules->whole_turns.v[n];
		const struct forbidden *f = whole_turn_of(j, i, side);
		struct rule_state *r = &j->s->rules[i];

		if (!f)
			continue;
		r->whole_hits = 0;
		r->only = true;
		r->in_window = in_place(j, f, j->s->last_end);
	}
}

void forbid_turn_over(struct judge *j, enum etq_side side, int32_t t)
{
	for (size_t n = 0; n < j->rules->whole_turns.n; n++) {
		uint16_t i = j->rules->whole_turns.v[n];
		const struct forbidden *f = whole_turn_of(j, i, side);
		const struct rule_state *r = &j->s->rules[i];

		if (!f || !r->whole_hits)
			continue;
		struct utt *first = j->s->ntail ? j->s->tail[0] : NULL;

		if (!r->only) {
			TRACE(j, i, .kind = ETQ_TRACE_MIXED, .t = t, .from = first ? first->t : t);
			continue;
		}
		if (!r->in_window) {
			trace_outside(j, i, f, t);
			continue;
		}
		TRACE(j, i, .kind = ETQ_TRACE_WHOLE_TURN, .t = t, .from = first ? first->t : t);
		struct pending *p = state_pend(j->s, PENDING_WHOLE_TURN, first);

		if (!p) {
			j->failed = true;
			return;
		}
		p->rule = i;
		p->anchor_t = first ? first->t : t;
		p->closes = t;
	}
}

void forbid_decide(struct judge *j, struct pending *p, int32_t raised)
{
	enum etq_side by = p->quote ? p->quote->by : ETQ_AGENT;
	const struct forbidden *f = whole_turn_of(j, p->rule, by);
	struct breach b = {
		.rule = p->rule,
		.t = p->anchor_t,
		.raised = raised,
		.hits = 1,
		.trigger = signal_trigger(what_of(j, f ? f : forbid_of(j, p->rule)->any)),
		.trigger_t = p->anchor_t,
		.cause = p->quote,
		.gravest = f,
	};

	if (p->quote)
		b.quotes[b.nquotes++] = (struct words){.utt = p->quote};
	raise_breach(j, &b);
}
