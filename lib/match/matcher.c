#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match/matcher_private.h"

struct matcher_builder {
	struct pattern_tools tools;
	struct arena *arena; /* of the phrase at hand */
	struct sieve_builder *sieve;
	struct pattern *patterns;
	size_t n, cap;
};

struct matcher_builder *matcher_builder_new(void)
{
	struct matcher_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->arena = arena_new(PHRASE_ARENA_MAX);
	b->sieve = sieve_builder_new();
	if (b->arena && b->sieve && pattern_tools_init(&b->tools))
		return b;
	matcher_builder_free(b);
	return NULL;
}

void matcher_builder_free(struct matcher_builder *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		pattern_clear(&b->patterns[i]);
	free(b->patterns);
	arena_free(b->arena);
	sieve_builder_free(b->sieve);
	pattern_tools_clear(&b->tools);
	free(b);
}

static bool builder_take(struct matcher_builder *b, const struct pattern *p,
			 const struct needs *needs)
{
	if (b->n == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 64;
		struct pattern *patterns = realloc(b->patterns, cap * sizeof(*patterns));

		if (!patterns)
			return false;
		b->patterns = patterns;
		b->cap = cap;
	}
	if (!sieve_add(b->sieve, needs))
		return false;
	b->patterns[b->n++] = *p;
	return true;
}

bool matcher_add(struct matcher_builder *b, const struct phrase_spec *spec, struct phrase_err *err)
{
	struct needs needs = {0};
	struct pattern p;
	bool ok = false;

	*err = (struct phrase_err){0};
	if (!pattern_compile(&b->tools, b->arena, spec, &p, &needs, err))
		goto out;
	ok = builder_take(b, &p, &needs);
	if (!ok) {
		pattern_clear(&p);
		phrase_fail(err, SV_NONE, 0, "out of memory");
	}
out:
	arena_reset(b->arena);
	return ok;
}

struct matcher *matcher_build(struct matcher_builder *b)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->sieve = sieve_build(b->sieve);
	if (!m->sieve) {
		free(m);
		return NULL;
	}
	program_seal(&b->tools.program);
	m->patterns = b->patterns;
	m->n = b->n;
	m->program = b->tools.program;
	m->memory = b->tools.memory;
	b->patterns = NULL; /* all of these are now the matcher's */
	b->n = b->cap = 0;
	b->tools.program = (struct program){0};
	b->tools.memory = NULL;
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		pattern_clear(&m->patterns[i]);
	free(m->patterns);
	sieve_free(m->sieve);
	program_free(&m->program);
	pattern_memory_free(m->memory);
	free(m);
}

size_t matcher_count(const struct matcher *m)
{
	return m->n;
}

bool matcher_always_runs(const struct matcher *m, uint32_t pattern)
{
	return m->patterns[pattern].always;
}

size_t matcher_span(const struct matcher *m, uint32_t pattern)
{
	return m->patterns[pattern].span;
}
