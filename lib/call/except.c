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

/* ---- when ----------------------------------------------------------------------------------- */

static bool holds_direction(const struct judge *j, const struct when *when)
{
	return !when->directions || (when->directions & (1u << j->facts->meta.direction));
}

static bool holds_ended_by(const struct judge *j, const struct when *when)
{
	const struct state *s = j->s;

	return !when->ended_by || (s->ended && (when->ended_by & (1u << s->ended_by)));
}

static bool holds_queue(const struct judge *j, const struct when *when)
{
	return one_of(j->facts->meta.queue, when->queues, when->nqueues);
}

static bool holds_agent(const struct judge *j, const struct when *when)
{
	return one_of(j->facts->meta.agent_id, when->agents, when->nagents);
}

static bool holds_lang(const struct judge *j, const struct when *when)
{
	struct etq_str lang = j->facts->meta.lang;

	return !lang.p || one_of(lang, when->langs, when->nlangs);
}

static bool holds_known(const struct judge *j, const struct when *when)
{
	return (known_values(j) & when->known) == when->known;
}

static bool holds_unknown(const struct judge *j, const struct when *when)
{
	return !(known_values(j) & when->unknown);
}

static bool holds_holds(const struct judge *j, const struct when *when)
{
	return when->holds < 0 || (j->s->holds > 0) == (when->holds == 1);
}

const char *when_lacks(const struct judge *j, const struct when *when)
{
	static const struct {
		const char *key;
		bool (*holds)(const struct judge *j, const struct when *when);
	} tests[] = {
		{"direction", holds_direction}, {"ended_by", holds_ended_by},
		{"queue", holds_queue},         {"agent", holds_agent},
		{"lang", holds_lang},           {"known", holds_known},
		{"unknown", holds_unknown},     {"holds", holds_holds},
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!tests[i].holds(j, when))
			return tests[i].key;
	return NULL;
}

/* ---- unless --------------------------------------------------------------------------------- */

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
		heard = slot_heard(state_slot(j->s, j->rules, e->signal), &e->within, j->s, b->t,
				   j->rules->signals[e->signal].sides) &&
			(!e->last ||
			 slot_came_in(state_slot(j->s, j->rules, e->signal),
				      b->next_spell ? b->next_spell - 1 : j->s->spells));
		return heard == (e->kind == EX_HEARD);
	case EX_SEQUENCE:
		return j->s->sequences[e->sequence->slot].complete;
	case EX_LIMIT:
		return limit_holds(j, &e->limit);
	case EX_FIRED:
		other = &j->s->rules[e->fired];
		return other->fired && (!e->same_utterance || other->last_t == b->t);
	case EX_WHEN:
		return !when_lacks(j, &e->when);
	}
	return false;
}

const char *except_lacks(const struct judge *j, const struct unless *u, const struct breach *b)
{
	static const char *const keys[] = {
		[EX_HEARD] = "said",  [EX_NOT_HEARD] = "not", [EX_SEQUENCE] = "sequence",
		[EX_LIMIT] = "limit", [EX_FIRED] = "fired",   [EX_WHEN] = "when",
	};

	for (size_t k = 0; k < u->n; k++)
		if (!holds(j, &u->all[k], b))
			return keys[u->all[k].kind];
	return NULL;
}

const struct unless *except_any(const struct judge *j, const struct rule *rule,
				const struct breach *b)
{
	for (size_t i = 0; i < rule->nunless; i++)
		if (!except_lacks(j, &rule->unless[i], b))
			return &rule->unless[i];
	return NULL;
}
