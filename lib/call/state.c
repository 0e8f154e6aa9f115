#include "call/state.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MORE = 4 };

static size_t state_size(const struct etq_ruleset *rules)
{
	return sizeof(struct state) + rules->nrules * sizeof(struct rule_state) +
	       rules->nsequences * sizeof(struct sequence_state) +
	       rules->ntallies * sizeof(struct tally_state) +
	       rules->nchains * sizeof(struct chain) + rules->nslots * sizeof(uint16_t);
}

static void state_place(struct state *s, const struct etq_ruleset *rules)
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

	return place == 0 ? &never : &s->slots[place - 1];
}

struct slot *state_keep_slot(struct state *s, const struct etq_ruleset *rules, uint16_t signal)
{
	uint16_t *place = &s->slot_places[rules->signal_slots[signal]];

	if (*place != 0)
		return &s->slots[*place - 1];
	if (s->nslots == s->slots_cap) {
		uint16_t cap = (uint16_t)(s->slots_cap + SLOTS_MORE);
		struct slot *grown = realloc(s->slots, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		s->slots = grown;
		s->slots_cap = cap;
	}
	s->slots[s->nslots] = (struct slot){0};
	*place = ++s->nslots;
	return &s->slots[*place - 1];
}

struct state *state_new(const struct etq_ruleset *rules)
{
	struct state *s = calloc(1, state_size(rules));

	if (!s)
		return NULL;
	state_place(s, rules);
	s->turn_side = ETQ_SIDES;
	s->monologue_by = ETQ_SIDES;
	s->hold_t = NEVER;
	s->wait_t = NEVER;
	return s;
}

static void state_ref_all(struct state *s)
{
	utt_ref(s->monologue_utt);
	for (uint32_t i = 0; i < s->ntail; i++)
		utt_ref(s->tail[i]);
	for (int i = 0; i < 2; i++)
		utt_ref(s->last[i]);
	for (uint32_t i = 0; s->pendings && i < s->npendings; i++)
		utt_ref(s->pendings[i].quote);
}

/* A copy of n bytes, NULL for none of them; *ok is left alone or, out of memory, false. */
static void *copy_bytes(const void *from, size_t n, bool *ok)
{
	void *to = n > 0 ? malloc(n) : NULL;

	if (to)
		memcpy(to, from, n);
	else if (n > 0)
		*ok = false;
	return to;
}

struct state *state_copy(const struct state *s, const struct etq_ruleset *rules)
{
	bool ok = true;
	struct state *copy = copy_bytes(s, state_size(rules), &ok);
	struct pending *pendings = copy_bytes(s->pendings, s->npendings * sizeof(*s->pendings),
					      &ok);
	struct revocable *inferred = copy_bytes(s->inferred, s->ninferred * sizeof(*s->inferred),
						&ok);
	struct revocable *charged = copy_bytes(s->charged, s->ncharged * sizeof(*s->charged), &ok);
	struct slot *slots = copy_bytes(s->slots, s->nslots * sizeof(*s->slots), &ok);

	if (!copy || !ok) {
		free(copy);
		free(pendings);
		free(inferred);
		free(charged);
		free(slots);
		return NULL;
	}
	state_place(copy, rules);
	copy->pendings = pendings;
	copy->pendings_cap = s->npendings;
	copy->inferred = inferred;
	copy->slots = slots;
	copy->slots_cap = s->nslots;
	copy->charged = charged;
	state_ref_all(copy);
	return copy;
}

void state_free(struct state *s)
{
	if (!s)
		return;
	utt_unref(s->monologue_utt);
	for (uint32_t i = 0; i < s->ntail; i++)
		utt_unref(s->tail[i]);
	for (int i = 0; i < 2; i++)
		utt_unref(s->last[i]);
	for (uint32_t i = 0; i < s->npendings; i++)
		utt_unref(s->pendings[i].quote);
	free(s->pendings);
	free(s->inferred);
	free(s->charged);
	free(s->slots);
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

bool state_remember(struct revocable **list, uint32_t *n, const struct revocable *finding)
{
	struct revocable *grown = realloc(*list, (*n + 1) * sizeof(*grown));

	if (!grown)
		return false;
	*list = grown;
	grown[(*n)++] = *finding;
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
