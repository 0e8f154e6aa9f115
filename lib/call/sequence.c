/* `sequence`: A, then B, then C, each within its window; or the steps that were left out. */
#include "call/judge.h"

#include "base/sv.h"
#include "call/trace.h"

static struct slot mark_of(const struct sequence_state *q)
{
	struct slot slot = {.first = q->t, .count = 1};

	for (int i = 0; i < 2; i++) {
		slot.words[i] = q->words[i];
		slot.utterances[i] = q->utterances[i];
		slot.turns[i] = q->turns[i];
	}
	return slot;
}

static void advance(struct judge *j, struct sequence_state *q, uint16_t step, int32_t t)
{
	if (!q->next)
		q->first_t = t;
	q->next = (uint8_t)(step + 1);
	q->t = t;
	q->serial = j->s->serial;
	for (int i = 0; i < 2; i++) {
		q->words[i] = j->s->sides[i].words;
		q->utterances[i] = j->s->sides[i].utterances;
		q->turns[i] = j->s->sides[i].turns;
	}
}

/* Only steps that may be left out, or must be, lie between the next one and this. */
static bool reachable(const struct sequence *seq, uint16_t from, uint16_t step)
{
	for (uint16_t i = from; i < step; i++)
		if (!seq->steps[i].absent && !seq->steps[i].optional)
			return false;
	return from <= step;
}

static bool in_time(const struct judge *j, const struct sequence *seq,
		    const struct sequence_state *q, uint16_t step, int32_t t)
{
	if (!q->next)
		return true;
	struct slot from = mark_of(q);
	uint32_t sides = j->rules->signals[seq->steps[step].signal].sides;

	struct spoken now = state_spoken(j->s, sides);

	return slot_open(&from, &seq->steps[step].within, t, sides, &now);
}

/* What was seen is what the step is about: the same words may stand for several. */
static bool is_about(const struct judge *j, const struct step *step, const struct sighting *x)
{
	const struct signal *signal = &j->rules->signals[step->signal];

	if (!x->words)
		return step->signal == x->signal;
	for (size_t i = 0; i < signal->nsets; i++)
		if (signal->sets[i] == x->set)
			return signal->sides & (1u << x->utt->by);
	return false;
}

/* What was seen is a step with which the sequence goes on. */
static bool goes_on(const struct judge *j, const struct sequence *seq,
		    const struct sequence_state *q, const struct sighting *x)
{
	for (uint16_t i = q->next; i < seq->n && reachable(seq, q->next, i); i++)
		if (!seq->steps[i].absent && is_about(j, &seq->steps[i], x) &&
		    in_time(j, seq, q, i, x->t))
			return true;
	return false;
}

static void trace_step(const struct judge *j, const struct use *use, enum etq_trace_kind kind,
		       int32_t t, const char *why)
{
	const struct sequence *seq = use->sequence;

	TRACE(j, use->rule, .kind = kind, .t = t, .from = j->s->sequences[seq->slot].t,
	      .role = trace_step_role(j, use->rule, seq), .step = use->step + 1u, .steps = seq->n,
	      .text = seq->steps[use->step].name, .why = why);
}

static void trace_refused(const struct judge *j, const struct use *use, const struct sighting *x,
			  const char *why)
{
	const struct sequence *seq = use->sequence;

	/* What is an earlier step as well has its last word there. */
	for (uint16_t i = 0; i < use->step; i++)
		if (!seq->steps[i].absent && is_about(j, &seq->steps[i], x))
			return;
	trace_step(j, use, ETQ_TRACE_STEP_REFUSED, x->t, why);
}

static void complete(struct judge *j, const struct use *use, struct sequence_state *q,
		     const struct sighting *x)
{
	const struct rule *rule = &j->rules->rules[use->rule];
	int32_t first_t = q->first_t;

	trace_step(j, use, ETQ_TRACE_COMPLETE, x->t, NULL);
	q->complete = true;
	q->next = 0;
	if (rule->form != FORM_SEQUENCE || rule->sequence.slot != use->sequence->slot)
		return; /* an exception's: it is asked when it matters */
	struct breach b = {
		.rule = use->rule,
		.t = x->t,
		.raised = x->utt ? x->utt->end : x->t,
		.hits = 1,
		.trigger = signal_trigger(&j->rules->signals[x->signal]),
		.trigger_t = first_t,
		.cause = x->utt,
	};

	if (x->words) {
		b.nquotes = hear_words(j->hear, x->w0, x->w1, b.quotes, ETQ_MAX_QUOTES);
		b.nquotes = b.nquotes < ETQ_MAX_QUOTES ? b.nquotes : ETQ_MAX_QUOTES;
	} else if (j->s->last[ETQ_AGENT]) {
		b.quotes[b.nquotes++] = (struct words){.utt = j->s->last[ETQ_AGENT]};
	}
	raise_breach(j, &b);
}

