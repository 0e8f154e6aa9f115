#include "base/pack.h"

#include <stdbool.h>
#include <string.h>

enum {
	BLOCK = 8,
	CODES = sizeof(uint16_t),     /* bytes of the codes of a block */
	BLOCKS_OF_BYTE = 8,           /* that a byte of the bits in front tells of */
	RUN = BLOCK * BLOCKS_OF_BYTE, /* numbers of such a byte */
	LONGEST = CODES + BLOCK * (int)sizeof(uint32_t),
};

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
	return 63 ^ (unsigned)__builtin_clzll((uint64_t)v << 1 | 1);
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

static struct packing begin(size_t n, uint8_t *out)
{
	memset(out, 0, front(n));
	return (struct packing){out, out + front(n)};
}

static void add_block(struct packing *p, size_t i, const uint32_t v[BLOCK])
{
	p->bits[i / RUN] |= (uint8_t)(1u << (i / BLOCK % BLOCKS_OF_BYTE));
	p->at = put_block(p->at, v);
}

/* Numbers i and i + 1 at once. */
static inline uint64_t pair(const uint32_t *v, size_t i)
{
	uint64_t both;

	memcpy(&both, v + i, sizeof(both));
	return both;
}

static inline bool all_zero(const uint32_t v[BLOCK])
{
	return !(pair(v, 0) | pair(v, 2) | pair(v, 4) | pair(v, 6));
}

static inline bool same(const uint32_t v[BLOCK], const uint32_t base[BLOCK])
{
	return !((pair(v, 0) ^ pair(base, 0)) | (pair(v, 2) ^ pair(base, 2)) |
		 (pair(v, 4) ^ pair(base, 4)) | (pair(v, 6) ^ pair(base, 6)));
}

static void add_difference(struct packing *p, size_t i, const uint32_t v[BLOCK],
			   const uint32_t base[BLOCK])
{
	uint32_t block[BLOCK];

	for (int k = 0; k < BLOCK; k++)
		block[k] = v[k] ^ base[k];
	add_block(p, i, block);
}

static void add(struct packing *p, size_t i, const uint32_t *v, size_t n)
{
	uint32_t last[BLOCK] = {0};

	if (n < BLOCK) {
		memcpy(last, v, n * sizeof(*v));
		v = last;
	}
	if (!all_zero(v))
		add_block(p, i, v);
}

size_t pack(const uint32_t *v, size_t n, uint8_t *out)
{
	struct packing p = begin(n, out);
	size_t i = 0;

	for (; i + BLOCK <= n; i += BLOCK)
		if (!all_zero(v + i))
			add_block(&p, i, v + i);
	if (i < n)
		add(&p, i, v + i, n - i);
	return (size_t)(p.at - out);
}

size_t pack_difference(const uint32_t *v, const uint32_t *base, size_t n, uint8_t *out)
{
	struct packing p = begin(n, out);
	uint32_t last[2][BLOCK] = {{0}};
	size_t i = 0;

	for (; i + BLOCK <= n; i += BLOCK)
		if (!same(v + i, base + i))
			add_difference(&p, i, v + i, base + i);
	if (i < n) {
		memcpy(last[0], v + i, (n - i) * sizeof(*v));
		memcpy(last[1], base + i, (n - i) * sizeof(*v));
	}
	if (!same(last[0], last[1]))
		add_difference(&p, i, last[0], last[1]);
	return (size_t)(p.at - out);
}

/* ---- what was, and what is ------------------------------------------------------------------ */

/* By a byte of codes: bytes of the four numbers. */
#define SUM(n_)      (n_), (n_) + 1, (n_) + 2, (n_) + 4
#define SUMS(n_)     SUM(n_), SUM((n_) + 1), SUM((n_) + 2), SUM((n_) + 4)
#define ALL_SUMS(n_) SUMS(n_), SUMS((n_) + 1), SUMS((n_) + 2), SUMS((n_) + 4)
static const uint8_t sums[] = {ALL_SUMS(0), ALL_SUMS(1), ALL_SUMS(2), ALL_SUMS(4)};

/* Bytes of the block there. */
static inline size_t length(const uint8_t *at)
{
	return CODES + (size_t)sums[at[0]] + sums[at[1]];
}

struct turning {
	struct packing out, leaning;
	const uint8_t *kept,
		*at; /* of what was packed: from the one up to the other it is as it was */
};

static void copy_kept(struct turning *t)
{
	if (t->at == t->kept)
		return;
	memcpy(t->out.at, t->kept, (size_t)(t->at - t->kept));
	t->out.at += t->at - t->kept;
	t->kept = t->at;
}

/* A block that is not as it was, when that had some of the bytes. */
static void skip_kept(struct turning *t, unsigned bit)
{
	copy_kept(t);
	if (bit)
		t->kept = t->at += length(t->at);
}

/* Of n numbers those from i on that fall into a block, zeros behind them. */
static void cut(uint32_t block[BLOCK], const uint32_t *v, size_t n, size_t i)
{
	memset(block, 0, BLOCK * sizeof(*v));
	if (i < n)
		memcpy(block, v + i, (n - i < BLOCK ? n - i : BLOCK) * sizeof(*v));
}

