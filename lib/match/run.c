/* Running a matcher over one text. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match/capture.h"
#include "match/matcher_private.h"

enum { HEAP_LIMIT_KIB = 4 * 1024 };

struct matcher_scratch {
	pcre2_general_context *general;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	uint64_t *bits; /* needs that are met, as in struct matcher */
	size_t nbits;   /* room for so many words */
};

/* One run; callouts get it. */
struct run_state {
	const struct matcher *m;
	struct matcher_scratch *scratch;
	const struct matcher_text *text;
	const struct matcher_values *values;
	const struct pattern *pattern;
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

/* ---- values -------------------------------------------------------------------------------- */

static struct etq_str word_of(const struct run_state *r, size_t w)
{
	return (struct etq_str){r->text->text + r->text->words[w].off, r->text->words[w].len};
}

/* Words of the text, from w0 on, that are one of these values. */
static size_t match_span(const struct run_state *r, struct value_span span, size_t w0)
{
	size_t n = 0;

	for (size_t i = 0; i < span.n && n == 0; i++)
		n = value_match(&span.v[i], r->text, w0);
	return n;
}

/* Words of the text, from w0 on, that are the call's value. */
static size_t match_value(const struct run_state *r, enum value_name name, size_t w0)
{
	const struct matcher_values *values = r->values;
	size_t n;

	if (name == VALUE_FIRST_NAME)
		return first_names_has(values->first_names, word_of(r, w0));
	n = match_span(r, (struct value_span){values->v[name], values->n[name]}, w0);
	for (size_t i = 0; i < NAME_GROUPS_OF && n == 0; i++)
		n = match_span(r, values->like[name][i], w0);
	return n;
}

static bool is_value(const struct run_state *r, enum value_name name, size_t w0, size_t w1)
{
	return r->values && match_value(r, name, w0) == w1 - w0;
}

static bool may_be_value(const struct run_state *r, enum value_name name, size_t w0, size_t w1)
{
	for (size_t w = w0; w < w1; w++) {
		if (!capture_accepts(name, word_of(r, w)))
			return false;
	}
	return true;
}

/* PCRE2 asks whether what group number callout_number took is the value; not 0: go on trying. */
static int on_callout(pcre2_callout_block *block, void *data)
{
	const struct run_state *r = data;
	const struct pattern *p = r->pattern;
	uint32_t group = block->callout_number;
	enum value_name name;
	size_t w0, w1;
	bool ok;

	if (p->regex || group == 0 || group > p->groups.n)
		return 0;
	name = (enum value_name)p->groups.names[group - 1];
	if (!words_of(r->text, block->offset_vector[2 * (size_t)group],
		      block->offset_vector[2 * (size_t)group + 1], &w0, &w1))
		return 1;
	ok = p->capture && name != VALUE_FIRST_NAME ? may_be_value(r, name, w0, w1)
						    : is_value(r, name, w0, w1);
	return ok ? 0 : 1;
}

/* The letters that a word must begin with to be the value, as value_letter has them. */
static uint64_t letters_of(const struct run_state *r, enum value_name name)
{
	const struct matcher_values *values = r->values;
	uint64_t letters = 0;

	if (name == VALUE_FIRST_NAME)
		return UINT64_MAX;
	for (size_t i = 0; i < values->n[name]; i++)
		letters |= value_letters(&values->v[name][i]);
	for (size_t i = 0; i < NAME_GROUPS_OF; i++)
		for (size_t k = 0; k < values->like[name][i].n; k++)
			letters |= value_letters(&values->like[name][i].v[k]);
	return letters;
}

static bool occurs(const struct run_state *r, enum value_name name)
{
	uint64_t letters = letters_of(r, name);

	for (size_t w = 0; w < r->text->nwords; w++)
		if (letters & value_letter(r->text->text + r->text->words[w].off) &&
		    match_value(r, name, w) > 0)
			return true;
	return false;
}

/* Values that are known, as bits. */
static unsigned known_values(const struct matcher_values *values)
{
	unsigned known = 0;

	if (!values)
		return 0;
	for (int i = 0; i < VALUES_OF_CALL; i++)
		known |= (values->n[i] > 0 ? 1u : 0) << i;
	if (values->first_names)
		known |= 1u << VALUE_FIRST_NAME;
	return known;
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
	s->data = pcre2_match_data_create(PHRASE_VALUES_MAX + 1, s->general);
	s->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, s->general);
	if (!s->context || !s->data || !s->stack)
		goto fail;
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
	free(s);
}

