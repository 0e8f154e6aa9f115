/* What matcher.c builds and run.c runs. */
#ifndef MATCH_MATCHER_PRIVATE_H
#define MATCH_MATCHER_PRIVATE_H

#include "match/matcher.h"
#include "match/pattern.h"
#include "match/sieve.h"

struct matcher {
	struct pattern *patterns;
	size_t n;
	struct sieve *sieve;
	struct program program;
	struct pattern_memory *memory;
	bool interpret; /* regular expressions, even where there could be machine code */
};

#endif
