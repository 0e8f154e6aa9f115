/* Exceptions (`unless`), conditions (`when`) and windows. */
#include "call/judge.h"

#include "base/sv.h"

/* Sums a slot's counts over the sides in the mask. */
static struct spoken at_slot(const struct slot *slot, uint32_t sides)
{
	struct spoken sum = {0};

	for (int i = 0; i < 2; i++) {
		if (!(sides & (1u << i)))
			continue;
		sum.words += slot->words[i];
		sum.utterances += slot->utterances[i];
		sum.turns += slot->turns[i];
	}
	return sum;
}

bool window_open(const struct judge *j, const struct window *w, const struct slot *from, int32_t t,
		 uint32_t sides)
{
	struct spoken then = at_slot(from, sides);
	struct spoken now = state_spoken(j->s, sides);

	if (!w->ms && !w->turns && !w->words && !w->utterances)
		return true;
	return (w->ms && t - from->last <= w->ms) ||
	       (w->turns && now.turns - then.turns <= w->turns) ||
	       (w->words && now.words - then.words <= w->words) ||
	       (w->utterances && now.utterances - then.utterances <= w->utterances);
}

bool window_heard(const struct judge *j, const struct window *w, const struct slot *slot, int32_t t,
		  uint32_t sides)
{
	struct spoken then = at_slot(slot, sides);
	struct spoken now = state_spoken(j->s, sides);

	if (!slot->count)
		return false;
	if (!w->ms && !w->turns && !w->words && !w->utterances)
		return true;
	int32_t last = slot->last <= t ? slot->last : slot->first;

	return (w->ms && last <= t && t - last <= w->ms) ||
	       (w->turns && now.turns - then.turns < w->turns) ||
	       (w->words && now.words - then.words < w->words) ||
	       (w->utterances && now.utterances - then.utterances < w->utterances);
}

static bool one_of(struct etq_str s, const struct etq_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq(s, list[i]))
			return true;
	return n == 0;
}

/* The bits of the values that are known of the call. */
static uint32_t known_values(const struct judge *j)
{
	uint32_t known = 0;

	for (int i = 0; i < VALUE_NAMES; i++)
		if (j->facts->values.n[i])
			known |= 1u << i;
	return known;
}

bool when_holds(const struct judge *j, const struct when *when)
{
	const struct etq_meta *meta = &j->facts->meta;
	const struct state *s = j->s;
	uint32_t known = known_values(j);

	if (when->directions && !(when->directions & (1u << meta->direction)))
		return false;
	if (when->ended_by && (!s->ended || !(when->ended_by & (1u << s->ended_by))))
		return false;
	if (!one_of(meta->queue, when->queues, when->nqueues) ||
	    !one_of(meta->agent_id, when->agents, when->nagents))
		return false;
	if (meta->lang.p && !one_of(meta->lang, when->langs, when->nlangs))
		return false;
	if ((known & when->known) != when->known || (known & when->unknown))
		return false;
	return when->holds < 0 || (s->holds > 0) == (when->holds == 1);
}

static bool limit_holds(const struct judge *j, const struct limit *limit)
{
	for (size_t i = 0; i < limit->n; i++) {
		const struct measure_bound *m = &limit->any[i];

		if (bound_passed(&m->bound, limit_measure(j, m->measure, m->by)))
			return true;
	}
	return false;
}

static bool holds(const struct judge *j, const struct exception *e, const struct breach *b)
{
	const struct rule_state *other;
	bool heard;

	switch (e->kind) {
	case EX_HEARD:
	case EX_NOT_HEARD:
		heard = window_heard(j, &e->within, &j->s->slots[e->signal], b->t,
				     j->rules->signals[e->signal].sides);
		return heard == (e->kind == EX_HEARD);
	case EX_SEQUENCE:
		return j->s->sequences[e->sequence->slot].complete;
	case EX_LIMIT:
		return limit_holds(j, &e->limit);
	case EX_FIRED:
		other = &j->s->rules[e->fired];
		return other->fired && (!e->same_utterance || other->last_t == b->t);
	case EX_WHEN:
		return when_holds(j, &e->when);
	}
	return false;
}

bool except_any(const struct judge *j, const struct rule *rule, const struct breach *b)
{
	for (size_t i = 0; i < rule->nunless; i++) {
		const struct unless *u = &rule->unless[i];
		size_t k = 0;

		while (k < u->n && holds(j, &u->all[k], b))
			k++;
		if (k == u->n)
			return true;
	}
	return false;
}
