#include "base/pack.h"

#include <stdbool.h>
#include <string.h>

/* Codes of four pairs share a byte, and so does all that is done with them. */
enum { PAIR = 2, PAIRS = 4, BLOCK = PAIR * PAIRS };

/* By code: how far the second number is shifted, what it and the first may have, bytes of both. */
static const uint8_t shifts[] = {0, 8, 16, 32};
static const uint32_t masks[] = {0, 0xff, 0xffff, 0xffffffff};
static const uint8_t sizes[] = {0, 2, 4, 8};

static size_t blocks(size_t n)
{
	return (n + BLOCK - 1) / BLOCK;
}

size_t pack_bound(size_t n)
{
	return blocks(n) * (1 + BLOCK * sizeof(uint32_t)) + PACK_SLACK;
}

/* Lowest byte first, on any machine. */
static uint64_t lowest_first(uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(v);
#else
	return v;
#endif
}

static void put64(uint8_t *at, uint64_t v)
{
	v = lowest_first(v);
	memcpy(at, &v, sizeof(v));
}

static uint64_t get64(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return lowest_first(v);
}

static uint8_t *put_block(uint8_t *at, const uint32_t *v, uint8_t *codes)
{
	unsigned all = 0;

#pragma GCC unroll 4
	for (unsigned i = 0; i < PAIRS; i++, v += PAIR) {
		uint32_t both = v[0] | v[1];
		unsigned code = (both > 0) + (both > 0xff) + (both > 0xffff);

		put64(at, v[0] | (uint64_t)v[1] << shifts[code]);
		at += sizes[code];
		all |= code << (2 * i);
	}
	*codes = (uint8_t)all;
	return at;
}

static bool all_zero(const uint32_t *v)
{
	uint32_t any = 0;

	for (unsigned i = 0; i < BLOCK; i++)
		any |= v[i];
	return any == 0;
}

size_t pack(const uint32_t *v, size_t n, uint8_t *out)
{
	uint8_t *codes = out;
	uint8_t *at = out + blocks(n);

	for (; n >= BLOCK; n -= BLOCK, v += BLOCK, codes++) {
		if (all_zero(v))
			*codes = 0;
		else
			at = put_block(at, v, codes);
	}
	if (n > 0) {
		uint32_t last[BLOCK] = {0};

		memcpy(last, v, n * sizeof(*v));
		at = put_block(at, last, codes);
	}
	return (size_t)(at - out);
}

static const uint8_t *get_block(const uint8_t *at, uint32_t *v, unsigned codes)
{
#pragma GCC unroll 4
	for (unsigned i = 0; i < PAIRS; i++, v += PAIR, codes >>= 2) {
		uint64_t both = get64(at);
		unsigned code = codes & 3;

		v[0] = (uint32_t)both & masks[code];
		v[1] = (uint32_t)(both >> shifts[code]) & masks[code];
		at += sizes[code];
	}
	return at;
}

size_t unpack(const uint8_t *in, uint32_t *v, size_t n)
{
	const uint8_t *codes = in;
	const uint8_t *at = in + blocks(n);

	for (; n >= BLOCK; n -= BLOCK, v += BLOCK, codes++) {
		if (*codes)
			at = get_block(at, v, *codes);
		else
			memset(v, 0, BLOCK * sizeof(*v));
	}
	if (n > 0) {
		uint32_t last[BLOCK];

		at = get_block(at, last, *codes);
		memcpy(v, last, n * sizeof(*v));
	}
	return (size_t)(at - in);
}
