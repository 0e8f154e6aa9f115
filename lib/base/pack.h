/*
 * Numbers that are mostly zero or small, packed: a fifth of their size or less. Two by two: both
 * zero, or both in one, two or four bytes, whichever the greater of them needs; two bits say which.
 * (A byte-oriented code in the manner of Lemire, Kurz, Rupp: Stream VByte, 2018.)
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stddef.h>
#include <stdint.h>

enum { PACK_SLACK = 8 }; /* bytes that must be there behind what is packed or to be unpacked */

/* Bytes that n numbers take at most, slack included. */
size_t pack_bound(size_t n);
/* Packs n numbers to out (pack_bound bytes); how many bytes they take, without the slack. */
size_t pack(const uint32_t *v, size_t n, uint8_t *out);
/* The reverse, of what pack made of n numbers; how many bytes that took. */
size_t unpack(const uint8_t *in, uint32_t *v, size_t n);

#endif
