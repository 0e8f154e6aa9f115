/* Running a matcher over one text. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match/matcher_private.h"
#include "match/values.h"
#include "match/walk.h"

enum { HEAP_LIMIT_KIB = 4 * 1024 };

struct matcher_scratch {
	pcre2_general_context *general;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	uint32_t match_limit;
	uint64_t *bits;  /* the sieve's, and behind them what it needs for itself */
	size_t nbits;    /* room for so many words */
	uint32_t *worth; /* numbers of patterns */
	size_t worth_cap;
	struct seen_word *seen; /* the words of the text */
	size_t seen_cap;
};

/* One run. */
struct run_state {
	const struct matcher *m;
	struct matcher_scratch *scratch;
	const struct matcher_text *text;
	const struct matcher_values *values;
	struct hits *out;
};

void hits_free(struct hits *h)
{
	free(h->v);
	*h = (struct hits){0};
}

/* ---- places -------------------------------------------------------------------------------- */

/* The first word that ends behind byte number at; nwords when none does. */
static size_t word_behind(const struct matcher_text *t, size_t at)
{
	size_t lo = 0, hi = t->nwords;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((size_t)t->words[mid].off + t->words[mid].len > at)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Words that bytes [start, end) touch, as [*w0, *w1); false when none. */
static bool words_of(const struct matcher_text *t, size_t start, size_t end, size_t *w0, size_t *w1)
{
	*w0 = word_behind(t, start);
	*w1 = *w0;
	while (*w1 < t->nwords && t->words[*w1].off < end)
		++*w1;
	return *w1 > *w0;
}

/* ---- scratch ------------------------------------------------------------------------------- */

struct matcher_scratch *matcher_scratch_new(uint32_t match_limit)
{
	struct matcher_scratch *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->general = pcre2_general_context_create(pattern_malloc, pattern_free, NULL);
	if (!s->general)
		goto fail;
	s->context = pcre2_match_context_create(s->general);
	s->data = pcre2_match_data_create(1, s->general);
	s->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, s->general);
	if (!s->context || !s->data || !s->stack)
		goto fail;
	s->match_limit = match_limit;
	pcre2_set_match_limit(s->context, match_limit);
	pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
	pcre2_jit_stack_assign(s->context, NULL, s->stack);
	return s;
fail:
	matcher_scratch_free(s);
	return NULL;
}

void matcher_scratch_free(struct matcher_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	pcre2_jit_stack_free(s->stack);
	pcre2_general_context_free(s->general);
	free(s->bits);
	free(s->worth);
	free(s->seen);
	free(s);
}

/* Room for n objects of that size. False when out of memory. */
static bool fit(void **p, size_t *cap, size_t n, size_t size)
{
	size_t grown = n + n / 2 + 16;
	void *q;

	if (n <= *cap)
		return true;
	q = realloc(*p, grown * size);
	if (!q)
		return false;
	*p = q;
	*cap = grown;
	return true;
}

static bool scratch_fit(struct matcher_scratch *s, const struct matcher *m,
			const struct matcher_text *text)
{
	return fit((void **)&s->bits, &s->nbits, sieve_words(m->sieve), sizeof(*s->bits)) &&
	       fit((void **)&s->worth, &s->worth_cap, m->n, sizeof(*s->worth)) &&
	       fit((void **)&s->seen, &s->seen_cap, text->nwords, sizeof(*s->seen));
}

/* ---- matching ------------------------------------------------------------------------------ */

static bool hits_push(struct hits *h, const struct hit *hit)
{
	if (h->n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 16;
		struct hit *v = realloc(h->v, cap * sizeof(*v));

		if (!v)
			return false;
		h->v = v;
		h->cap = cap;
	}
	h->v[h->n++] = *hit;
	return true;
}

/* ---- regular expressions ------------------------------------------------------------------- */

static int match_at(const struct run_state *r, struct pattern *p, size_t from)
{
	const struct matcher_scratch *s = r->scratch;
	const struct matcher_text *t = r->text;
	bool machine = false;
	const pcre2_code *code = p->code;

	if (!r->m->interpret)
		code = pattern_code(p, r->m->memory, &machine);
	if (machine)
		return pcre2_jit_match(code, (PCRE2_SPTR)t->text, t->len, from, PCRE2_NOTEMPTY,
				       s->data, s->context);
	return pcre2_match(code, (PCRE2_SPTR)t->text, t->len, from,
			   PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, s->data, s->context);
}

