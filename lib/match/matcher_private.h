/* What matcher.c builds and run.c runs. */
#ifndef MATCH_MATCHER_PRIVATE_H
#define MATCH_MATCHER_PRIVATE_H

#include "match/ahocorasick.h"
#include "match/matcher.h"
#include "match/pattern.h"

/* A pattern whose need number `need` is also met by a value in the text. */
struct valued {
	uint32_t pattern;
	uint8_t need;
	uint8_t values; /* bits (1 << enum value_name) */
};

/*
 * Which patterns are worth a try is worked out in bits, a row of nbits words for each of the
 * needs; a pattern is a candidate when its bit is set in all rows. A need that is none is met.
 */
struct matcher {
	struct pattern *patterns;
	size_t n;
	struct ac *ac; /* number i * 64 * nbits + p stands for need i of pattern p */
	uint64_t *met; /* [NEEDS * nbits]: what is met to begin with */
	size_t nbits;
	struct valued *valued; /* those of equal values beside each other */
	size_t nvalued;
};

#endif
