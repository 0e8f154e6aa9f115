/* Phrases of all shapes: what is found by walking over words is what PCRE2 finds in another way. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "match_run.h"
#include "oracle.h"
#include "test.h"

enum { ROUNDS = 4000, TEXTS = 6, DEPTH = 3 };

static const char *const words[] = {
	"да",       "ну",      "я",     "да",   "ну", "ждать", "звонок",
	"посмотрю", "\"жду\"", "спас*", "*ать", "*",  "hello",
};
static const char *const said[] = {
	"да",     "ну",   "я",     "да",   "ну",        "да",       "ну",       "жду",   "ждите",
	"звонка", "анне", "склад", "даша", "посмотрим", "северный", "спасение", "ольга", "hello",
};
static const char *const values_said[] = {"{agent.name}", "{company}", "{first.name}"};

struct maker {
	uint32_t random;
	struct buf *out;
	bool capture;
};

static unsigned draw(struct maker *m, size_t n)
{
	m->random = m->random * 1664525u + 1013904223u;
	return (unsigned)((m->random >> 8) % n);
}

static void put_sequence(struct maker *m, int depth);

static void put_choice(struct maker *m, int depth, char open, char close)
{
	unsigned n = 1 + draw(m, 4);

	buf_putc(m->out, open);
	for (unsigned i = 0; i < n; i++) {
		buf_puts(m->out, i ? "|" : "");
		put_sequence(m, depth - 1);
	}
	buf_putc(m->out, close);
}

static void put_item(struct maker *m, int depth)
{
	unsigned kind = draw(m, depth > 0 ? 10 : 6);

	if (kind == 4)
		buf_puts(m->out, values_said[m->capture ? 1 + draw(m, 2) : draw(m, 3)]);
	else if (kind == 5)
		buf_printf(m->out, "да ..%u ну", 1 + draw(m, 3));
	else if (kind < 6)
		buf_puts(m->out, words[draw(m, COUNT(words))]);
	else if (kind < 8)
		put_choice(m, depth, '(', ')');
	else
		put_choice(m, depth, '[', ']');
}

static void put_sequence(struct maker *m, int depth)
{
	unsigned n = 1 + draw(m, 2);

	for (unsigned i = 0; i < n; i++) {
		buf_puts(m->out, i ? (draw(m, 8) ? " " : " ..2 ") : "");
		put_item(m, depth);
	}
}

static void put_phrase(struct maker *m)
{
	buf_clear(m->out);
	buf_puts(m->out, draw(m, 6) ? "" : "^");
	put_sequence(m, DEPTH);
	buf_puts(m->out, draw(m, 6) ? "" : "$");
}

static void put_text(struct maker *m, struct buf *text)
{
	unsigned n = 1 + draw(m, 14);

	buf_clear(text);
	for (unsigned i = 0; i < n; i++) {
		buf_puts(text, said[draw(m, COUNT(said))]);
		buf_puts(text, draw(m, 7) ? " " : draw(m, 5) ? "|" : "||");
	}
	buf_putc(text, '\0');
}

static bool equal(const struct hits *a, const struct hits *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (memcmp(&a->v[i], &b->v[i], sizeof(a->v[i])) != 0)
			return false;
	return true;
}

/* How many hits there are; none at all when the oracle has nothing to say. */
static size_t compare(const struct phrase_spec *spec, const struct matcher *m, struct turn *t,
		      const struct matcher_values *values)
{
	struct matcher_scratch *s = matcher_scratch_new(1000000);
	struct hits got = {0}, wanted = {0};
	size_t n;

	assert_true(matcher_run(m, s, &t->view, ETQ_AGENT, values, &got));
	assert_int_equal(got.gave_up, 0);
	if (oracle_run(spec, &t->view, values, &wanted) != ORACLE_OK)
		wanted.n = got.n = 0;
	if (!equal(&got, &wanted))
		fail_msg("«%.*s» in «%.*s»: %zu hits for %zu, or other ones", SV_ARG(spec->text),
			 (int)t->view.len, t->view.text, got.n, wanted.n);
	n = got.n;
	hits_free(&got);
	hits_free(&wanted);
	matcher_scratch_free(s);
	return n;
}

static struct matcher *try_matcher(const struct phrase_spec *spec)
{
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m = NULL;
	struct phrase_err err;

	assert_non_null(b);
	if (matcher_add(b, spec, &err))
		m = matcher_build(b);
	matcher_builder_free(b);
	return m;
}

static void walks_find_what_pcre2_finds(void **state)
{
	const struct etq_str group[] = {SV("Ольга"), SV("Паша"), SV("Даша")};
	struct arena *arena = arena_new(1024 * 1024);
	struct first_names *names = first_names_new(arena);
	struct buf phrase = BUF_INIT(4000), text = BUF_INIT(4000);
	struct maker maker = {.random = 11, .out = &phrase};
	struct value agent, company;
	struct matcher_values values = {
		.v = {&agent, NULL, &company}, .n = {1, 0, 1}, .first_names = names};
	size_t compiled = 0, hits = 0;

	assert_true(first_names_add(names, group, COUNT(group)) && first_names_seal(names));
	value_make(&agent, VALUE_AGENT_NAME, SV("Анна"));
	value_make(&company, VALUE_COMPANY, SV("Северный склад"));
	for (int round = 0; round < ROUNDS; round++) {
		struct phrase_spec spec = {.sides = ~0u, .capture = round % 3 == 0};
		struct matcher *m;

		maker.capture = spec.capture;
		put_phrase(&maker);
		spec.text = (struct etq_str){phrase.p, phrase.n};
		m = try_matcher(&spec);
		compiled += m != NULL;
		for (int i = 0; m && i < TEXTS; i++) {
			struct turn t;

			put_text(&maker, &text);
			turn_make(&t, text.p);
			t.view.new_word = draw(&maker, t.view.nwords + 1);
			hits += compare(&spec, m, &t, &values);
			turn_free(&t);
		}
		matcher_free(m);
	}
	assert_true(compiled > ROUNDS / 2);
	assert_true(hits > ROUNDS / 2);
	buf_free(&phrase);
	buf_free(&text);
	arena_free(arena);
}

/* A phrase that branches everywhere, on a text that it nearly fits: it ends, and says that it gave up. */
static void hopeless_walks_give_up(void **state)
{
	struct phrase_spec spec = {.text = SV("a ..20 a ..20 a ..20 a ..20 a ..20 a ..20 b c"),
				   .sides = ~0u};
	struct matcher *m = matcher_of(&spec);
	struct matcher_scratch *s = matcher_scratch_new(100000);
	struct hits hits = {0};
	struct turn t;

	turn_make(
		&t,
		"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a b, c? b");
	assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
	assert_int_equal(hits.n, 1);
	turn_free(&t);
	turn_make(&t,
		  "b c a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a d");
	assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
	assert_int_equal(hits.n, 0);
	assert_int_equal(hits.gave_up, 1);
	turn_free(&t);
	hits_free(&hits);
	matcher_scratch_free(s);
	matcher_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_find_what_pcre2_finds),
		cmocka_unit_test(hopeless_walks_give_up),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