/* Where to go on behind a match: always further, and at the start of a character. */
static size_t next_place(const struct matcher_text *t, size_t from, size_t end)
{
	if (end > from)
		return end;
	do
		from++;
	while (from < t->len && ((unsigned char)t->text[from] & 0xc0) == 0x80);
	return from;
}

static bool match_regex(const struct run_state *r, uint32_t number)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->scratch->data);
	size_t from = 0, w0, w1;

	while (from < r->text->len) {
		int rc = match_at(r, &r->m->patterns[number], from);
		struct hit hit = {.pattern = number, .v0 = -1, .v1 = -1};

		if (rc == PCRE2_ERROR_NOMATCH)
			return true;
		if (rc == PCRE2_ERROR_NOMEMORY)
			return false;
		if (rc < 0) {
			r->out->gave_up++;
			return true;
		}
		from = next_place(r->text, from, at[1]);
		if (!words_of(r->text, at[0], at[1], &w0, &w1) || w1 <= r->text->new_word)
			continue;
		hit.w0 = (uint32_t)w0;
		hit.w1 = (uint32_t)w1;
		if (!hits_push(r->out, &hit))
			return false;
	}
	return true;
}

/* ---- phrases ------------------------------------------------------------------------------- */

static bool match_phrase(const struct run_state *r, uint32_t number)
{
	struct walk w = {.program = &r->m->program,
			 .text = r->text,
			 .seen = r->scratch->seen,
			 .values = r->values,
			 .left = r->scratch->match_limit};

	while (walk_find(&w, r->m->patterns[number].root, w.w1)) {
		const struct hit hit = {number, (uint32_t)w.w0, (uint32_t)w.w1, w.v0, w.v1};

		if (w.w1 > r->text->new_word && !hits_push(r->out, &hit))
			return false;
		w.left = r->scratch->match_limit;
	}
	r->out->gave_up += w.gave_up;
	return true;
}

/* ---- which are tried ----------------------------------------------------------------------- */

/*
 * Patterns are scattered in memory, and the next is nowhere near: all of the text's are asked for
 * before the first is looked at. Numbers of those worth a try, in order; how many there are.
 */
static size_t collect(const struct run_state *r, enum etq_side side)
{
	const struct sieve *sieve = r->m->sieve;
	uint32_t *v = r->scratch->worth;
	unsigned known = values_known(r->values);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < sieve->nbits; i++)
		for (uint64_t bits = sieve_row(sieve, r->scratch->bits, i); bits;
		     bits &= bits - 1) {
			v[n] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits));
			__builtin_prefetch(&r->m->patterns[v[n++]]);
		}
	for (size_t i = 0; i < n; i++) {
		const struct pattern *p = &r->m->patterns[v[i]];

		if (!(p->sides >> side & 1) || (p->required & ~known))
			continue;
		if (!p->code)
			__builtin_prefetch(&r->m->program.steps[p->root]);
		v[kept++] = v[i];
	}
	return kept;
}

bool matcher_scan(const struct matcher *m, struct matcher_scratch *s,
		  const struct matcher_text *text, enum etq_side side,
		  const struct matcher_values *values, struct matcher_patterns *worth)
{
	const struct run_state r = {.m = m, .scratch = s, .text = text, .values = values};

	*worth = (struct matcher_patterns){0};
	if (m->n == 0 || text->len == 0)
		return true;
	if (!scratch_fit(s, m, text))
		return false;
	walk_look(text, s->seen);
	sieve_run(m->sieve, text, values, s->bits);
	*worth = (struct matcher_patterns){s->worth, collect(&r, side)};
	return true;
}

bool matcher_try(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, const struct matcher_values *values,
		 struct matcher_patterns patterns, struct hits *out)
{
	const struct run_state r = {
		.m = m, .scratch = s, .text = text, .values = values, .out = out};

	for (size_t i = 0; i < patterns.n; i++) {
		uint32_t number = patterns.v[i];

		if (!(m->patterns[number].code ? match_regex(&r, number)
					       : match_phrase(&r, number)))
			return false;
	}
	return true;
}

bool matcher_run(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, enum etq_side side,
		 const struct matcher_values *values, struct hits *out)
{
	struct matcher_patterns worth;

	out->n = 0;
	out->gave_up = 0;
	return matcher_scan(m, s, text, side, values, &worth) &&
	       matcher_try(m, s, text, values, worth, out);
}
