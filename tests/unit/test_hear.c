/* What is heard in the longest utterances, and what is remembered of it for the next one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "etiquette.h"
#include "test.h"

enum { SETS = 8 }; /* times the words of the longest text: more hits than 16 bits can number */

static struct etq_ruleset *load(void)
{
	char text[1024];
	struct etq_source source = {"hear.yaml", {text, 0}};
	struct etq_diags diags = {0};
	size_t n = (size_t)snprintf(text, sizeof(text), "engine: 1\nphrases:\n");

	for (int i = 0; i < SETS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "  s%d: [x, x y]\n", i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "rules:\n");
	for (int i = 0; i < SETS; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"  a.s%d: {title: а, source: б, forbid: {said: s%d, by: agent}}\n", i, i);
	source.text.n = n;
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	assert_non_null(rules);
	etq_diags_free(&diags);
	return rules;
}

static size_t say(struct etq_engine *e, int64_t t, struct etq_str text)
{
	struct etq_findings *found = etq_findings_new();
	struct etq_input in;
	struct etq_err err;

	assert_non_null(found);
	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.by = ETQ_AGENT;
	in.call = SV("c");
	in.text = text;
	in.t = t;
	in.end = t + 1000;
	assert_true(etq_engine_feed(e, &in, 0, found, &err));
	size_t n = etq_findings_count(found);

	etq_findings_free(found);
	return n;
}

/* «x» ends an utterance and «y» begins the next: that goes on with what was found, however much it was. */
static void all_that_was_heard_is_remembered(void **state)
{
	static char text[ETQ_MAX_TEXT];
	struct etq_engine_config config;
	struct etq_ruleset *rules = load();

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? ' ' : 'x';
	etq_engine_config_init(&config);
	for (size_t words = 1; words <= ETQ_MAX_TEXT / 2; words *= 2) {
		struct etq_engine *e = etq_engine_new(&config, rules);

		assert_non_null(e);
		assert_int_equal(say(e, 0, (struct etq_str){text, 2 * words - 1}), SETS);
		assert_int_equal(say(e, 1100, SV("y")), 0);
		etq_engine_free(e);
	}
	etq_ruleset_unref(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_was_heard_is_remembered),
	};

	return cmocka_run_group_tests_name("hear", tests, NULL, NULL);
}
