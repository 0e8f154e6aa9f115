/* One phrase, compiled. */
#ifndef MATCH_PATTERN_H
#define MATCH_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "match/matcher.h"
#include "match/need.h"
#include "match/program.h"

struct pattern {
	uint32_t sides;
	uint32_t span;
	uint32_t root;    /* a phrase's first step */
	pcre2_code *code; /* a regular expression, else NULL; never machine code */
	/*
	 * The same as machine code, made when it is first looked for; code itself when that can't be.
	 * NULL: not yet. Atomic.
	 */
	pcre2_code *machine;
	bool always;      /* nothing is known that it needs */
	uint8_t required; /* values without which it can't match: bits (1 << enum value_name) */
};

/* What patterns are compiled with. */
struct pattern_tools {
	struct pattern_memory *memory;
	pcre2_general_context *general;
	pcre2_compile_context *compile;
	struct stemmer *stemmer;
	struct program program;
};

bool pattern_tools_init(struct pattern_tools *tools) ETQ_MUST_CHECK;
void pattern_tools_clear(struct pattern_tools *tools);

/*
 * Compiles spec into p. a: for the tree, which is needed no more afterwards, and the needs' literals.
 * False: err says what is wrong; p holds nothing.
 */
bool pattern_compile(struct pattern_tools *tools, struct arena *a, const struct phrase_spec *spec,
		     struct pattern *p, struct needs *needs, struct phrase_err *err) ETQ_MUST_CHECK;
void pattern_clear(struct pattern *p);

/*
 * The regular expression to match with, as machine code where there can be such, which the first
 * call makes. memory: of the tools that it was compiled with.
 */
const pcre2_code *pattern_code(struct pattern *p, struct pattern_memory *memory, bool *machine);

/* Memory for PCRE2, ours. data: the tools' memory, or NULL when no patterns are compiled with it. */
void *pattern_malloc(size_t size, void *data);
void pattern_free(void *p, void *data);
void pattern_memory_free(struct pattern_memory *m); /* NULL is fine */

#endif