static bool rest_may_be_absent(const struct sequence *seq, uint16_t from)
{
	for (uint16_t i = from; i < seq->n; i++)
		if (!seq->steps[i].optional)
			return false;
	return true;
}

void sequence_step(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct sequence *seq = use->sequence;
	struct sequence_state *q = &j->s->sequences[seq->slot];
	uint16_t k = use->step;

	if (seq->missing) {
		const char *refused = scenario_step(j, seq, k, x->t);

		if (refused) {
			trace_refused(j, use, x, refused);
			return;
		}
		q->t = x->t;
		trace_step(j, use, ETQ_TRACE_STEP, x->t, NULL);
		return;
	}
	if (q->serial == j->s->serial && q->serial)
		return; /* these words, or this event, moved it already */
	if (seq->steps[k].absent) {
		if (k && q->next && reachable(seq, q->next, k)) {
			q->next = 0;
			trace_step(j, use, ETQ_TRACE_UNDONE, x->t, NULL);
		}
		return;
	}
	bool on = reachable(seq, q->next, k) && in_time(j, seq, q, k, x->t);

	bool anew = !on && q->next;

	if (!on && q->next && goes_on(j, seq, q, x))
		return; /* its turn comes */
	if (!on && (k == 0 || (reachable(seq, 0, k) && !q->next))) {
		q->next = 0; /* begins anew */
		on = true;
	}
	if (!on) {
		trace_refused(j, use, x, reachable(seq, q->next, k) ? "within" : "order");
		return;
	}
	advance(j, q, k, x->t);
	trace_step(j, use, ETQ_TRACE_STEP, x->t, anew ? "anew" : NULL);
	if (rest_may_be_absent(seq, q->next))
		complete(j, use, q, x);
}

static void raise_missing(struct judge *j, uint16_t rule, const struct sequence *seq, int32_t t)
{
	uint16_t done = scenario_done(j, seq);
	struct use last = {.rule = rule, .sequence = seq, .step = (uint16_t)(seq->n - 1)};
	bool all = true;

	for (uint16_t i = 0; i < seq->n; i++) {
		const struct step *step = &seq->steps[i];
		struct forbidden own = {.severity_set = step->severity_set,
					.severity = step->severity,
					.points_set = step->points_set,
					.points = step->points};

		if (step->absent || step->optional || (done & (1u << i)))
			continue;
		all = false;
		trace_step(j, &(struct use){.rule = rule, .sequence = seq, .step = i},
			   ETQ_TRACE_STEP_MISSING, t, NULL);
		raise_breach(j, &(struct breach){
					.rule = rule,
					.t = t,
					.raised = t,
					.nth = i,
					.trigger = step->name.p ? step->name : SV("step"),
					.trigger_t = t,
					.gravest = &own,
				});
	}
	if (all)
		trace_step(j, &last, ETQ_TRACE_COMPLETE, t, NULL);
}

/* A last `not:` step holds when the call is over and it has not come. */
static void complete_absent(struct judge *j, uint16_t rule, const struct sequence *seq, int32_t t)
{
	struct sequence_state *q = &j->s->sequences[seq->slot];

	if (!q->next || !reachable(seq, q->next, (uint16_t)seq->n))
		return;
	struct use use = {
		.role = ROLE_STEP, .rule = rule, .sequence = seq, .step = (uint16_t)(seq->n - 1)};

	complete(j, &use, q, &(struct sighting){.signal = seq->steps[q->next - 1].signal, .t = t});
}

void sequence_call_over(struct judge *j, int32_t t)
{
	for (uint16_t i = 0; i < j->rules->nrules && !j->failed; i++) {
		const struct rule *rule = &j->rules->rules[i];

		if (rule->form != FORM_SEQUENCE || rule->info.status >= ETQ_DRAFT)
			continue;
		if (rule->sequence.missing)
			raise_missing(j, i, &rule->sequence, t);
		else
			complete_absent(j, i, &rule->sequence, t);
	}
}
