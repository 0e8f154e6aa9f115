/* Text in single quotes in rule files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/sv.h"
#include "rules/quoted.h"
#include "rules_fixture.h"

static const struct {
	const char *yaml, *text;
} cases[] = {
	{"''", ""},
	{"'да'", "да"},
	{"'да' # нет", "да"},
	{"'да', 'нет'", "да"},
	{"'it''s'", "it's"},
	{"''''", "'"},
	{"''''''", "''"},
	{"'a''''b'", "a''b"},
	{"'''''a'", "''a"},
	{"'a''''''b''c''''''''''d'", "a'''b'c'''''d"},
	{"''''''''''''''''''''''''''''''' x'", "''''''''''''''' x"},
	{"'a \\n \"b\"'", "a \\n \"b\""},
	{"'a  b  '", "a  b  "},
	{"'a\n  b'", "a b"},
	{"'a  \n \t b'", "a b"},
	{"'a\r\n  b'", "a b"},
	{"'a\n\n  b\n\n\n c'", "a\nb\n\nc"},
	{"'\n  a\n  '", " a "},
	{"'it''''s\n  it''''s'", "it''s it''s"},
};

static void what_quotes_stand_for(void **state)
{
	struct arena *a = arena_new(64 * 1024);

	assert_non_null(a);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct etq_str text;

		assert_true(quoted_text(a, sv_of(cases[i].yaml), &text));
		if (!sv_eq(text, sv_of(cases[i].text)))
			fail_msg("%s: [%.*s], not [%s]", cases[i].yaml, SV_ARG(text),
				 cases[i].text);
	}
	arena_free(a);
}

static void what_is_not_closed_ends_with_the_text(void **state)
{
	struct arena *a = arena_new(4096);
	struct etq_str text;

	assert_true(quoted_text(a, SV("'да"), &text));
	assert_true(sv_eq(text, SV("да")));
	assert_true(quoted_text(a, SV("'да''"), &text));
	assert_true(sv_eq(text, SV("да'")));
	assert_true(quoted_text(a, SV("'"), &text));
	assert_int_equal(text.n, 0);
	arena_free(a);
}

static void no_memory(void **state)
{
	struct arena *a = arena_new(16);
	struct etq_str text;

	assert_non_null(a);
	assert_false(quoted_text(a, SV("'много букв, на которые нет места'"), &text));
	arena_free(a);
}

/* The same through a whole file, but for what the value of a rule can't be: blanks at its ends, nothing. */
static void in_a_rule(void **state)
{
	for (size_t i = 1; i < COUNT(cases); i++) {
		struct etq_str text = sv_of(cases[i].text);
		struct etq_ruleset *rules;
		char file[600];

		if (strstr(cases[i].yaml, "', '") || strchr(cases[i].yaml, '#') ||
		    text.p[0] == ' ' || text.p[text.n - 1] == ' ')
			continue;

		snprintf(file, sizeof(file),
			 "engine: 1\nphrases: {bad: [да]}\n"
			 "rules: {t.bad: {title: а, forbid: {said: bad}, source: %s}}\n",
			 cases[i].yaml);
		rules = load_text(file);
		if (!sv_eq(rules->rules[0].info.source, text))
			fail_msg("%s: [%.*s], not [%s]", cases[i].yaml,
				 SV_ARG(rules->rules[0].info.source), cases[i].text);
		etq_ruleset_unref(rules);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_quotes_stand_for),
		cmocka_unit_test(what_is_not_closed_ends_with_the_text),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(in_a_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
