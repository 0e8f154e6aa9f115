/*
 * Hashes: FNV-1a, 64 and 128 bits, and a faster one for use within a process. Not keyed: for names
 * and identities, never for trust.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH64_INIT 0xcbf29ce484222325ull

uint64_t hash64(uint64_t h, const void *p, size_t n);

/* Of the bytes, eight at a time; differs between machines of different byte order. */
uint64_t hash64_fast(uint64_t h, const void *p, size_t n);

struct hash128 {
	uint64_t hi, lo;
};

/* The start value of the 128-bit hash. */
struct hash128 hash128_init(void);
void hash128_add(struct hash128 *h, const void *p, size_t n);
/* The number's 8 bytes, lowest first, on any machine. */
void hash128_number(struct hash128 *h, int64_t n);
/* 32 lower-case hex digits and a NUL. */
void hash128_hex(const struct hash128 *h, char out[33]);

#endif
