#include "call/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"

enum {
	RINGS_TIMED = 1, /* ring_ms is given, and in the bytes */
	TOLD = 2,        /* a score was told, and is in the bytes */
	FIRM_NAMED = 4,  /* metadata has the firm's name, which is not in the bytes */
};

struct record {
	struct firm *firm; /* a reference, or NULL */
	int64_t started_at;
	int32_t rings;
	uint16_t ncounts;
	uint8_t direction, flags;
	uint8_t bytes[];
};

/* ---- put away ------------------------------------------------------------------------------- */

/* Where bytes go; at == NULL: they are only counted. */
struct bytes {
	uint8_t *at;
	size_t n;
};

static void put(struct bytes *b, const void *p, size_t n)
{
	if (b->at && n)
		memcpy(b->at + b->n, p, n);
	b->n += n;
}

/* A length, seven bits a byte, lowest first. */
static void put_length(struct bytes *b, size_t n)
{
	do {
		uint8_t byte = (uint8_t)((n & 0x7f) | (n > 0x7f ? 0x80 : 0));

		put(b, &byte, 1);
		n >>= 7;
	} while (n);
}

/* 0: there is none, which is not the same as an empty one. */
static void put_string(struct bytes *b, struct etq_str s)
{
	put_length(b, s.p ? s.n + 1 : 0);
	put(b, s.p, s.p ? s.n : 0);
}

static void put_name(struct bytes *b, const struct known_name *name)
{
	uint8_t packed[VALUE_PACKED_MAX];
	uint8_t head[] = {name->from_meta, name->nlike};

	put(b, packed, value_pack(&name->value, packed));
	put(b, head, sizeof(head));
	put(b, name->like, name->nlike * sizeof(*name->like));
}

static bool counted(const struct score_counts *c)
{
	static const struct score_counts none;

	return memcmp(c, &none, sizeof(none)) != 0;
}

static void put_card(struct bytes *b, const struct record *r, const struct scorecard *card,
		     size_t nrules)
{
	if (r->flags & TOLD) {
		put(b, &card->revision, sizeof(card->revision));
		put(b, &card->told, sizeof(card->told));
	}
	for (size_t i = 0; i < nrules; i++) {
		uint16_t rule = (uint16_t)i;

		if (!counted(&card->counts[i]))
			continue;
		put(b, &rule, sizeof(rule));
		put(b, &card->counts[i], sizeof(card->counts[i]));
	}
}

static void put_facts(struct bytes *b, const struct record *r, const struct facts *f)
{
	struct etq_meta meta = f->meta;
	struct etq_str *strings[META_STRINGS];

	if (r->flags & RINGS_TIMED)
		put(b, &meta.ring_ms, sizeof(meta.ring_ms));
	if (r->flags & FIRM_NAMED)
		meta.company = SV_NONE;
	facts_strings(&meta, strings);
	for (int i = 0; i < META_STRINGS; i++)
		put_string(b, *strings[i]);
	for (int i = 0; i < KNOWN_NAMES; i++)
		put_name(b, &f->names[i]);
}

static struct record head_of(const struct facts *f, const struct scorecard *card, size_t nrules)
{
	struct record r = {.firm = f->firm,
			   .started_at = f->meta.started_at,
			   .rings = f->meta.rings,
			   .direction = (uint8_t)f->meta.direction};

	if (f->meta.ring_ms != ETQ_NO_TIME)
		r.flags |= RINGS_TIMED;
	if (card->revision)
		r.flags |= TOLD;
	if (f->firm && sv_eq(f->firm->name, f->meta.company))
		r.flags |= FIRM_NAMED;
	for (size_t i = 0; i < nrules; i++)
		r.ncounts = (uint16_t)(r.ncounts + counted(&card->counts[i]));
	return r;
}

struct record *record_new(const struct facts *f, const struct scorecard *card,
			  const struct etq_ruleset *rules)
{
	struct record head = head_of(f, card, rules->nrules);
	struct record *r = NULL;
	struct bytes b = {0};

	for (int pass = 0; pass < 2; pass++) {
		put_card(&b, &head, card, rules->nrules);
		put_facts(&b, &head, f);
		if (pass)
			break;
		r = malloc(sizeof(*r) + b.n);
		if (!r)
			return NULL;
		b = (struct bytes){.at = r->bytes};
	}
	*r = head;
	firm_ref(r->firm);
	return r;
}

/* ---- opened --------------------------------------------------------------------------------- */

static void get(const uint8_t **at, void *p, size_t n)
{
	memcpy(p, *at, n);
	*at += n;
}

static struct etq_str get_string(const uint8_t **at)
{
	size_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*at)++;

		n |= (size_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	if (!n)
		return SV_NONE;
	struct etq_str s = {(const char *)*at, n - 1};

	*at += s.n;
	return s;
}

static void get_name(const uint8_t **at, struct known_name *name)
{
	*at += value_unpack(*at, &name->value);
	name->from_meta = *(*at)++;
	name->nlike = *(*at)++;
	get(at, name->like, name->nlike * sizeof(*name->like));
}

static void get_card(const struct record *r, const uint8_t **at, struct scorecard *card,
		     size_t nrules)
{
	card->revision = 0;
	card->told = 0;
	card->changed = false;
	memset(card->counts, 0, nrules * sizeof(*card->counts));
	if (r->flags & TOLD) {
		get(at, &card->revision, sizeof(card->revision));
		get(at, &card->told, sizeof(card->told));
	}
	for (size_t i = 0; i < r->ncounts; i++) {
		uint16_t rule;

		get(at, &rule, sizeof(rule));
		get(at, &card->counts[rule], sizeof(card->counts[rule]));
	}
}

static void get_facts(const struct record *r, const uint8_t **at, struct facts *f)
{
	struct etq_str *strings[META_STRINGS];

	f->meta.started_at = r->started_at;
	f->meta.ring_ms = ETQ_NO_TIME;
	f->meta.rings = r->rings;
	f->meta.direction = (enum etq_direction)r->direction;
	if (r->flags & RINGS_TIMED)
		get(at, &f->meta.ring_ms, sizeof(f->meta.ring_ms));
	facts_strings(&f->meta, strings);
	for (int i = 0; i < META_STRINGS; i++)
		*strings[i] = get_string(at);
	if (r->flags & FIRM_NAMED)
		f->meta.company = r->firm->name;
	for (int i = 0; i < KNOWN_NAMES; i++)
		get_name(at, &f->names[i]);
}

void record_open(const struct record *r, struct etq_str id, struct facts *f, struct scorecard *card,
		 const struct etq_ruleset *rules)
{
	const uint8_t *at = r->bytes;

	get_card(r, &at, card, rules->nrules);
	get_facts(r, &at, f);
	f->call = id;
	f->block = NULL;
	f->firm = firm_ref(r->firm);
	f->changed = false;
	facts_value(f, rules);
}

void record_free(struct record *r)
{
	if (!r)
		return;
	firm_unref(r->firm);
	free(r);
}
