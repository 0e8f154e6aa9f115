#include "call/packed_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/pack.h"

static struct part part(void *v, size_t count, size_t size)
{
	return (struct part){v, count * size / sizeof(uint32_t)};
}

void packed_parts(struct state *s, const struct etq_ruleset *rules, struct part parts[PARTS])
{
	parts[0] = part(&s->turn_side, state_numbers(rules), sizeof(uint32_t));
	parts[1] = part(s->pendings, s->npendings, sizeof(*s->pendings));
	parts[2] = part(s->slots, s->nslots, sizeof(*s->slots));
	parts[3] = part(s->inferred.v, s->inferred.n, sizeof(*s->inferred.v));
	parts[4] = part(s->charged.v, s->charged.n, sizeof(*s->charged.v));
}

/* How many numbers the parts of p are. */
void packed_counts(const struct packed *p, const struct etq_ruleset *rules, size_t n[PARTS])
{
	n[0] = state_numbers(rules);
	n[1] = p->npendings * sizeof(struct pending) / sizeof(uint32_t);
	n[2] = p->nslots * sizeof(struct kept_slot) / sizeof(uint32_t);
	n[3] = p->ninferred * sizeof(struct revocable) / sizeof(uint32_t);
	n[4] = p->ncharged * sizeof(struct revocable) / sizeof(uint32_t);
}

/* Where utterances are in the state itself. */
static void places_of(struct state *s, struct utt **places[PLACES])
{
	places[0] = &s->last[0];
	places[1] = &s->last[1];
	places[2] = &s->monologue_utt;
	for (int i = 0; i < TAIL_UTTS; i++)
		places[3 + i] = &s->tail[i];
}

/* ---- packing -------------------------------------------------------------------------------- */

/* Of all parts. */
uint32_t packed_total(const size_t n[PARTS])
{
	size_t sum = 0;

	for (int i = 0; i < PARTS; i++)
		sum += n[i];
	return (uint32_t)sum;
}

/* Room for so many numbers packed, each at its longest. */
static size_t packed_bound(const size_t n[PARTS])
{
	size_t size = sizeof(struct packed) + UTTS_MAX * sizeof(struct utt *);

	for (int i = 0; i < PARTS; i++)
		size += pack_bound(n[i]);
	return (size + ALIGNED - 1) / ALIGNED * ALIGNED;
}

/*
 * Room for n numbers packed, behind room for nwas of them packed; that NULL: for n numbers, twice.
 * The former's place, or NULL.
 */
struct packed *packed_draft(struct state *s, const size_t n[PARTS], const size_t nwas[PARTS])
{
	size_t front = nwas ? packed_bound(nwas) : packed_total(n) * 2 * sizeof(uint32_t);
	size_t size = front + packed_bound(n);

	if (size > s->scratch_size) {
		uint8_t *grown = realloc(s->scratch, size);

		if (!grown)
			return NULL;
		s->scratch = grown;
		s->scratch_size = size;
	}
	return (struct packed *)(s->scratch + front);
}

/* What was drafted up to there, in as much room as it takes. NULL when out of memory. */
struct packed *packed_keep(struct state *s, const struct packed *draft, const uint8_t *end)
{
	size_t size = (size_t)(end - (const uint8_t *)draft);
	struct packed *p = malloc(size + PACK_SLACK);

	if (!p)
		return NULL;
	memcpy(p, draft, size);
	if (s->opened_of == p) /* what was there before, and is gone */
		s->opened_of = NULL;
	for (int i = 0; i < p->nutts; i++)
		utt_ref(p->utts[i]);
	return p;
}

/* The utterance's number from 1 on; 0 for none. */
static uint8_t number(struct packed *p, struct utt *u)
{
	if (!u)
		return 0;
	for (uint8_t i = p->nutts; i-- > 0;)
		if (p->utts[i] == u)
			return (uint8_t)(i + 1);
	p->utts[p->nutts++] = u;
	return p->nutts;
}

void packed_number(struct packed *p, struct state *s)
{
	struct utt **places[PLACES];

	places_of(s, places);
	for (int i = 0; i < PLACES; i++)
		p->places[i] = i < 3 + (int)s->ntail ? number(p, *places[i]) : 0;
	for (uint32_t i = 0; i < s->npendings; i++) {
		s->pendings[i].quoted = number(p, s->pendings[i].quote);
		s->pendings[i].quote = NULL; /* an address does not pack */
	}
}

void packed_quotes_back(const struct packed *p, struct state *s)
{
	for (uint32_t i = 0; i < s->npendings; i++)
		if (s->pendings[i].quoted)
			s->pendings[i].quote = p->utts[s->pendings[i].quoted - 1];
}

