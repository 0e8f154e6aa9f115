#include "match/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/table.h"
#include "match/values.h"

enum { SIEVE_BYTES_MAX = 256 * 1024 * 1024 };

/* A need that patterns have in common. */
struct common {
	struct etq_str name; /* what tells it from others: its values and literals */
	struct need need;
	uint32_t users;  /* how many patterns */
	uint32_t words;  /* of the sieve's rows: how many have bits of them */
	uint32_t word;   /* the last of those, plus one */
	uint32_t number; /* of its bit */
	struct common *next;
};

struct row {
	struct common *need[NEEDS]; /* NULL: none */
};

struct sieve_builder {
	struct arena *arena;
	struct table *table; /* of common needs, by name */
	struct common *first, **tail;
	size_t nneeds, nliterals;
	struct row *rows; /* of each pattern */
	size_t n, cap;
};

struct sieve_builder *sieve_builder_new(void)
{
	struct sieve_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->arena = arena_new(SIEVE_BYTES_MAX);
	b->table = table_new(0);
	b->tail = &b->first;
	if (b->arena && b->table)
		return b;
	sieve_builder_free(b);
	return NULL;
}

void sieve_builder_free(struct sieve_builder *b)
{
	if (!b)
		return;
	arena_free(b->arena);
	table_free(b->table);
	free(b->rows);
	free(b);
}

/* ---- adding -------------------------------------------------------------------------------- */

/* In the arena, each literal with a byte behind it that is in none; p is NULL: out of memory. */
static struct etq_str name_of(struct arena *a, const struct need *need)
{
	size_t n = 1;
	char *name, *to;

	for (size_t i = 0; i < need->n; i++)
		n += need->literals[i].n + 1;
	name = to = arena_alloc(a, n);
	if (!name)
		return (struct etq_str){NULL, 0};
	*to++ = (char)need->values;
	for (size_t i = 0; i < need->n; i++) {
		memcpy(to, need->literals[i].p, need->literals[i].n);
		to += need->literals[i].n;
		*to++ = '\0';
	}
	return (struct etq_str){name, n};
}

static bool keep(struct sieve_builder *b, struct etq_str name, const struct need *need,
		 struct common *c)
{
	struct etq_str *literals = arena_array(b->arena, need->n + 1, sizeof(*literals));
	const char *p = name.p + 1;

	if (!literals)
		return false;
	for (size_t i = 0; i < need->n; p += literals[i++].n + 1)
		literals[i] = (struct etq_str){p, need->literals[i].n};
	*c = (struct common){.name = name, .need = *need};
	c->need.literals = literals;
	return true;
}

static struct common *common_of(struct sieve_builder *b, const struct need *need)
{
	struct etq_str name = name_of(b->arena, need);
	struct common *c = name.p ? table_get(b->table, name) : NULL;

	if (c || !name.p)
		return c;
	c = arena_alloc(b->arena, sizeof(*c));
	if (!c || !keep(b, name, need, c) || !table_put(b->table, name, c))
		return NULL;
	*b->tail = c;
	b->tail = &c->next;
	b->nneeds++;
	b->nliterals += need->n;
	return c;
}

bool sieve_add(struct sieve_builder *b, const struct needs *needs)
{
	struct row row = {{NULL}};

	if (b->n == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 64;
		struct row *rows = realloc(b->rows, cap * sizeof(*rows));

		if (!rows)
			return false;
		b->rows = rows;
		b->cap = cap;
	}
	for (size_t i = 0; i < NEEDS; i++) {
		if (needs->v[i].weight == 0)
			continue;
		row.need[i] = common_of(b, &needs->v[i]);
		if (!row.need[i])
			return false;
	}
	for (size_t i = 0; i < NEEDS; i++)
		if (row.need[i])
			row.need[i]->users++;
	b->rows[b->n++] = row;
	return true;
}

/* ---- building ------------------------------------------------------------------------------ */

static struct ac *make_ac(const struct sieve_builder *b)
{
	struct ac_literal *literals = calloc(b->nliterals + 1, sizeof(*literals));
	struct ac *ac;
	size_t n = 0;

	if (!literals)
		return NULL;
	for (const struct common *c = b->first; c; c = c->next)
		for (size_t i = 0; i < c->need.n; i++)
			literals[n++] = (struct ac_literal){c->need.literals[i], c->number};
	ac = ac_new(literals, n);
	free(literals);
	return ac;
}

static bool alloc(struct sieve *s, const struct sieve_builder *b)
{
	s->nbits = (b->n + 63) / 64;
	s->start = calloc(NEEDS * s->nbits + 1, sizeof(*s->start));
	s->first = calloc(b->nneeds + 2, sizeof(*s->first));
	s->valued = calloc(b->nneeds + 1, sizeof(*s->valued));
	return s->start && s->first && s->valued;
}

