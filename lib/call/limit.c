/* `limit`: a measure of the call over its bound. */
#include "call/judge.h"

#include "base/sv.h"
#include "call/trace.h"

bool bound_passed(const struct bound *b, double value)
{
	return b->below ? value < b->value : value > b->value;
}

enum { MINUTE_MS = 60000 }; /* less speech than that is no base for a rate per minute */

bool bound_amount(const struct bound *b, double count, const struct spoken *spoken, double *value)
{
	*value = count;
	if (b->rate == RATE_WORDS)
		*value = spoken->words ? count * 100.0 / spoken->words : 0;
	else if (b->rate == RATE_MINUTE)
		*value = count * MINUTE_MS /
			 (spoken->talk_ms > MINUTE_MS ? spoken->talk_ms : MINUTE_MS);
	return spoken->words >= b->over_words && (int32_t)spoken->talk_ms >= b->over_ms;
}

double limit_measure(const struct judge *j, enum measure measure, enum etq_side by)
{
	const struct state *s = j->s;
	const struct etq_meta *meta = &j->facts->meta;
	struct spoken side = s->sides[by];
	double now = s->ended ? s->end_t : s->last_end;

	switch (measure) {
	case MEASURE_RINGS:
		return meta->rings;
	case MEASURE_RING:
		return meta->ring_ms == ETQ_NO_TIME ? -1 : (double)meta->ring_ms;
	case MEASURE_HOLD:
		return s->hold_t == NEVER ? 0 : now - s->hold_t;
	case MEASURE_HOLDS:
		return s->holds;
	case MEASURE_HOLD_TOTAL:
		return s->hold_ms;
	case MEASURE_SILENCE:
		return s->ended && s->hold_t == NEVER ? s->end_t - s->last_end : 0;
	case MEASURE_MONOLOGUE:
		return s->monologue_by == by ? s->monologue : 0;
	case MEASURE_DURATION:
		return now;
	case MEASURE_TALK:
		return side.talk_ms;
	case MEASURE_WORDS:
		return side.words;
	case MEASURE_TURNS:
		return side.turns;
	case MEASURE_UTTERANCES:
		return side.utterances;
	case MEASURE_SPEED:
		return side.talk_ms ? side.words * 60000.0 / side.talk_ms : 0;
	case MEASURE_INTERRUPTIONS:
		return by <= ETQ_CUSTOMER ? s->interruptions[by] : 0;
	case MEASURES:
		break;
	}
	return 0;
}

typedef void limit_fn(struct judge *j, uint16_t rule, uint8_t bound, void *arg);

/* Calls fn for every bound on the measure in the rules that are limits. */
static void each_limit(struct judge *j, enum measure measure, limit_fn *fn, void *arg)
{
	for (size_t n = 0; n < j->rules->limits.n; n++) {
		uint16_t i = j->rules->limits.v[n];
		const struct rule *rule = &j->rules->rules[i];

		for (uint8_t k = 0; k < rule->limit.n; k++)
			if (rule->limit.any[k].measure == measure)
				fn(j, i, k, arg);
	}
}

static struct breach breach_of(const struct judge *j, uint16_t rule, uint8_t bound, double value)
{
	const struct measure_bound *m = &j->rules->rules[rule].limit.any[bound];

	return (struct breach){.rule = rule,
			       .trigger = sv_of(measure_infos[m->measure].name),
			       .measure = sv_of(measure_infos[m->measure].name),
			       .value = value,
			       .bound = m->bound.value};
}

/* How far the measure that began at `from` had come by t. */
static void trace_measure(const struct judge *j, uint16_t rule, uint8_t bound, int32_t from,
			  int32_t t, double value)
{
	const struct measure_bound *m = &j->rules->rules[rule].limit.any[bound];

	TRACE(j, rule, .kind = ETQ_TRACE_MEASURED, .t = t, .from = from,
	      .measure = sv_of(measure_infos[m->measure].name), .value = value,
	      .bound = m->bound.value, .below = m->bound.below,
	      .why = value < 0                        ? "unknown"
		     : bound_passed(&m->bound, value) ? "beyond"
						      : NULL);
}

/* ---- running times: hold, silence ---------------------------------------------------------- */

struct running {
	enum pending_kind kind;
	int32_t t;
	bool inferred;
};

static void start_running(struct judge *j, uint16_t rule, uint8_t bound, void *arg)
{
	const struct running *run = arg;
	const struct rule *r = &j->rules->rules[rule];

	if (run->inferred && !r->inferred)
		return;
	struct pending *p = state_pend(j->s, run->kind, NULL);

	if (!p) {
		j->failed = true;
		return;
	}
	p->rule = rule;
	p->bound = bound;
	p->inferred = run->inferred;
	p->anchor_t = run->t;
	p->next_spell = j->s->spells + 1;
	p->closes = run->t + (int32_t)r->limit.any[bound].bound.value;
	p->latest = NEVER;
}

/* Those that have run over by t are to be decided; the others are over. */
static void stop_running(struct judge *j, enum pending_kind kind, int32_t t)
{
	struct state *s = j->s;

	for (uint32_t i = s->npendings; i-- > 0;) {
		struct pending *p = &s->pendings[i];

		if (p->kind != kind || p->latest != NEVER)
			continue;
		if (p->closes < t) {
			p->latest = t;
			continue;
		}
		if (t > p->anchor_t)
			trace_measure(j, p->rule, p->bound, p->anchor_t, t, t - p->anchor_t);
		state_unpend(s, i);
	}
}

