#include "base/hash.h"

#include <stdio.h>
#include <string.h>

#define FNV64_PRIME 0x100000001b3ull

__extension__ typedef unsigned __int128 u128;

uint64_t hash64(uint64_t h, const void *p, size_t n)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * FNV64_PRIME;
	return h;
}

/* Multiplies and folds both halves of the product together: every bit comes to every other. */
static uint64_t fold_product(uint64_t a, uint64_t b)
{
	u128 product = (u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash64_fast(uint64_t h, const void *p, size_t n)
{
	static const uint64_t odd = 0x9e3779b97f4a7c15ull, other = 0xbf58476d1ce4e5b9ull;
	const char *c = p;
	uint64_t eight, last = 0;
	size_t i = 0;

	for (; i + sizeof(eight) <= n; i += sizeof(eight)) {
		memcpy(&eight, c + i, sizeof(eight));
		h = fold_product(h ^ eight, odd);
	}
	if (i < n)
		memcpy(&last, c + i, n - i);
	return fold_product(h ^ last ^ other, odd ^ n);
}

struct hash128 hash128_init(void)
{
	return (struct hash128){.hi = 0x6c62272e07bb0142ull, .lo = 0x62b821756295c58dull};
}

void hash128_add(struct hash128 *h, const void *p, size_t n)
{
	const u128 prime = ((u128)0x1000000ull << 64) | 0x13bull;
	const unsigned char *c = p;
	u128 v = ((u128)h->hi << 64) | h->lo;

	for (size_t i = 0; i < n; i++)
		v = (v ^ c[i]) * prime;
	h->hi = (uint64_t)(v >> 64);
	h->lo = (uint64_t)v;
}

void hash128_number(struct hash128 *h, int64_t n)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)n >> (8 * i));
	hash128_add(h, bytes, sizeof(bytes));
}

void hash128_hex(const struct hash128 *h, char out[33])
{
	snprintf(out, 33, "%016llx%016llx", (unsigned long long)h->hi, (unsigned long long)h->lo);
}
