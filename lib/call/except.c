/* Exceptions (`unless`) and conditions (`when`). */
#include "call/judge.h"

#include "base/sv.h"

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

	for (int i = 0; i < VALUES_OF_CALL; i++)
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
		heard = slot_heard(&j->s->slots[e->signal], &e->within, j->s, b->t,
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
