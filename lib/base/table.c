#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"

enum { TABLE_FIRST = 16 };

/* Small: a table of calls has one and a half to three of them for each. */
struct slot {
	const char *key;
	void *value; /* NULL: the slot is free */
	uint32_t key_n;
	uint32_t hash; /* no more of it: tables don't grow so large */
};

struct table {
	struct slot *slots;
	size_t cap; /* a power of two, or 0 */
	size_t count;
	uint64_t k0, k1;
};

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[0] = ROTL(v[0], 32);
	v[2] += v[3];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
}

/* SipHash-1-3: who does not know the key can't choose names that collide. */
static uint32_t table_hash(const struct table *t, struct etq_str key)
{
	uint64_t v[4] = {t->k0 ^ 0x736f6d6570736575ull, t->k1 ^ 0x646f72616e646f6dull,
			 t->k0 ^ 0x6c7967656e657261ull, t->k1 ^ 0x7465646279746573ull};
	uint64_t m, last = (uint64_t)key.n << 56;
	size_t i = 0;

	for (; i + 8 <= key.n; i += 8) {
		memcpy(&m, key.p + i, 8);
		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
	}
	for (size_t j = 0; i + j < key.n; j++)
		last |= (uint64_t)(unsigned char)key.p[i + j] << (8 * j);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int r = 0; r < 3; r++)
		sip_round(v);
	return (uint32_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

static uint64_t splitmix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

struct table *table_new(uint64_t seed)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->k0 = splitmix(seed);
	t->k1 = splitmix(t->k0);
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	free(t->slots);
	free(t);
}

static struct etq_str key_of(const struct slot *slot)
{
	return (struct etq_str){slot->key, slot->key_n};
}

/* The slot of the key, or the free one where it would be. There is always a free one. */
static size_t table_find(const struct table *t, struct etq_str key, uint32_t hash)
{
	enum { LINE = 64, VALUE_LINES = 4 };
	size_t i = hash & (t->cap - 1);

	for (; t->slots[i].value; i = (i + 1) & (t->cap - 1)) {
		const char *value = t->slots[i].value;

		if (t->slots[i].hash != hash)
			continue;
		/* What is wanted next, while the key is compared. */
		for (int k = 0; k < VALUE_LINES; k++)
			__builtin_prefetch(value + (size_t)k * LINE);
		if (sv_eq(key_of(&t->slots[i]), key))
			break;
	}
	return i;
}

void *table_get(const struct table *t, struct etq_str key)
{
	if (t->count == 0)
		return NULL;
	return t->slots[table_find(t, key, table_hash(t, key))].value;
}

static bool table_grow(struct table *t)
{
	struct slot *old = t->slots;
	size_t old_cap = t->cap;
	size_t cap = old_cap ? old_cap * 2 : TABLE_FIRST;
	struct slot *slots = calloc(cap, sizeof(*slots));

	if (!slots)
		return false;
	t->slots = slots;
	t->cap = cap;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].value)
			slots[table_find(t, key_of(&old[i]), old[i].hash)] = old[i];
	free(old);
	return true;
}

bool table_put(struct table *t, struct etq_str key, void *value)
{
	uint32_t hash = table_hash(t, key);
	size_t i;

	if (key.n > UINT32_MAX)
		return false;
	if (t->count > 0) {
		i = table_find(t, key, hash);
		if (t->slots[i].value) {
			/* The old key may live in the old value. */
			t->slots[i].key = key.p;
			t->slots[i].value = value;
			return true;
		}
	}
	if ((t->count + 1) * 4 > t->cap * 3 && !table_grow(t))
		return false;
	i = table_find(t, key, hash);
	t->slots[i] = (struct slot){key.p, value, (uint32_t)key.n, hash};
	t->count++;
	return true;
}

void *table_remove(struct table *t, struct etq_str key)
{
	size_t mask = t->cap - 1;
	size_t hole, i;
	void *value;

	if (t->count == 0)
		return NULL;
	hole = table_find(t, key, table_hash(t, key));
	value = t->slots[hole].value;
	if (!value)
		return NULL;
	/* Close the hole: move back what would no longer be found past it. */
	for (i = (hole + 1) & mask; t->slots[i].value; i = (i + 1) & mask) {
		size_t home = t->slots[i].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			t->slots[hole] = t->slots[i];
			hole = i;
		}
	}
	t->slots[hole] = (struct slot){0};
	t->count--;
	return value;
}

size_t table_count(const struct table *t)
{
	return t->count;
}

void *table_next(const struct table *t, size_t *i)
{
	while (*i < t->cap) {
		void *value = t->slots[(*i)++].value;

		if (value)
			return value;
	}
	return NULL;
}
