/* `expect`: what was not said by a deadline after an anchor, or in a window before it. */
#include "call/judge.h"

#include "base/sv.h"
#include "call/trace.h"

static const struct rule *rule_of(const struct judge *j, uint16_t rule)
{
	return &j->rules->rules[rule];
}

static const struct signal *said_of(const struct judge *j, const struct rule *rule)
{
	return &j->rules->signals[rule->expect.said];
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* The window closes when all its parts have; one without any part stays open to the call's end. */
static void close_window(struct pending *p, const struct window *w)
{
	bool bounded = w->ms || w->turns || w->words || w->utterances;

	if (bounded && p->turns_over && p->words_over && p->utterances_over)
		p->closes = p->latest;
}

/* What was being said when the anchor came, and had the words in it, counts. */
static bool being_said(const struct judge *j, const struct rule *rule, int32_t t)
{
	const struct slot *slot = state_slot(j->s, j->rules, rule->expect.said);

	for (int side = ETQ_AGENT; side <= ETQ_CUSTOMER; side++) {
		const struct utt *u = j->s->last[side];

		if ((said_of(j, rule)->sides & (1u << side)) && u && u->end > t && slot->count &&
		    slot_last(slot) == u->t)
			return true;
	}
	return false;
}

static bool already_open(const struct judge *j, uint16_t rule)
{
	for (uint32_t i = 0; i < j->s->npendings; i++)
		if (j->s->pendings[i].rule == rule && !j->s->pendings[i].fired &&
		    j->s->pendings[i].kind == PENDING_AFTER)
			return true;
	return false;
}

static void open_window(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct window *w = &rule_of(j, use->rule)->expect.within;
	struct pending *p = state_pend(j->s, PENDING_AFTER, x->utt);

	if (!p) {
		j->failed = true;
		return;
	}
	p->rule = use->rule;
	p->inferred = x->inferred;
	p->anchor_t = x->t;
	p->latest = x->t + w->ms;
	p->turns_over = !w->turns;
	p->words_over = !w->words;
	p->utterances_over = !w->utterances;
	struct words words[1];

	p->own_turn = x->words && x->utt &&
		      (said_of(j, rule_of(j, use->rule))->sides & (1u << x->utt->by));
	if (x->words && hear_words(j->hear, x->w0, x->w1, words, 1) == 1) {
		p->w0 = (uint16_t)words[0].w0;
		p->w1 = (uint16_t)words[0].w1;
	}
	TRACE(j, p->rule, .kind = ETQ_TRACE_OPENED, .t = x->t, .role = "anchor",
	      .signal = signal_trigger(&j->rules->signals[x->signal]), .inferred = x->inferred,
	      .window = trace_window(w), .until = w->ms ? p->latest : ETQ_NO_TIME);
	close_window(p, w);
}

static void expect_before(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct rule *rule = rule_of(j, use->rule);
	const struct slot *slot = state_slot(j->s, j->rules, rule->expect.said);
	uint32_t sides = said_of(j, rule)->sides;

	if (slot_heard(slot, &rule->expect.within, j->s, x->t, sides)) {
		TRACE(j, use->rule, .kind = ETQ_TRACE_SATISFIED, .t = x->t, .why = "before",
		      .from = slot_last(slot) <= x->t ? slot_last(slot) : slot->first);
		return;
	}
	if (j->s->ended && !state_spoken(j->s, sides).utterances) {
		TRACE(j, use->rule, .kind = ETQ_TRACE_NO_OCCASION, .t = x->t, .from = x->t);
		return; /* who never spoke in the call has left nothing out */
	}
	struct utt *last = j->s->last[sides & (1u << ETQ_AGENT) ? ETQ_AGENT : ETQ_CUSTOMER];
	struct pending *p = state_pend(j->s, PENDING_BEFORE, last);

	if (!p) {
		j->failed = true;
		return;
	}
	p->rule = use->rule;
	p->inferred = x->inferred;
	p->anchor_t = x->t;
	p->closes = x->t;
}

void expect_anchor(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct rule *rule = rule_of(j, use->rule);

	if (rule->expect.before) {
		expect_before(j, use, x);
		return;
	}
	if (x->words ? already_open(j, use->rule) : being_said(j, rule, x->t)) {
		TRACE(j, use->rule, .kind = ETQ_TRACE_NOT_OPENED, .t = x->t, .from = x->t,
		      .role = "anchor", .why = x->words ? "open" : "being-said",
		      .signal = signal_trigger(&j->rules->signals[x->signal]));
		return;
	}
	open_window(j, use, x);
}

static bool satisfies(const struct judge *j, const struct pending *p, const struct sighting *x)
{
	const struct rule *rule = rule_of(j, p->rule);

	if (x->t > p->closes)
		return false;
	if (p->kind == PENDING_AFTER)
		return x->t >= p->anchor_t || (x->utt && x->utt->end > p->anchor_t);
	return !rule->expect.within.ms || x->t >= p->anchor_t - rule->expect.within.ms;
}

void expect_said(struct judge *j, const struct use *use, const struct sighting *x)
{
	struct state *s = j->s;

	for (uint32_t i = s->npendings; i-- > 0;) {
		struct pending *p = &s->pendings[i];

		if (p->rule != use->rule || p->kind > PENDING_BEFORE || !satisfies(j, p, x))
			continue;
		TRACE(j, p->rule, .kind = ETQ_TRACE_SATISFIED, .t = x->t, .from = p->anchor_t,
		      .why = p->kind == PENDING_BEFORE ? "late" : "after");
		if (p->fired)
			raise_retraction(j, p->rule, &p->issued, p->anchor_t, x->t);
		state_unpend(s, i);
	}
}

static void count_in(struct judge *j, struct pending *p, const struct utt *u)
{
	const struct window *w = &rule_of(j, p->rule)->expect.within;

	p->spoken = true;
	if (!p->turn_open && !p->own_turn) {
		p->turn_open = true;
		p->turns++;
	}
	p->utterances++;
	p->words += u->nwords;
	if (!p->utterances_over && p->utterances >= w->utterances) {
		p->utterances_over = true;
		p->latest = later(p->latest, u->t);
		TRACE(j, p->rule, .kind = ETQ_TRACE_PART_OVER, .t = u->t, .from = p->anchor_t,
		      .why = "utterances");
	}
	if (!p->words_over && p->words >= w->words) {
		p->words_over = true;
		p->latest = later(p->latest, u->t);
		TRACE(j, p->rule, .kind = ETQ_TRACE_PART_OVER, .t = u->t, .from = p->anchor_t,
		      .why = "words");
	}
	close_window(p, w);
}

void expect_spoken(struct judge *j, struct utt *u)
{
	for (uint32_t i = 0; i < j->s->npendings; i++) {
		struct pending *p = &j->s->pendings[i];

		if (p->kind != PENDING_AFTER || p->fired || u->t > p->closes)
			continue;
		if (!(said_of(j, rule_of(j, p->rule))->sides & (1u << u->by)))
			continue;
		if (!p->quote) /* an anchor without words: what was said instead is shown */
			p->quote = utt_ref(u);
		if (j->trace)
			trace_spoken(j, p, u);
		count_in(j, p, u);
	}
}

void expect_turn_over(struct judge *j, enum etq_side side, int32_t t)
{
	for (uint32_t i = 0; i < j->s->npendings; i++) {
		struct pending *p = &j->s->pendings[i];

		if (p->kind != PENDING_AFTER || p->fired || !(p->turn_open || p->own_turn))
			continue;
		const struct rule *rule = rule_of(j, p->rule);

		if (!(said_of(j, rule)->sides & (1u << side)))
			continue;
		if (p->own_turn) {
			p->own_turn = false;
			continue;
		}
		p->turn_open = false;
		if (!p->turns_over && p->turns >= rule->expect.within.turns) {
			p->turns_over = true;
			p->latest = later(p->latest, t);
			TRACE(j, p->rule, .kind = ETQ_TRACE_PART_OVER, .t = t, .from = p->anchor_t,
			      .why = "turns");
			close_window(p, &rule->expect.within);
		}
	}
}

static const char *const event_names[EVENTS] = {
	[EVENT_CALL_START] = "call.start", [EVENT_TURN_START] = "turn.start",
	[EVENT_HOLD_START] = "hold.start", [EVENT_HOLD_END] = "hold.end",
	[EVENT_WAIT_START] = "wait.start", [EVENT_WAIT_END] = "wait.end",
	[EVENT_SILENCE] = "silence",       [EVENT_INTERRUPTION] = "interruption",
	[EVENT_UTTERANCE] = "utterance",   [EVENT_ECHO] = "echo",
	[EVENT_CALL_END] = "call.end",
};

struct etq_str signal_trigger(const struct signal *signal)
{
	return signal->kind == SIGNAL_SAID ? SV("said") : sv_of(event_names[signal->event]);
}

void expect_decide(struct judge *j, struct pending *p, int32_t raised)
{
	const struct rule *rule = rule_of(j, p->rule);
	const struct signal *anchor = &j->rules->signals[rule->expect.anchor];
	struct breach b = {
		.rule = p->rule,
		.t = p->anchor_t,
		.raised = raised,
		.trigger = signal_trigger(anchor),
		.trigger_t = p->anchor_t,
		.cause = anchor->kind == SIGNAL_SAID ? p->quote : NULL,
		.inferred = p->inferred,
		.issued = &p->issued,
	};

	if (p->quote) {
		b.quotes[b.nquotes++] = (struct words){p->quote, p->w0, p->w1};
		if (anchor->kind == SIGNAL_EVENT && anchor->event == EVENT_CALL_START)
			b.t = p->quote->t;
	}
	if (j->trace)
		trace_missed(j, p, raised);
	p->fired = raise_breach(j, &b) && p->kind == PENDING_AFTER;
}
