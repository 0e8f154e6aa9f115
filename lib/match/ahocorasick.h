/* Many literals looked for at once in folded text. Immutable once built. */
#ifndef MATCH_AHOCORASICK_H
#define MATCH_AHOCORASICK_H

#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/* A literal, not empty, and the pattern that it speaks for. A space in it is any bound of words. */
struct ac_literal {
	struct etq_str text;
	uint32_t pattern;
};

struct ac;

/* NULL when out of memory. The literals are not needed afterwards. */
struct ac *ac_new(const struct ac_literal *literals, size_t n) ETQ_MUST_CHECK;
void ac_free(struct ac *ac); /* NULL is fine */
size_t ac_states(const struct ac *ac);

/* Sets the bit of each pattern that has a literal in text (valid UTF-8). */
void ac_scan(const struct ac *ac, const char *text, size_t len, uint64_t *patterns);

#endif