/* A block that is not a whole one on both sides. */
static void turn_edge(struct turning *t, size_t i, unsigned bit, const struct pack_turn *p,
		      const uint32_t *v, size_t n)
{
	uint32_t is[BLOCK], was[BLOCK], base[BLOCK];

	cut(is, v, n, i);
	cut(was, p->was, p->nwas, i);
	cut(base, v, n < p->nwas ? n : p->nwas, i);
	skip_kept(t, bit);
	if (!all_zero(is))
		add_block(&t->out, i, is);
	if (!same(was, base))
		add_difference(&t->leaning, i, was, base);
}

/* Whole blocks from i on, up to `end` or the end of a run; bits: which of them are not zero in what was. */
static void turn_run(struct turning *t, size_t i, size_t end, unsigned bits, const uint32_t *was,
		     const uint32_t *v)
{
	size_t run = i / RUN;
	unsigned kept = bits;

	if (end - i == RUN && !memcmp(v + i, was + i, RUN * sizeof(*v))) {
		for (i = end; bits; bits &= bits - 1)
			t->at += length(t->at);
	}
	for (unsigned bit = 1; i < end; i += BLOCK, bit <<= 1) {
		if (same(v + i, was + i)) {
			if (bits & bit)
				t->at += length(t->at);
			continue;
		}
		skip_kept(t, bits & bit);
		kept &= ~bit;
		if (!all_zero(v + i))
			add_block(&t->out, i, v + i);
		add_difference(&t->leaning, i, was + i, v + i);
	}
	if (kept) /* else there may be no such run any more */
		t->out.bits[run] |= (uint8_t)kept;
}

void pack_turn(struct pack_turn *p, const uint32_t *v, size_t n)
{
	const uint8_t *at = p->packed + front(p->nwas);
	struct turning t = {begin(n, p->out), begin(p->nwas, p->leaning), at, at};
	size_t most = n < p->nwas ? p->nwas : n;
	size_t whole = (n < p->nwas ? n : p->nwas) / BLOCK * BLOCK;

	for (size_t i = 0; i < most; i += RUN) {
		unsigned bits = i < p->nwas ? p->packed[i / RUN] : 0;
		size_t end = i + RUN < most ? i + RUN : most;
		size_t edge = whole < i ? i : whole < end ? whole : end;
		unsigned blocks = (unsigned)((edge - i) / BLOCK);

		turn_run(&t, i, edge, bits & ((1u << blocks) - 1), p->was, v);
		for (bits >>= blocks; edge < end; edge += BLOCK, bits >>= 1)
			turn_edge(&t, edge, bits & 1, p, v, n);
	}
	copy_kept(&t);
	p->packed = t.at;
	p->out = t.out.at;
	p->leaning = t.leaning.at;
}

/* ---- the reverse ---------------------------------------------------------------------------- */

/* By two codes, the first one's lower: what the numbers may have, bytes of the first and of both. */
struct two {
	uint32_t masks[2];
	uint32_t first, both;
};
#define TWO(a_, b_, m_, n_)               \
	{                                 \
		{m_, n_}, a_, (a_) + (b_) \
	}
#define TWOS(b_, n_) \
	TWO(0, b_, 0, n_), TWO(1, b_, 0xff, n_), TWO(2, b_, 0xffff, n_), TWO(4, b_, UINT32_MAX, n_)
static const struct two twos[] = {TWOS(0, 0), TWOS(1, 0xff), TWOS(2, 0xffff), TWOS(4, UINT32_MAX)};

static uint32_t get(const uint8_t *at)
{
	uint32_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return lowest_first(bytes);
}

static const uint8_t *get_block(const uint8_t *at, uint32_t v[BLOCK])
{
	unsigned codes = at[0] | (unsigned)at[1] << 8;

	at += CODES;
#pragma GCC unroll 4
	for (unsigned i = 0; i < BLOCK; i += 2, codes >>= 4) {
		const struct two *two = &twos[codes & 15];

		v[i] = get(at) & two->masks[0];
		v[i + 1] = get(at + two->first) & two->masks[1];
		at += two->both;
	}
	return at;
}

size_t unpack(const uint8_t *in, uint32_t *v, size_t n)
{
	const uint8_t *at = in + front(n);
	uint32_t last[BLOCK];

	if (n > 0)
		memset(v, 0, n * sizeof(*v));
	for (size_t run = 0; run < front(n); run++) {
		for (unsigned bits = in[run]; bits; bits &= bits - 1) {
			size_t i = run * RUN + (size_t)__builtin_ctz(bits) * BLOCK;

			at = get_block(at, n - i < BLOCK ? last : v + i);
			if (n - i < BLOCK)
				memcpy(v + i, last, (n - i) * sizeof(*v));
		}
	}
	return (size_t)(at - in);
}

size_t unpack_difference(const uint8_t *in, uint32_t *base, size_t n)
{
	const uint8_t *at = in + front(n);
	uint32_t block[BLOCK];

	for (size_t i = 0; i < n; i += BLOCK) {
		if (!(in[i / RUN] >> (i / BLOCK % BLOCKS_OF_BYTE) & 1))
			continue;
		at = get_block(at, block);
		for (size_t k = 0; k < BLOCK && i + k < n; k++)
			base[i + k] ^= block[k];
	}
	return (size_t)(at - in);
}
