#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match/matcher_private.h"

struct matcher_builder {
	struct pattern_tools tools;
	struct arena *arena;   /* of the phrase at hand */
	struct arena *lasting; /* of the needs' literals */
	struct pattern *patterns;
	struct needs *needs; /* of each pattern, until the automaton is built */
	size_t n, cap;
};

enum { LASTING_MAX = 256 * 1024 * 1024 };

struct matcher_builder *matcher_builder_new(void)
{
	struct matcher_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->arena = arena_new(PHRASE_ARENA_MAX);
	b->lasting = arena_new(LASTING_MAX);
	if (b->arena && b->lasting && pattern_tools_init(&b->tools))
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
	free(b->needs);
	arena_free(b->arena);
	arena_free(b->lasting);
	pattern_tools_clear(&b->tools);
	free(b);
}

static bool builder_grow(struct matcher_builder *b)
{
	size_t cap = b->cap ? b->cap * 2 : 64;
	struct pattern *patterns;
	struct needs *needs;

	if (b->n < b->cap)
		return true;
	patterns = realloc(b->patterns, cap * sizeof(*patterns));
	if (!patterns)
		return false;
	b->patterns = patterns;
	needs = realloc(b->needs, cap * sizeof(*needs));
	if (!needs)
		return false;
	b->needs = needs;
	b->cap = cap;
	return true;
}

/* The need with its literals in the lasting arena. */
static bool builder_keep(struct matcher_builder *b, const struct need *from, struct need *to)
{
	struct etq_str *v = NULL;

	*to = *from;
	if (from->n > 0) {
		v = arena_array(b->lasting, from->n, sizeof(*v));
		if (!v)
			return false;
	}
	for (size_t i = 0; i < from->n; i++) {
		v[i] = arena_dup(b->lasting, from->literals[i]);
		if (!v[i].p)
			return false;
	}
	to->literals = v;
	return true;
}

static bool builder_take(struct matcher_builder *b, const struct pattern *p,
			 const struct needs *needs)
{
	if (!builder_grow(b))
		return false;
	for (size_t i = 0; i < NEEDS; i++)
		if (!builder_keep(b, &needs->v[i], &b->needs[b->n].v[i]))
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

static int by_values(const void *pa, const void *pb)
{
	const struct valued *a = pa;
	const struct valued *b = pb;

	return (a->values > b->values) - (a->values < b->values);
}

/* Bits and lists that say when a need is met. */
static bool matcher_lists(struct matcher *m, const struct needs *needs)
{
	m->nbits = (m->n + 63) / 64;
	m->met = calloc(NEEDS * m->nbits + 1, sizeof(*m->met));
	m->valued = calloc(NEEDS * m->n + 1, sizeof(*m->valued));
	if (!m->met || !m->valued)
		return false;
	for (size_t p = 0; p < m->n; p++) {
		for (size_t i = 0; i < NEEDS; i++) {
			const struct need *need = &needs[p].v[i];

			if (need->weight == 0)
				m->met[i * m->nbits + p / 64] |= 1ull << (p % 64);
			else if (need->values)
				m->valued[m->nvalued++] = (struct valued){(uint32_t)p, (uint8_t)i,
									  (uint8_t)need->values};
		}
	}
	qsort(m->valued, m->nvalued, sizeof(*m->valued), by_values);
	return true;
}

static struct ac *make_ac(const struct matcher *m, const struct needs *needs)
{
	struct ac_literal *literals;
	struct ac *ac = NULL;
	size_t n = 0;

	for (size_t p = 0; p < m->n; p++)
		for (size_t i = 0; i < NEEDS; i++)
			n += needs[p].v[i].n;
	literals = calloc(n + 1, sizeof(*literals));
	if (!literals)
		return NULL;
	n = 0;
	for (size_t p = 0; p < m->n; p++) {
		for (size_t i = 0; i < NEEDS; i++) {
			const struct need *need = &needs[p].v[i];

			for (size_t k = 0; k < need->n; k++)
				literals[n++] = (struct ac_literal){
					need->literals[k], (uint32_t)(i * 64 * m->nbits + p)};
		}
	}
	ac = ac_new(literals, n);
	free(literals);
	return ac;
}

struct matcher *matcher_build(struct matcher_builder *b)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->patterns = b->patterns;
	m->n = b->n;
	if (matcher_lists(m, b->needs))
		m->ac = make_ac(m, b->needs);
	if (!m->ac) {
		m->patterns = NULL; /* still the builder's */
		m->n = 0;
		matcher_free(m);
		return NULL;
	}
	b->patterns = NULL; /* now the matcher's */
	free(b->needs);
	b->needs = NULL;
	b->n = b->cap = 0;
	arena_reset(b->lasting);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		pattern_clear(&m->patterns[i]);
	free(m->patterns);
	free(m->met);
	free(m->valued);
	ac_free(m->ac);
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
