/* `times` of a forbid: `after` must have come so often, counted apart by kind of thing. */
#include "base/sv.h"
#include "call/judge.h"
#include "call/trace.h"

#define KIND_BIT(kind) (UINT64_C(1) << (kind))

static const struct tally *tally_of(const struct judge *j, uint16_t rule)
{
	return &j->rules->rules[rule].forbid.tally;
}

/* What `after` and `until` are about. */
static uint64_t spoken_of(const struct tally_state *state)
{
	return state->kinds ? state->kinds : KIND_BIT(0);
}

/* The kind that the set stands for, from 1 on; 0 when it is none. */
static uint8_t kind_of_set(const struct signal *kinds, uint16_t set)
{
	for (size_t i = 0; i < kinds->nsets; i++)
		if (kinds->sets[i] == set)
			return (uint8_t)(i + 1);
	return 0;
}

/* The first kind named in u behind word w0 of it, else the last before that; 0 when none is. */
static uint8_t nearest_kind(const struct signal *kinds, const struct utt *u, int32_t w0,
			    bool *behind)
{
	uint8_t before = 0;

	for (uint32_t i = 0; i < u->nhits; i++) {
		uint8_t kind = kind_of_set(kinds, u->hits[i].set);

		*behind = kind && u->hits[i].w1 > w0;
		if (*behind)
			return kind;
		if (kind)
			before = kind;
	}
	return before;
}

/* Bits of all kinds named in u. */
static uint64_t all_kinds(const struct signal *kinds, const struct utt *u)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < u->nhits; i++) {
		uint8_t kind = kind_of_set(kinds, u->hits[i].set);

		if (kind)
			all |= KIND_BIT(kind);
	}
	return all;
}

/* What had no name so far is these. */
static void give_names(struct tally_state *state, uint64_t kinds)
{
	for (unsigned kind = 1; kind <= KINDS_MAX; kind++)
		if (kinds & KIND_BIT(kind))
			state->counts[kind] = state->counts[0];
	state->counts[0] = 0;
	if (state->fresh & KIND_BIT(0))
		state->fresh |= kinds;
}

static uint32_t turns_of(const struct judge *j, uint16_t signal)
{
	return state_spoken(j->s, j->rules->signals[signal].sides).turns;
}

/* `after` came in the last turn of its side. */
static bool refused_last(const struct judge *j, uint16_t rule, const struct tally_state *state)
{
	uint16_t after = j->rules->rules[rule].forbid.any->after;

	return state->turn && state->turn == turns_of(j, after);
}

/*
 * What u names is refused with what is spoken of; alone when that is none of it and the forbidden words
 * did not come in their side's last turn.
 */
static void take_named(const struct judge *j, uint16_t rule, struct tally_state *state,
		       const struct utt *u)
{
	const struct forbid *forbid = &j->rules->rules[rule].forbid;

	if (!u || forbid->tally.kinds == NO_SIGNAL)
		return;
	uint64_t named = all_kinds(&j->rules->signals[forbid->tally.kinds], u);

	if (!named)
		return;
	if (!state->kinds)
		give_names(state, named);
	if ((named & state->kinds) || state->said == turns_of(j, forbid->any->what))
		state->kinds |= named;
	else
		state->kinds = named;
}

void tally_after(struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct tally *tally = tally_of(j, use->rule);
	uint32_t turns = turns_of(j, x->signal);

	if (!tally->times)
		return;
	struct tally_state *state = &j->s->tallies[tally->slot];

	if (turns && state->turn == turns)
		return; /* once a turn */
	take_named(j, use->rule, state, x->utt);
	state->turn = turns;
	state->fresh |= spoken_of(state);
	for (unsigned kind = 0; kind <= KINDS_MAX; kind++)
		if ((spoken_of(state) & KIND_BIT(kind)) && state->counts[kind] < UINT16_MAX)
			state->counts[kind]++;
}