void packed_begin(struct packed *p, const struct state *s)
{
	*p = (struct packed){.npendings = (uint8_t)s->npendings,
			     .nslots = (uint16_t)s->nslots,
			     .ninferred = s->inferred.n,
			     .ncharged = s->charged.n};
}

struct packed *packed_take(struct state *s, const struct etq_ruleset *rules)
{
	struct packed head, *p = s->same;
	struct part parts[PARTS];
	size_t n[PARTS];

	s->same = NULL;
	if (p)
		return p;
	packed_begin(&head, s);
	packed_counts(&head, rules, n);
	struct packed *draft = packed_draft(s, n, NULL);

	if (!draft)
		return NULL;
	*draft = head;
	packed_number(draft, s);
	uint8_t *at = (uint8_t *)(draft->utts + draft->nutts);

	packed_parts(s, rules, parts);
	for (int i = 0; i < PARTS; i++)
		at += pack(parts[i].v, parts[i].n, at);
	packed_quotes_back(draft, s);
	return packed_keep(s, draft, at);
}

/* ---- opening -------------------------------------------------------------------------------- */

static bool reserve(void **v, uint32_t *cap, uint32_t n, size_t size)
{
	if (n <= *cap)
		return true;
	void *grown = realloc(*v, n * size);

	if (!grown)
		return false;
	*v = grown;
	*cap = n;
	return true;
}

static bool reserve_lists(struct state *s, const struct packed *p, const struct etq_ruleset *rules)
{
	size_t n[PARTS];

	packed_counts(p, rules, n);
	return reserve((void **)&s->opened, &s->opened_cap, packed_total(n), sizeof(*s->opened)) &&
	       reserve((void **)&s->pendings, &s->pendings_cap, p->npendings,
		       sizeof(*s->pendings)) &&
	       reserve((void **)&s->slots, &s->slots_cap, p->nslots, sizeof(*s->slots)) &&
	       reserve((void **)&s->inferred.v, &s->inferred.cap, p->ninferred,
		       sizeof(*s->inferred.v)) &&
	       reserve((void **)&s->charged.v, &s->charged.cap, p->ncharged, sizeof(*s->charged.v));
}

/* Keeps the numbers as they are now, for when p is to lean on what they become; without room it does not. */
static void note_opened(struct state *s, const struct packed *p, const struct part parts[PARTS])
{
	uint32_t *at = s->opened;
	size_t n = 0;

	for (int i = 0; i < PARTS; i++)
		n += parts[i].n;
	s->opened_of = n <= s->opened_cap ? p : NULL;
	for (int i = 0; s->opened_of && i < PARTS; i++) {
		if (parts[i].n)
			memcpy(at, parts[i].v, parts[i].n * sizeof(*at));
		at += parts[i].n;
	}
}

static struct utt *numbered(const struct packed *p, uint8_t number)
{
	return number ? utt_ref(p->utts[number - 1]) : NULL;
}

/* s is clear, and has the room. */
static void fill(const struct packed *p, struct state *s, const struct etq_ruleset *rules)
{
	struct utt **places[PLACES];
	struct part parts[PARTS];
	const uint8_t *at = (const uint8_t *)(p->utts + p->nutts);

	for (int i = 0; i < p->nutts; i++)
		__builtin_prefetch(p->utts[i], 1);
	s->npendings = p->npendings;
	s->nslots = p->nslots;
	s->inferred.n = p->ninferred;
	s->charged.n = p->ncharged;
	state_place(s, rules);
	packed_parts(s, rules, parts);
	for (int i = 0; i < PARTS; i++)
		at += unpack(at, parts[i].v, parts[i].n);
	note_opened(s, p, parts);
	state_find_slots(s, rules);
	places_of(s, places);
	for (int i = 0; i < PLACES; i++)
		*places[i] = numbered(p, p->places[i]);
	for (uint32_t i = 0; i < s->npendings; i++)
		s->pendings[i].quote = numbered(p, s->pendings[i].quoted);
}

bool packed_show(const struct packed *p, struct state *s, const struct etq_ruleset *rules)
{
	state_clear(s);
	if (!reserve_lists(s, p, rules))
		return false;
	fill(p, s, rules);
	return true;
}

bool packed_open(struct packed *p, struct state *s, const struct etq_ruleset *rules)
{
	if (!packed_show(p, s, rules))
		return false;
	s->same = p;
	return true;
}

void packed_back(struct packed *p, struct state *s, const struct etq_ruleset *rules)
{
	state_clear(s);
	fill(p, s, rules);
	s->same = p;
}

void packed_free(struct packed *p)
{
	if (!p)
		return;
	for (int i = 0; i < p->nutts; i++)
		utt_unref(p->utts[i]);
	free(p);
}
