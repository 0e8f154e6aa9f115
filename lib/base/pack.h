/*
 * Numbers that are mostly zero or small, packed: a fifth of their size or less. By blocks of eight:
 * a bit says whether any of them is not zero; if so, two bits for each say whether it takes none,
 * one, two or four bytes, and the bytes follow.
 * (A byte-oriented code in the manner of Lemire, Kurz, Rupp: Stream VByte, 2018.)
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stddef.h>
#include <stdint.h>

enum { PACK_SLACK = 4 }; /* bytes that must be there behind what is packed or to be unpacked */

/* Bytes that n numbers take at most, slack included. */
size_t pack_bound(size_t n);
/* Packs n numbers to out (pack_bound bytes); how many bytes they take, without the slack. */
size_t pack(const uint32_t *v, size_t n, uint8_t *out);
/* The reverse, of what pack made of n numbers; how many bytes that took. */
size_t unpack(const uint8_t *in, uint32_t *v, size_t n);

/* Packs where the bits of v are other than those of base: little, when they are much the same. */
size_t pack_difference(const uint32_t *v, const uint32_t *base, size_t n, uint8_t *out);
/* The reverse: base becomes what v was. */
size_t unpack_difference(const uint8_t *in, uint32_t *base, size_t n);

/* Numbers that were, what pack made of them, and what becomes of them. */
struct pack_turn {
	const uint32_t *was;
	size_t nwas;
	const uint8_t *packed;  /* moved to its end */
	uint8_t *out, *leaning; /* moved as well */
};
/*
 * Both at once, and fast when little has changed: to p->out what pack makes of v, to p->leaning
 * what pack_difference makes of what was, with as many of v as a base, zeros behind them.
 */
void pack_turn(struct pack_turn *p, const uint32_t *v, size_t n);

#endif
