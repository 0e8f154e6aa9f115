#include "base/pack.h"

#include <string.h>

enum {
	BLOCK = 8,
	CODES = sizeof(uint16_t),     /* bytes of the codes of a block */
	BLOCKS_OF_BYTE = 8,           /* that a byte of the bits in front tells of */
	RUN = BLOCK * BLOCKS_OF_BYTE, /* numbers of such a byte */
	LONGEST = CODES + BLOCK * (int)sizeof(uint32_t),
};

/* By code: bytes of a number, and what it may have. */
static const uint8_t sizes[] = {0, 1, 2, 4};
static const uint32_t masks[] = {0, 0xff, 0xffff, 0xffffffff};

/* By the bits that a number takes, from 0 on. */
#define EIGHT(x_) x_, x_, x_, x_, x_, x_, x_, x_
static const uint8_t codes_of[] = {0, EIGHT(1), EIGHT(2), EIGHT(3), EIGHT(3)};
static const uint8_t sizes_of[] = {0, EIGHT(1), EIGHT(2), EIGHT(4), EIGHT(4)};

static size_t front(size_t n)
{
	return (n + RUN - 1) / RUN;
}

size_t pack_bound(size_t n)
{
	return front(n) + (n + BLOCK - 1) / BLOCK * LONGEST + PACK_SLACK;
}

/* Lowest byte first, on any machine. */
static uint32_t lowest_first(uint32_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap32(v);
#else
	return v;
#endif
}

static unsigned bits_of(uint32_t v)
{
	return 63 - (unsigned)__builtin_clzll((uint64_t)v << 1 | 1);
}

static uint8_t *put_block(uint8_t *at, const uint32_t v[BLOCK])
{
	uint8_t *codes = at;
	unsigned all = 0;

	at += CODES;
#pragma GCC unroll 8
	for (unsigned i = 0; i < BLOCK; i++) {
		unsigned bits = bits_of(v[i]);
		uint32_t bytes = lowest_first(v[i]);

		memcpy(at, &bytes, sizeof(bytes));
		at += sizes_of[bits];
		all |= (unsigned)codes_of[bits] << (2 * i);
	}
	codes[0] = (uint8_t)all;
	codes[1] = (uint8_t)(all >> 8);
	return at;
}

/* Where bytes go: the bits in front, and what follows them. */
struct packing {
	uint8_t *bits, *at;
};

/* The block of number i; pairs: its numbers, two by two. */
static void add_block(struct packing *p, size_t i, const uint64_t pairs[BLOCK / 2])
{
	uint32_t v[BLOCK];

	if (!(pairs[0] | pairs[1] | pairs[2] | pairs[3]))
		return;
	memcpy(v, pairs, sizeof(v));
	p->bits[i / RUN] |= (uint8_t)(1u << (i / BLOCK % BLOCKS_OF_BYTE));
	p->at = put_block(p->at, v);
}

static struct packing begin(size_t n, uint8_t *out)
{
	memset(out, 0, front(n));
	return (struct packing){out, out + front(n)};
}

size_t pack(const uint32_t *v, size_t n, uint8_t *out)
{
	struct packing p = begin(n, out);
	size_t i = 0;

	for (; i + BLOCK <= n; i += BLOCK) {
		uint64_t pairs[BLOCK / 2];

		memcpy(pairs, v + i, sizeof(pairs));
		add_block(&p, i, pairs);
	}
	if (i < n) {
		uint64_t pairs[BLOCK / 2] = {0};

		memcpy(pairs, v + i, (n - i) * sizeof(*v));
		add_block(&p, i, pairs);
	}
	return (size_t)(p.at - out);
}

size_t pack_difference(const uint32_t *v, const uint32_t *base, size_t n, uint8_t *out)
{
	struct packing p = begin(n, out);

	for (size_t i = 0; i < n; i += BLOCK) {
		uint64_t pairs[BLOCK / 2] = {0}, others[BLOCK / 2] = {0};
		size_t size = (n - i < BLOCK ? n - i : BLOCK) * sizeof(*v);

		memcpy(pairs, v + i, size);
		memcpy(others, base + i, size);
		for (int k = 0; k < BLOCK / 2; k++)
			pairs[k] ^= others[k];
		add_block(&p, i, pairs);
	}
	return (size_t)(p.at - out);
}

/* ---- the reverse ---------------------------------------------------------------------------- */

static const uint8_t *get_block(const uint8_t *at, uint32_t v[BLOCK])
{
	unsigned codes = at[0] | (unsigned)at[1] << 8;

	at += CODES;
#pragma GCC unroll 8
	for (unsigned i = 0; i < BLOCK; i++, codes >>= 2) {
		uint32_t bytes;

		memcpy(&bytes, at, sizeof(bytes));
		v[i] ^= lowest_first(bytes) & masks[codes & 3];
		at += sizes[codes & 3];
	}
	return at;
}

size_t unpack_difference(const uint8_t *in, uint32_t *base, size_t n)
{
	const uint8_t *at = in + front(n);

	for (size_t run = 0; run < front(n); run++) {
		for (unsigned bits = in[run]; bits; bits &= bits - 1) {
			size_t i = run * RUN + (size_t)__builtin_ctz(bits) * BLOCK;

			if (n - i < BLOCK) {
				uint32_t last[BLOCK] = {0};

				memcpy(last, base + i, (n - i) * sizeof(*base));
				at = get_block(at, last);
				memcpy(base + i, last, (n - i) * sizeof(*base));
			} else {
				at = get_block(at, base + i);
			}
		}
	}
	return (size_t)(at - in);
}

size_t unpack(const uint8_t *in, uint32_t *v, size_t n)
{
	if (n > 0)
		memset(v, 0, n * sizeof(*v));
	return unpack_difference(in, v, n);
}
