#include "call/state.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "call/packed.h"

enum { SLOTS_MORE = 4 };

/* All but slot_places, which is last. */
static size_t size_in_front(const struct etq_ruleset *rules)
{
	return sizeof(struct state) + rules->nrules * sizeof(struct rule_state) +
	       rules->nsequences * sizeof(struct sequence_state) +
	       rules->ntallies * sizeof(struct tally_state) + rules->nchains * sizeof(struct chain);
}

size_t state_size(const struct etq_ruleset *rules)
{
	return size_in_front(rules) + rules->nslots * sizeof(uint16_t);
}

size_t state_numbers(const struct etq_ruleset *rules)
{
	return (size_in_front(rules) - offsetof(struct state, turn_side)) / sizeof(uint32_t);
}

void state_find_slots(struct state *s, const struct etq_ruleset *rules)
{
	memset(s->slot_places, 0, rules->nslots * sizeof(*s->slot_places));
	for (uint32_t i = 0; i < s->nslots; i++)
		s->slot_places[s->slots[i].number] = (uint16_t)(i + 1);
}

void state_place(struct state *s, const struct etq_ruleset *rules)
{
	s->tallies = (struct tally_state *)(s + 1); /* first: they need the widest alignment */
	s->rules = (struct rule_state *)(s->tallies + rules->ntallies);
	s->sequences = (struct sequence_state *)(s->rules + rules->nrules);
	s->chains = (struct chain *)(s->sequences + rules->nsequences);
	s->slot_places = (uint16_t *)(s->chains + rules->nchains);
}

struct issued issued_of(const struct etq_finding *f)
{
	struct issued issued = {
		.severity = (uint8_t)f->severity, .inferred = f->inferred, .points = f->points};

	memcpy(issued.id, f->id, sizeof(issued.id));
	return issued;
}

const struct slot *state_slot(const struct state *s, const struct etq_ruleset *rules,
			      uint16_t signal)
{
	static const struct slot never;
	uint16_t number = rules->signal_slots[signal];
	uint16_t place = number == NO_SLOT ? 0 : s->slot_places[number];

	return place == 0 ? &never : &s->slots[place - 1].slot;
}

struct slot *state_keep_slot(struct state *s, const struct etq_ruleset *rules, uint16_t signal)
{
	uint16_t number = rules->signal_slots[signal];
	uint16_t *place = &s->slot_places[number];

	if (*place != 0)
		return &s->slots[*place - 1].slot;
	if (s->nslots == s->slots_cap) {
		uint32_t cap = s->slots_cap + SLOTS_MORE;
		struct kept_slot *grown = realloc(s->slots, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		s->slots = grown;
		s->slots_cap = cap;
	}
	s->slots[s->nslots] = (struct kept_slot){.number = number};
	*place = (uint16_t)++s->nslots;
	return &s->slots[*place - 1].slot;
}

struct state *state_new(const struct etq_ruleset *rules)
{
	struct state *s = calloc(1, state_size(rules));

	if (s)
		s->room = state_size(rules);
	return s;
}

void state_begin(struct state *s, const struct etq_ruleset *rules)
{
	state_clear(s);
	memset(&s->turn_side, 0, state_size(rules) - offsetof(struct state, turn_side));
	state_place(s, rules);
	s->turn_side = ETQ_SIDES;
	s->monologue_by = ETQ_SIDES;
	s->hold_t = NEVER;
	s->wait_t = NEVER;
}

void state_clear(struct state *s)
{
	packed_free(s->same);
	s->same = NULL;
	s->opened_of = NULL;
	utt_set(&s->monologue_utt, NULL);
	for (uint32_t i = 0; i < s->ntail; i++)
		utt_set(&s->tail[i], NULL);
	for (int i = 0; i < 2; i++)
		utt_set(&s->last[i], NULL);
	for (uint32_t i = 0; i < s->npendings; i++)
		utt_unref(s->pendings[i].quote);
	s->ntail = s->npendings = s->nslots = s->inferred.n = s->charged.n = 0;
}

void state_free(struct state *s)
{
	if (!s)
		return;
	state_clear(s);
	free(s->pendings);
	free(s->inferred.v);
	free(s->charged.v);
	free(s->slots);
	free(s->scratch);
	free(s->opened);
	free(s);
}

struct pending *state_pend(struct state *s, enum pending_kind kind, struct utt *quote)
{
	if (s->npendings == PENDINGS_MAX)
		state_unpend(s, 0);
	if (s->npendings == s->pendings_cap) {
		uint32_t cap = s->pendings_cap ? s->pendings_cap * 2 : 4;
		struct pending *grown = realloc(s->pendings, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		s->pendings = grown;
		s->pendings_cap = cap;
	}
	struct pending *p = &s->pendings[s->npendings++];

	*p = (struct pending){.kind = (uint8_t)kind, .quote = utt_ref(quote), .closes = NEVER};
	return p;
}

void state_unpend(struct state *s, uint32_t i)
{
	utt_unref(s->pendings[i].quote);
	s->npendings--;
	memmove(&s->pendings[i], &s->pendings[i + 1], (s->npendings - i) * sizeof(*s->pendings));
}

bool state_remember(struct revocables *list, const struct revocable *finding)
{
	if (list->n == list->cap) {
		uint32_t cap = list->cap ? list->cap * 2 : 4;
		struct revocable *grown = realloc(list->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		list->v = grown;
		list->cap = cap;
	}
	list->v[list->n++] = *finding;
	return true;
}

struct spoken state_spoken(const struct state *s, uint32_t sides)
{
	struct spoken sum = {0};

	for (int i = ETQ_AGENT; i <= ETQ_CUSTOMER; i++) {
		if (!(sides & (1u << i)))
			continue;
		sum.words += s->sides[i].words;
		sum.utterances += s->sides[i].utterances;
		sum.turns += s->sides[i].turns;
		sum.talk_ms += s->sides[i].talk_ms;
	}
	return sum;
}