static uint32_t rows_end(const struct sieve *s)
{
	return (uint32_t)(NEEDS * 64 * s->nbits);
}

/* Has the need no bits yet in the word of this place? Places come in the same order each time. */
static bool is_new_word(struct common *c, uint32_t place)
{
	bool is = c->word != place / 64 + 1;

	c->word = place / 64 + 1;
	return is;
}

static uint32_t place_of(const struct sieve *s, size_t need, size_t pattern)
{
	return (uint32_t)(need * 64 * s->nbits + pattern);
}

static void count_words(const struct sieve *s, const struct sieve_builder *b)
{
	for (size_t p = 0; p < b->n; p++)
		for (size_t i = 0; i < NEEDS; i++) {
			struct common *c = b->rows[p].need[i];

			if (c)
				c->words += is_new_word(c, place_of(s, i, p));
		}
}

/* Bits behind the rows for what is shared: first[i + 1] is where the next place of the i-th goes. */
static bool number_shared(struct sieve *s, const struct sieve_builder *b)
{
	for (struct common *c = b->first; c; c = c->next) {
		c->word = 0;
		if (c->users < 2)
			continue;
		c->number = rows_end(s) + (uint32_t)s->nshared++;
		s->first[s->nshared + 1] = s->first[s->nshared] + c->words;
	}
	s->places = calloc(s->first[s->nshared + 1] + (size_t)1, sizeof(*s->places));
	return s->places;
}

static void add_place(struct sieve *s, struct common *c, uint32_t place)
{
	uint32_t *next = &s->first[c->number - rows_end(s) + 1];

	if (is_new_word(c, place))
		s->places[(*next)++].word = place / 64;
	s->places[*next - 1].bits |= 1ull << (place % 64);
}

static void fill(struct sieve *s, const struct sieve_builder *b)
{
	for (size_t p = 0; p < b->n; p++) {
		for (size_t i = 0; i < NEEDS; i++) {
			struct common *c = b->rows[p].need[i];
			uint32_t place = place_of(s, i, p);

			if (!c)
				s->start[place / 64] |= 1ull << (place % 64);
			else if (c->users < 2)
				c->number = place;
			else
				add_place(s, c, place);
		}
	}
	for (const struct common *c = b->first; c; c = c->next) {
		if (c->need.values)
			s->valued[s->nvalued++] = (struct valued_need){c->number,
								       (uint8_t)c->need.values};
		s->values |= c->need.values;
	}
}

struct sieve *sieve_build(struct sieve_builder *b)
{
	struct sieve *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	if (alloc(s, b)) {
		count_words(s, b);
		if (number_shared(s, b)) {
			fill(s, b);
			s->ac = make_ac(b);
		}
	}
	if (!s->ac) {
		sieve_free(s);
		return NULL;
	}
	return s;
}

void sieve_free(struct sieve *s)
{
	if (!s)
		return;
	ac_free(s->ac);
	free(s->start);
	free(s->first);
	free(s->places);
	free(s->valued);
	free(s);
}

/* ---- running ------------------------------------------------------------------------------- */

size_t sieve_words(const struct sieve *s)
{
	return NEEDS * s->nbits + s->nshared / 64 + 1;
}

static void set_bit(uint64_t *bits, uint32_t number)
{
	bits[number / 64] |= 1ull << (number % 64);
}

static void meet_values(const struct sieve *s, const struct matcher_text *text,
			const struct matcher_values *values, uint64_t *bits)
{
	unsigned names = s->values & values_known(values);
	unsigned there = names ? values_occur(values, names, text) : 0;

	for (size_t i = 0; i < s->nvalued && there; i++)
		if (s->valued[i].values & there)
			set_bit(bits, s->valued[i].number);
}

void sieve_run(const struct sieve *s, const struct matcher_text *text,
	       const struct matcher_values *values, uint64_t *bits)
{
	size_t rows = NEEDS * s->nbits, words = sieve_words(s) - rows;
	uint64_t *shared = bits + rows;

	memcpy(bits, s->start, rows * sizeof(*bits));
	memset(shared, 0, words * sizeof(*shared));
	ac_scan(s->ac, text->text, text->len, bits);
	meet_values(s, text, values, bits);
	for (size_t i = 0; i < words; i++) {
		for (uint64_t met = shared[i]; met; met &= met - 1) {
			size_t need = i * 64 + (size_t)__builtin_ctzll(met);

			for (uint32_t k = s->first[need]; k < s->first[need + 1]; k++)
				bits[s->places[k].word] |= s->places[k].bits;
		}
	}
}
