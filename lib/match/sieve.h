/*
 * Which patterns are worth a try: those all of whose needs a text meets. Immutable once built.
 */
#ifndef MATCH_SIEVE_H
#define MATCH_SIEVE_H

#include "match/ahocorasick.h"
#include "match/matcher.h"
#include "match/need.h"

/* A need that is also met by a value in the text. */
struct valued_need {
	uint32_t number;
	uint8_t values; /* bits (1 << enum value_name) */
};

/* Bits of one word. */
struct sieve_bits {
	uint64_t bits;
	uint32_t word;
};

/*
 * It is worked out in bits, a row of nbits words for each of the needs that a pattern may have; a
 * pattern is worth a try when its bit is set in all rows. A need that is none is met. Number
 * i * 64 * nbits + p is the bit for need i of pattern p; those behind the rows are for needs that
 * several patterns have.
 */
struct sieve {
	struct ac *ac;   /* of the needs' literals: sets bits */
	size_t nbits;    /* words of 64 */
	uint64_t *start; /* [NEEDS * nbits]: what is met to begin with */
	size_t nshared;
	uint32_t *first;           /* [nshared + 1]: bit i behind the rows is … */
	struct sieve_bits *places; /* … those of places[first[i]] up to places[first[i + 1]] */
	struct valued_need *valued;
	size_t nvalued;
	unsigned values; /* of all of these */
};

struct sieve_builder;

struct sieve_builder *sieve_builder_new(void) ETQ_MUST_CHECK;
void sieve_builder_free(struct sieve_builder *b); /* NULL is fine */
/* What the next pattern needs. False when out of memory: it is not added then. */
bool sieve_add(struct sieve_builder *b, const struct needs *needs) ETQ_MUST_CHECK;
/* Of all patterns added. NULL when out of memory. */
struct sieve *sieve_build(struct sieve_builder *b) ETQ_MUST_CHECK;
void sieve_free(struct sieve *s); /* NULL is fine */

/* Words of 64 bits that a run fills in. */
size_t sieve_words(const struct sieve *s);
/* Fills in bits for sieve_row. */
void sieve_run(const struct sieve *s, const struct matcher_text *text,
	       const struct matcher_values *values, uint64_t *bits);

/* Patterns numbered 64 * word and up that are worth a try. */
static inline uint64_t sieve_row(const struct sieve *s, const uint64_t *bits, size_t word)
{
	uint64_t row = ~0ull;

	for (size_t i = 0; i < NEEDS; i++)
		row &= bits[i * s->nbits + word];
	return row;
}

#endif
