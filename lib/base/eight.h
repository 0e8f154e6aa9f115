/* Eight bytes of a text looked at together, as a number whose lowest byte is the first of them. */
#ifndef BASE_EIGHT_H
#define BASE_EIGHT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A byte, eight times. */
#define EIGHT(byte) (0x0101010101010101ull * (unsigned char)(byte))

/* The n of them at p, at most eight, and zeros; on any machine. */
static inline uint64_t eight_some(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline uint64_t eight_at(const char *p)
{
	return eight_some(p, sizeof(uint64_t));
}

/*
 * The high bits of bytes that are less than low (at most 0x80), or equal to it. The first of them is
 * right; behind it there may be more than there should be.
 */
static inline uint64_t eight_below(uint64_t v, unsigned char low)
{
	return (v - EIGHT(low)) & ~v & EIGHT(0x80);
}

static inline uint64_t eight_equal(uint64_t v, char c)
{
	return eight_below(v ^ EIGHT(c), 1);
}

/* How many bytes are before the first whose high bit is set; there must be one. */
static inline size_t eight_first(uint64_t bits)
{
	return (size_t)__builtin_ctzll(bits) / 8;
}

#endif
