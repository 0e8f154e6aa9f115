/*
 * Phrases and matching. Input: a byte of flags, a phrase up to the first newline, and lines of text.
 * What is refused is refused with a message and a place in the phrase; what compiles gives the
 * same hits whether the prefilter sifts or not, and a phrase those that PCRE2 has for it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "match/matcher_private.h"
#include "oracle.h"
#include "text/fold.h"
#include "text/utf8.h"

#define REQUIRE(what)            \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

/* What people write in `regex:` is theirs; long ones only show how slowly PCRE2 can compile. */
enum { REGEX_MAX = 48, TEXT_MAX = 512, FLAG_EXACT = 1, FLAG_CAPTURE = 2, FLAG_VALUES = 4 };

struct lines {
	char text[3 * TEXT_MAX + 32];
	struct fold_word words[TEXT_MAX];
	struct matcher_text view;
};

static void fold_lines(struct lines *l, struct etq_str text)
{
	struct fold f = {0};
	size_t len = 0, nwords = 0;

	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;

		REQUIRE(fold_text(&f, (struct etq_str){text.p, n}));
		if (len > 0 && f.len > 0)
			l->text[len++] = '\n';
		if (f.len > 0)
			memcpy(l->text + len, f.text, f.len);
		for (size_t i = 0; i < f.nwords; i++) {
			l->words[nwords] = f.words[i];
			l->words[nwords++].off += (uint32_t)len;
		}
		len += f.len;
		text.p += n + (end != NULL);
		text.n -= n + (end != NULL);
	}
	fold_free(&f);
	l->view = (struct matcher_text){
		.text = l->text, .len = len, .words = l->words, .nwords = nwords};
}

static void run(struct matcher *m, const struct lines *l, const struct matcher_values *values,
		struct hits *hits)
{
	struct matcher_scratch *s = matcher_scratch_new(2000);

	REQUIRE(s);
	REQUIRE(matcher_run(m, s, &l->view, ETQ_AGENT, values, hits));
	for (size_t i = 0; i < hits->n; i++) {
		const struct hit *h = &hits->v[i];

		REQUIRE(h->w0 < h->w1 && h->w1 <= l->view.nwords);
		REQUIRE(i == 0 || h->w0 >= hits->v[i - 1].w0);
		REQUIRE((h->v0 == -1 && h->v1 == -1) ||
			(h->v0 >= (int32_t)h->w0 && h->v1 <= (int32_t)h->w1 && h->v0 < h->v1));
		REQUIRE(matcher_span(m, 0) == 0 || h->w1 - h->w0 <= matcher_span(m, 0));
	}
	matcher_scratch_free(s);
}

static void require_equal(const struct hits *a, const struct hits *b)
{
	REQUIRE(a->n == b->n);
	for (size_t i = 0; i < a->n; i++)
		REQUIRE(memcmp(&a->v[i], &b->v[i], sizeof(a->v[i])) == 0);
}

static void check_hits(const struct phrase_spec *spec, struct matcher *m, const struct lines *l,
		       const struct matcher_values *values)
{
	struct hits sifted = {0}, all = {0}, other = {0};

	run(m, l, values, &sifted);
	memset(m->sieve->start, 0xff, NEEDS * m->sieve->nbits * sizeof(*m->sieve->start));
	m->sieve->start[0] = 1;
	run(m, l, values, &all);
	if (all.gave_up == 0)
		require_equal(&all, &sifted);
	if (all.gave_up == 0 && !m->patterns[0].code &&
	    oracle_run(spec, &l->view, values, &other) == ORACLE_OK)
		require_equal(&all, &other);
	hits_free(&sifted);
	hits_free(&all);
	hits_free(&other);
}

static void compile_and_run(const struct phrase_spec *spec, const struct lines *l,
			    const struct matcher_values *values)
{
	struct matcher_builder *b = matcher_builder_new();
	struct phrase_err err;
	struct matcher *m;

	REQUIRE(b);
	if (!matcher_add(b, spec, &err)) {
		REQUIRE(err.message[0] != '\0' && err.at <= spec->text.n);
		REQUIRE(memchr(err.message, '\0', sizeof(err.message)));
	} else {
		m = matcher_build(b);
		REQUIRE(m);
		check_hits(spec, m, l, values);
		matcher_free(m);
	}
	matcher_builder_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value agent, company;
	struct matcher_values values = {.v = {&agent, NULL, &company}, .n = {1, 0, 1}};
	struct lines *lines;
	struct phrase_spec spec = {.sides = 1u << ETQ_AGENT};
	const char *p = (const char *)data, *end;
	struct etq_str text;
	size_t bad;

	if (size < 1)
		return 0;
	spec.exact = data[0] & FLAG_EXACT;
	spec.capture = data[0] & FLAG_CAPTURE;
	end = memchr(p + 1, '\n', size - 1);
	if (!end)
		end = p + size;
	spec.text = (struct etq_str){p + 1, (size_t)(end - p - 1)};
	if (spec.text.n > REGEX_MAX && memmem(spec.text.p, spec.text.n, "regex", 5))
		return 0;
	text = (struct etq_str){end, size - (size_t)(end - p)};
	if (text.n > TEXT_MAX)
		text.n = TEXT_MAX;
	if (!utf8_valid(text, &bad))
		text.n = bad;
	value_make(&agent, VALUE_AGENT_NAME, SV("Анна Павел"));
	value_make(&company, VALUE_COMPANY, SV("Северный склад"));
	lines = calloc(1, sizeof(*lines));
	REQUIRE(lines);
	fold_lines(lines, text);
	compile_and_run(&spec, lines, data[0] & FLAG_VALUES ? &values : NULL);
	free(lines);
	return 0;
}