static bool scratch_fit(struct matcher_scratch *s, const struct matcher *m)
{
	uint64_t *bits;

	if (s->nbits >= NEEDS * m->nbits)
		return true;
	bits = realloc(s->bits, NEEDS * m->nbits * sizeof(*bits));
	if (!bits)
		return false;
	s->bits = bits;
	s->nbits = NEEDS * m->nbits;
	return true;
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

/* The words that the first group which took any did take; a listed first name only if no other did. */
static void set_value(const struct run_state *r, int rc, struct hit *hit)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->scratch->data);
	size_t w0, w1;

	hit->v0 = hit->v1 = -1;
	for (int group = 1; r->pattern->capture && group < rc; group++) {
		bool listed = r->pattern->groups.names[group - 1] == VALUE_FIRST_NAME;

		if (at[2 * group] == PCRE2_UNSET || (listed && hit->v0 >= 0) ||
		    !words_of(r->text, at[2 * group], at[2 * group + 1], &w0, &w1))
			continue;
		hit->v0 = (int32_t)w0;
		hit->v1 = (int32_t)w1;
		if (!listed)
			return;
	}
}

static int match_at(const struct run_state *r, size_t from)
{
	const struct matcher_scratch *s = r->scratch;
	const struct matcher_text *t = r->text;

	if (r->pattern->jit)
		return pcre2_jit_match(r->pattern->code, (PCRE2_SPTR)t->text, t->len, from,
				       PCRE2_NOTEMPTY, s->data, s->context);
	return pcre2_match(r->pattern->code, (PCRE2_SPTR)t->text, t->len, from,
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

static bool match_pattern(struct run_state *r, uint32_t number)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->scratch->data);
	size_t from = 0, w0, w1;

	while (from < r->text->len) {
		int rc = match_at(r, from);
		struct hit hit = {.pattern = number};

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
		set_value(r, rc, &hit);
		if (!hits_push(r->out, &hit))
			return false;
	}
	return true;
}

/* Behind the last that has the same values as number i. */
static size_t valued_end(const struct matcher *m, size_t i)
{
	size_t end = i + 1, step = 1;

	/* In growing steps, then in halves: there are hundreds of few kinds. */
	while (end + step <= m->nvalued &&
	       m->valued[end + step - 1].values == m->valued[i].values) {
		end += step;
		step *= 2;
	}
	for (; step > 0; step /= 2)
		if (end + step <= m->nvalued &&
		    m->valued[end + step - 1].values == m->valued[i].values)
			end += step;
	return end;
}

/* Marks the needs that the text meets. */
static void sift(const struct run_state *r, unsigned known)
{
	const struct matcher *m = r->m;
	uint64_t *bits = r->scratch->bits;
	unsigned asked = 0, there = 0;

	memcpy(bits, m->met, NEEDS * m->nbits * sizeof(*bits));
	ac_scan(m->ac, r->text->text, r->text->len, bits);
	for (size_t i = 0, end; known && i < m->nvalued; i = end) {
		unsigned values = m->valued[i].values;
		unsigned ask = values & known & ~asked;

		for (int name = 0; name < VALUE_NAMES; name++)
			if ((ask >> name & 1) && occurs(r, (enum value_name)name))
				there |= 1u << name;
		asked |= ask;
		end = valued_end(m, i);
		for (size_t k = i; k < end && (values & there); k++)
			bits[m->valued[k].need * m->nbits + m->valued[k].pattern / 64] |=
				1ull << (m->valued[k].pattern % 64);
	}
}

/* Patterns numbered 64 * word and up, whose needs are all met. */
static uint64_t candidates(const struct run_state *r, size_t word)
{
	uint64_t bits = ~0ull;

	for (size_t i = 0; i < NEEDS; i++)
		bits &= r->scratch->bits[i * r->m->nbits + word];
	return bits;
}

size_t matcher_mask_words(const struct matcher *m)
{
	return m->nbits;
}

bool matcher_scan(const struct matcher *m, struct matcher_scratch *s,
		  const struct matcher_text *text, const struct matcher_values *values)
{
	struct run_state r = {.m = m, .scratch = s, .text = text, .values = values};

	if (m->n == 0 || text->len == 0)
		return true;
	if (!scratch_fit(s, m))
		return false;
	sift(&r, known_values(values));
	return true;
}

bool matcher_try(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, enum etq_side side,
		 const struct matcher_values *values, const uint64_t *mask, struct hits *out)
{
	struct run_state r = {.m = m, .scratch = s, .text = text, .values = values, .out = out};
	unsigned known = known_values(values);

	if (m->n == 0 || text->len == 0)
		return true;
	pcre2_set_callout(s->context, on_callout, &r);
	for (size_t i = 0; i < m->nbits; i++) {
		uint64_t bits = candidates(&r, i) & (mask ? mask[i] : ~0ull);

		for (; bits; bits &= bits - 1) {
			uint32_t number = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits));

			r.pattern = &m->patterns[number];
			if (!(r.pattern->sides >> side & 1) || (r.pattern->required & ~known))
				continue;
			if (!match_pattern(&r, number))
				return false;
		}
	}
	return true;
}

bool matcher_run(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, enum etq_side side,
		 const struct matcher_values *values, struct hits *out)
{
	out->n = 0;
	out->gave_up = 0;
	return matcher_scan(m, s, text, values) && matcher_try(m, s, text, side, values, NULL, out);
}
