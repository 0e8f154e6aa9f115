#include "call/packed.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"

enum {
	PLACES = TAIL_UTTS + 3,           /* of utterances in the state itself */
	UTTS_MAX = PLACES + PENDINGS_MAX, /* a byte holds their number */
};

_Static_assert(UTTS_MAX <= UINT8_MAX, "numbers of utterances");
_Static_assert(sizeof(struct pending) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(sizeof(struct revocable) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(sizeof(struct slot) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(offsetof(struct state, turn_side) % sizeof(uint32_t) == 0, "packed as such");

struct packed {
	uint32_t npendings, nslots, ninferred, ncharged;
	uint8_t places
		[PLACES]; /* which of the utterances, from 1 on: the last two, the monologue's, the tail */
	uint8_t nutts;
	struct utt *utts[]; /* each once; then the bytes */
};

/* One of the parts that are packed one after another: a row of numbers. */
struct part {
	void *v;
	size_t n;
};

enum { PARTS = 5 };

static struct part part(void *v, size_t count, size_t size)
{
	return (struct part){v, count * size / sizeof(uint32_t)};
}

static void parts_of(struct state *s, const struct etq_ruleset *rules, struct part parts[PARTS])
{
	size_t from = offsetof(struct state, turn_side);

	parts[0] = part((char *)s + from, 1, state_size(rules) - from);
	parts[1] = part(s->pendings, s->npendings, sizeof(*s->pendings));
	parts[2] = part(s->slots, s->nslots, sizeof(*s->slots));
	parts[3] = part(s->inferred.v, s->inferred.n, sizeof(*s->inferred.v));
	parts[4] = part(s->charged.v, s->charged.n, sizeof(*s->charged.v));
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

/* Room for all of it, with every number at its longest. */
static bool reserve_scratch(struct state *s, const struct part parts[PARTS])
{
	size_t size = sizeof(struct packed) + UTTS_MAX * sizeof(struct utt *);

	for (int i = 0; i < PARTS; i++)
		size += pack_bound(parts[i].n);
	if (size <= s->scratch_size)
		return true;
	uint8_t *grown = realloc(s->scratch, size);

	if (!grown)
		return false;
	s->scratch = grown;
	s->scratch_size = size;
	return true;
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

static void number_all(struct packed *p, struct state *s)
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

static void quotes_back(const struct packed *p, struct state *s)
{
	for (uint32_t i = 0; i < s->npendings; i++)
		if (s->pendings[i].quoted)
			s->pendings[i].quote = p->utts[s->pendings[i].quoted - 1];
}

struct packed *packed_take(struct state *s, const struct etq_ruleset *rules)
{
	struct packed *p = s->same;
	struct part parts[PARTS];

	s->same = NULL;
	if (p)
		return p;
	parts_of(s, rules, parts);
	if (!reserve_scratch(s, parts))
		return NULL;
	struct packed *draft = (struct packed *)s->scratch;

	*draft = (struct packed){.npendings = s->npendings,
				 .nslots = s->nslots,
				 .ninferred = s->inferred.n,
				 .ncharged = s->charged.n};
	number_all(draft, s);
	uint8_t *at = (uint8_t *)(draft->utts + draft->nutts);

	for (int i = 0; i < PARTS; i++)
		at += pack(parts[i].v, parts[i].n, at);
	quotes_back(draft, s);
	size_t size = (size_t)(at - s->scratch);

	p = malloc(size + PACK_SLACK);
	if (!p)
		return NULL;
	memcpy(p, draft, size);
	for (int i = 0; i < p->nutts; i++)
		utt_ref(p->utts[i]);
	return p;
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

static bool reserve_lists(struct state *s, const struct packed *p)
{
	return reserve((void **)&s->pendings, &s->pendings_cap, p->npendings,
		       sizeof(*s->pendings)) &&
	       reserve((void **)&s->slots, &s->slots_cap, p->nslots, sizeof(*s->slots)) &&
	       reserve((void **)&s->inferred.v, &s->inferred.cap, p->ninferred,
		       sizeof(*s->inferred.v)) &&
	       reserve((void **)&s->charged.v, &s->charged.cap, p->ncharged, sizeof(*s->charged.v));
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
	parts_of(s, rules, parts);
	for (int i = 0; i < PARTS; i++)
		at += unpack(at, parts[i].v, parts[i].n);
	places_of(s, places);
	for (int i = 0; i < PLACES; i++)
		*places[i] = numbered(p, p->places[i]);
	for (uint32_t i = 0; i < s->npendings; i++)
		s->pendings[i].quote = numbered(p, s->pendings[i].quoted);
}

bool packed_show(const struct packed *p, struct state *s, const struct etq_ruleset *rules)
{
	state_clear(s);
	if (!reserve_lists(s, p))
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
