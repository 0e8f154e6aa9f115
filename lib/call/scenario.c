/*
 * `sequence` with `report: missing`: which steps were said in order. Words of a step may come early
 * and again in their place, and a step may be left out without those behind it being wrong; so each
 * step remembers the best way that led to it, and at the end the best of all is what was done.
 */
#include "call/judge.h"

/* How many of these steps must be said. */
static int weight(const struct sequence *seq, uint16_t steps)
{
	int n = 0;

	for (uint16_t i = 0; i < seq->n; i++)
		n += (steps & (1u << i)) && !seq->steps[i].optional;
	return n;
}

static bool in_time(const struct judge *j, const struct step *step, const struct chain *from,
		    int32_t t)
{
	uint32_t sides = j->rules->signals[step->signal].sides;
	struct spoken now = state_spoken(j->s, sides);

	return slot_open(&from->mark, &step->within, t, sides, &now);
}

/* The best way (of equal ones that with the earlier steps) among those to the first n steps, from which step `next` (if not NULL) is in time. */
static uint16_t best_of(const struct judge *j, const struct sequence *seq, uint16_t n,
			const struct step *next, int32_t t)
{
	const struct chain *chains = &j->s->chains[seq->chain];
	uint16_t best = 0;

	for (uint16_t i = 0; i < n; i++)
		if (chains[i].steps &&
		    (!best || weight(seq, chains[i].steps) > weight(seq, best)) &&
		    (!next || in_time(j, next, &chains[i], t)))
			best = chains[i].steps;
	return best;
}

static bool any_before(const struct judge *j, const struct sequence *seq, uint16_t k)
{
	for (uint16_t i = 0; i < k; i++)
		if (j->s->chains[seq->chain + i].steps)
			return true;
	return false;
}

const char *scenario_step(struct judge *j, const struct sequence *seq, uint16_t k, int32_t t)
{
	struct chain *chain = &j->s->chains[seq->chain + k];
	uint16_t steps = best_of(j, seq, k, &seq->steps[k], t);

	if (!steps && any_before(j, seq, k))
		return "within"; /* too late after each of those before */
	steps |= (uint16_t)(1u << k);
	if (seq->steps[k].absent || weight(seq, steps) < weight(seq, chain->steps))
		return "order";
	chain->steps = steps;
	chain->mark = (struct slot){0};
	slot_mark(&chain->mark, j->s, t);
	return NULL;
}

uint16_t scenario_done(const struct judge *j, const struct sequence *seq)
{
	return best_of(j, seq, (uint16_t)seq->n, NULL, 0);
}