void limit_hold_start(struct judge *j, int32_t t, bool inferred)
{
	each_limit(j, MEASURE_HOLD, start_running, &(struct running){PENDING_HOLD, t, inferred});
}

void limit_hold_stop(struct judge *j, int32_t t)
{
	stop_running(j, PENDING_HOLD, t);
}

void limit_silence_start(struct judge *j, int32_t t)
{
	stop_running(j, PENDING_SILENCE, t);
	each_limit(j, MEASURE_SILENCE, start_running, &(struct running){PENDING_SILENCE, t, false});
}

void limit_silence_stop(struct judge *j, int32_t t)
{
	stop_running(j, PENDING_SILENCE, t);
}

void limit_decide(struct judge *j, uint32_t pending)
{
	struct pending *p = &j->s->pendings[pending];
	const struct limit *limit = &j->rules->rules[p->rule].limit;
	struct breach b = breach_of(j, p->rule, p->bound, p->closes - p->anchor_t);

	b.t = b.raised = p->closes;
	b.trigger_t = p->anchor_t;
	b.nth = (uint32_t)b.value;
	b.inferred = p->inferred;
	b.next_spell = p->next_spell;
	raise_breach(j, &b);
	if (limit->every > 0 && p->closes + limit->every < p->latest)
		p->closes += (int32_t)limit->every;
	else
		state_unpend(j->s, pending);
}

/* ---- counts --------------------------------------------------------------------------------- */

static void judge_rings(struct judge *j, uint16_t rule, uint8_t bound, void *arg)
{
	const struct measure_bound *m = &j->rules->rules[rule].limit.any[bound];
	double value = limit_measure(j, m->measure, m->by);

	trace_measure(j, rule, bound, 0, 0, value);
	if (value < 0)
		return;
	j->s->rings_judged = true;
	if (!bound_passed(&m->bound, value) || j->s->rules[rule].measured)
		return;
	struct breach b = breach_of(j, rule, bound, value);

	j->s->rules[rule].measured = raise_breach(j, &b);
}

void limit_rings(struct judge *j)
{
	if (j->s->rings_judged)
		return;
	each_limit(j, MEASURE_RINGS, judge_rings, NULL);
	each_limit(j, MEASURE_RING, judge_rings, NULL);
}

static void judge_monologue(struct judge *j, uint16_t rule, uint8_t bound, void *arg)
{
	struct utt *u = arg;
	const struct limit *limit = &j->rules->rules[rule].limit;
	const struct measure_bound *m = &limit->any[bound];
	struct rule_state *r = &j->s->rules[rule];
	double words = limit_measure(j, MEASURE_MONOLOGUE, m->by);

	if (words <= u->nwords)
		r->hits = 0; /* a new one */
	if (u->by == m->by)
		trace_measure(j, rule, bound, j->s->monologue_utt->t, u->end, words);
	if (u->by != m->by || words <= m->bound.value + r->hits * limit->every ||
	    (r->hits && limit->every <= 0))
		return;
	struct breach b = breach_of(j, rule, bound, words);

	b.t = b.trigger_t = j->s->monologue_utt->t;
	b.raised = u->end;
	b.cause = j->s->monologue_utt;
	b.nth = r->hits++;
	b.quotes[b.nquotes++] = (struct words){.utt = j->s->monologue_utt};
	raise_breach(j, &b);
}

void limit_monologue(struct judge *j, struct utt *u)
{
	each_limit(j, MEASURE_MONOLOGUE, judge_monologue, u);
}

static void judge_interruption(struct judge *j, uint16_t rule, uint8_t bound, void *arg)
{
	struct utt *u = arg;
	const struct measure_bound *m = &j->rules->rules[rule].limit.any[bound];
	double value = limit_measure(j, MEASURE_INTERRUPTIONS, m->by);

	if (u->by == m->by)
		trace_measure(j, rule, bound, u->t, u->t, value);
	if (u->by != m->by || !bound_passed(&m->bound, value))
		return;
	struct breach b = breach_of(j, rule, bound, value);

	b.t = b.trigger_t = u->t;
	b.raised = u->end;
	b.cause = u;
	b.quotes[b.nquotes++] = (struct words){.utt = u};
	raise_breach(j, &b);
}

void limit_interruption(struct judge *j, struct utt *u)
{
	each_limit(j, MEASURE_INTERRUPTIONS, judge_interruption, u);
}

static void judge_total(struct judge *j, uint16_t rule, uint8_t bound, void *arg)
{
	const int32_t *t = arg;
	const struct measure_bound *m = &j->rules->rules[rule].limit.any[bound];
	double value = limit_measure(j, m->measure, m->by);

	trace_measure(j, rule, bound, 0, *t, value);
	if (j->s->rules[rule].measured || !bound_passed(&m->bound, value))
		return;
	struct breach b = breach_of(j, rule, bound, value);

	b.t = b.raised = b.trigger_t = *t;
	j->s->rules[rule].measured = raise_breach(j, &b);
}

void limit_call_over(struct judge *j, int32_t t)
{
	for (int m = 0; m < MEASURES; m++)
		if (!measure_infos[m].running && m != MEASURE_RINGS && m != MEASURE_RING)
			each_limit(j, (enum measure)m, judge_total, &t);
}