void tally_until(struct judge *j, const struct use *use, const struct sighting *x)
{
	struct tally_state *state = &j->s->tallies[tally_of(j, use->rule)->slot];

	for (unsigned kind = 0; kind <= KINDS_MAX; kind++)
		if (spoken_of(state) & KIND_BIT(kind))
			state->counts[kind] = 0;
	state->turn = 0;
}

/* What forbidden words are about. */
struct meant {
	uint64_t kinds; /* bits of what is meant; 0: nothing is named */
	uint64_t all;   /* … and of all that their turn names */
	bool behind;    /* named behind the words: «возьмите страховку» */
};

/*
 * Words from w0 of u on are about the kinds named in u that were spoken of, else about the nearest,
 * else about the nearest before it in the turn.
 */
static struct meant meant_by(const struct judge *j, const struct signal *kinds, const struct utt *u,
			     int32_t w0, uint64_t spoken)
{
	const struct state *s = j->s;
	struct meant m = {.all = all_kinds(kinds, u)};
	uint8_t kind = nearest_kind(kinds, u, w0, &m.behind);

	m.kinds = m.all & spoken;
	for (uint32_t i = s->ntail; s->turn_side == u->by && i-- > 0;) {
		bool behind;

		m.all |= all_kinds(kinds, s->tail[i]);
		if (!kind)
			kind = nearest_kind(kinds, s->tail[i], INT16_MAX, &behind);
	}
	if (!m.kinds && kind)
		m.kinds = KIND_BIT(kind);
	return m;
}

static bool take_due(const struct judge *j, uint16_t rule, unsigned kind, int32_t t)
{
	const struct tally *tally = tally_of(j, rule);
	struct tally_state *state = &j->s->tallies[tally->slot];
	uint16_t count = state->counts[kind];

	if (count < tally->times) {
		TRACE(j, rule, .kind = ETQ_TRACE_COUNTED, .t = t, .measure = SV("times"),
		      .value = count, .bound = tally->times - 1);
		return false;
	}
	if (!(state->fresh & KIND_BIT(kind))) {
		TRACE(j, rule, .kind = ETQ_TRACE_OUTSIDE, .t = t, .from = t, .why = "after");
		return false;
	}
	state->fresh &= ~KIND_BIT(kind);
	return true;
}

bool tally_due(struct judge *j, uint16_t rule, const struct utt *u, uint32_t w0)
{
	const struct tally *tally = tally_of(j, rule);
	struct tally_state *state = &j->s->tallies[tally->slot];
	struct meant m = {0};

	state->said = state_spoken(j->s, 1u << u->by).turns;
	if (tally->kinds != NO_SIGNAL)
		m = meant_by(j, &j->rules->signals[tally->kinds], u,
			     (int32_t)w0 - (int32_t)j->hear->new_word, state->kinds);
	if (m.kinds && !state->kinds)
		give_names(state, m.all);
	/* Right behind a refusal what is named before the words may be an argument for the same. */
	bool argued = !m.behind && refused_last(j, rule, state);

	if (m.kinds)
		state->kinds = argued ? m.all | state->kinds : m.all;
	else
		m.kinds = spoken_of(state);
	for (unsigned kind = 0; kind <= KINDS_MAX; kind++)
		if ((m.kinds & KIND_BIT(kind)) && take_due(j, rule, kind, u->t))
			return true;
	return false;
}

void tally_utterance_over(struct judge *j, const struct utt *u)
{
	uint32_t turns = state_spoken(j->s, 1u << u->by).turns;

	for (size_t n = 0; n < j->rules->tallied.n; n++) {
		const struct rule *rule = &j->rules->rules[j->rules->tallied.v[n]];
		const struct tally *tally = &rule->forbid.tally;

		if (!(j->rules->signals[rule->forbid.any->what].sides & (1u << u->by)))
			continue;
		struct tally_state *state = &j->s->tallies[tally->slot];

		if (turns && state->said == turns)
			state->kinds |= all_kinds(&j->rules->signals[tally->kinds], u);
	}
}
