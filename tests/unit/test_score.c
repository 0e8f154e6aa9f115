/* The score's place in a call: what it follows, how it is told when memory runs out, rules of sites. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "etiquette.h"
#include "oom.h"

#define RULES                           \
	"engine: 1\n"                   \
	"phrases:\n"                    \
	"  bad: [дурак]\n"         \
	"rules:\n"                      \
	"  t.bad:\n"                    \
	"    title: Грубость\n" \
	"    source: своё\n"        \
	"    points: 5\n"               \
	"    forbid: {said: bad, by: agent}\n"

static const char rules_text[] = RULES;
static const char weighed_text[] = RULES "score: {cap: {default: 7}, points: {t.bad: 6}}\n";
static const char site_text[] = "engine: 1\nextends: pack\nscore: {start: 50, cap: {t.bad: 20}}\n";
static const char site_rule_text[] = "engine: 1\nextends: pack\nrules: {t.bad: {points: 4}}\n";

static struct etq_ruleset *load(const char *pack, const char *site)
{
	const struct etq_source sources[] = {{"pack.yaml", sv_of(pack)},
					     {"site.yaml", sv_of(site)}};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(sources, site ? 2 : 1, &diags);

	for (size_t i = 0; i < diags.n; i++)
		print_message("%s\n", diags.v[i].message);
	assert_non_null(rules);
	etq_diags_free(&diags);
	return rules;
}

struct world {
	struct etq_engine *engine;
	struct etq_findings *found;
	struct etq_err err;
};

static void open_world(struct world *w, struct etq_ruleset *rules)
{
	struct etq_engine_config config;

	etq_engine_config_init(&config);
	w->engine = etq_engine_new(&config, rules);
	w->found = etq_findings_new();
}

static void close_world(struct world *w)
{
	etq_engine_free(w->engine);
	etq_findings_free(w->found);
}

static bool feed(struct world *w, enum etq_input_type type, int64_t t, const char *text,
		 int64_t now)
{
	struct etq_input in;

	etq_input_init(&in);
	in.type = type;
	in.call = SV("c");
	in.t = t;
	in.by = ETQ_AGENT;
	in.text = sv_of(text);
	return etq_engine_feed(w->engine, &in, now, w->found, &w->err);
}

static const struct etq_finding *last(const struct world *w)
{
	size_t n = etq_findings_count(w->found);

	assert_true(n > 0);
	return etq_findings_get(w->found, n - 1);
}

/* The score of a call with so many bad lines. */
static int score_of(const char *pack, const char *site, int lines)
{
	struct etq_ruleset *rules = load(pack, site);
	struct world w;
	int score;

	open_world(&w, rules);
	assert_true(feed(&w, ETQ_CALL_START, 0, NULL, 0));
	for (int i = 0; i < lines; i++)
		assert_true(feed(&w, ETQ_UTTERANCE, i * 5000, "дурак", 0));
	assert_true(feed(&w, ETQ_CALL_END, 60000, NULL, 0));
	assert_int_equal(last(&w)->kind, ETQ_SCORED);
	score = last(&w)->score->score;
	close_world(&w);
	etq_ruleset_unref(rules);
	return score;
}

static void weights(void **state)
{
	assert_int_equal(score_of(rules_text, NULL, 0), 100);
	assert_int_equal(score_of(rules_text, NULL, 3), 85);
	assert_int_equal(score_of(weighed_text, NULL, 1), 94);
	assert_int_equal(score_of(weighed_text, NULL, 3), 93);
	/* A site's weights lie over the pack's, entry by entry; so do its rules. */
	assert_int_equal(score_of(weighed_text, site_text, 3), 32);
	assert_int_equal(score_of(weighed_text, site_text, 9), 30);
	assert_int_equal(score_of(weighed_text, site_rule_text, 1), 96);
	assert_int_equal(score_of(weighed_text, site_rule_text, 2), 93);
}

/* The points that a finding tells are those that it costs. */
static void findings_tell_what_they_cost(void **state)
{
	struct etq_ruleset *rules = load(weighed_text, NULL);
	struct world w;

	open_world(&w, rules);
	assert_true(feed(&w, ETQ_UTTERANCE, 0, "дурак", 0));
	assert_int_equal(last(&w)->points, 6);
	assert_int_equal(etq_ruleset_find(rules, SV("t.bad"))->points, 6);
	close_world(&w);
	etq_ruleset_unref(rules);
}

static void comes_last_and_once(void **state)
{
	struct etq_ruleset *rules = load(rules_text, NULL);
	struct etq_engine_stats stats;
	struct world w;

	open_world(&w, rules);
	assert_true(feed(&w, ETQ_UTTERANCE, 0, "дурак", 100000));
	assert_int_equal(etq_findings_count(w.found), 1);
	assert_true(feed(&w, ETQ_CALL_END, 9000, NULL, 109000));
	assert_int_equal(etq_findings_count(w.found), 2);
	assert_int_equal(last(&w)->kind, ETQ_SCORED);
	assert_null(last(&w)->rule);
	assert_int_equal(last(&w)->t, 9000);
	assert_int_equal(last(&w)->points, 5);
	assert_true(feed(&w, ETQ_CALL_END, 9000, NULL, 109500)); /* a duplicate */
	assert_true(etq_engine_tick(w.engine, 200000, w.found, &w.err));
	assert_true(etq_engine_finish(w.engine, w.found, &w.err));
	assert_int_equal(etq_findings_count(w.found), 2);
	etq_engine_stats(w.engine, &stats);
	assert_int_equal(stats.scored, 1);
	assert_int_equal(stats.findings, 1);
	close_world(&w);
	etq_ruleset_unref(rules);
}

static void calls_that_nobody_ends_have_one_too(void **state)
{
	struct etq_ruleset *rules = load(rules_text, NULL);
	struct world w;

	open_world(&w, rules);
	assert_true(feed(&w, ETQ_UTTERANCE, 0, "да", 100000));
	assert_true(etq_engine_tick(w.engine, 100000 + 600000, w.found, &w.err));
	assert_int_equal(last(&w)->kind, ETQ_SCORED);
	assert_int_equal(last(&w)->score->ended_by, ETQ_SYSTEM);
	assert_int_equal(last(&w)->score->duration_ms, 400);
	etq_findings_clear(w.found);
	assert_true(feed(&w, ETQ_UTTERANCE, 0, "да", 800000)); /* it begins anew */
	assert_true(etq_engine_finish(w.engine, w.found, &w.err));
	assert_int_equal(last(&w)->kind, ETQ_SCORED);
	assert_int_equal(last(&w)->score->revision, 1);
	close_world(&w);
	etq_ruleset_unref(rules);
}

/* The same call has the same id, also in another engine; another call another one. */
static void ids(void **state)
{
	struct etq_ruleset *rules = load(rules_text, NULL);
	char first[33];

	for (int i = 0; i < 2; i++) {
		struct world w;

		open_world(&w, rules);
		assert_true(feed(&w, ETQ_UTTERANCE, 0, i ? "нет" : "да", 0));
		assert_true(feed(&w, ETQ_CALL_END, 9000, NULL, 0));
		if (i)
			assert_string_equal(last(&w)->id, first);
		memcpy(first, last(&w)->id, sizeof(first));
		close_world(&w);
	}
	etq_ruleset_unref(rules);
}

struct starving {
	struct world w;
	size_t n;
};

static void end_call(void *data)
{
	struct starving *s = data;
	bool ok = feed(&s->w, ETQ_CALL_END, 9000, NULL, 109000);

	assert_true(ok || !strcmp(s->w.err.code, "out-of-memory"));
	assert_int_equal(etq_findings_count(s->w.found) > 0 && !ok, 0);
}

/* Whatever fails at the end: the score is told in the end, once, and the finding is in it. */
static void memory_runs_out(void **state)
{
	struct etq_ruleset *rules = load(rules_text, NULL);
	size_t at = 0;
	bool failed;

	do {
		struct starving s = {.n = at};

		open_world(&s.w, rules);
		assert_true(feed(&s.w, ETQ_UTTERANCE, 0, "дурак", 100000));
		etq_findings_clear(s.w.found);
		oom_at(at++);
		end_call(&s);
		failed = oom_end();
		end_call(&s);
		assert_true(etq_engine_tick(s.w.engine, 200000, s.w.found, &s.w.err));
		assert_int_equal(etq_findings_count(s.w.found), 1);
		assert_int_equal(last(&s.w)->kind, ETQ_SCORED);
		assert_int_equal(last(&s.w)->score->score, 95);
		assert_int_equal(last(&s.w)->score->revision, 1);
		close_world(&s.w);
	} while (failed);
	assert_true(at > 3);
	etq_ruleset_unref(rules);
}

/*
 * It is owed when the last try at the end fails, and paid when time passes; then it refers to rules
 * that nobody else has any more.
 */
static void owed_until_there_is_memory(void **state)
{
	struct etq_ruleset *later = load(rules_text, NULL);
	size_t owed = 0;
	bool failed = true;

	for (size_t at = 0; failed; at++) {
		struct etq_ruleset *rules = load(rules_text, NULL);
		struct world w;

		open_world(&w, rules);
		assert_true(feed(&w, ETQ_UTTERANCE, 0, "дурак", 100000));
		etq_engine_set_rules(w.engine, later);
		etq_ruleset_unref(rules);
		etq_findings_clear(w.found);
		oom_at(at);
		bool ok = feed(&w, ETQ_CALL_END, 9000, NULL, 109000);

		failed = oom_end();
		if (ok && etq_findings_count(w.found) == 0) {
			owed++;
			oom_at(0);
			assert_false(etq_engine_tick(w.engine, 200000, w.found, &w.err));
			assert_true(oom_end());
			assert_true(etq_engine_tick(w.engine, 200001, w.found, &w.err));
			assert_int_equal(etq_findings_count(w.found), 1);
			const struct etq_score *score = etq_findings_get(w.found, 0)->score;

			assert_int_equal(score->nrules, 1);
			assert_memory_equal(score->rules[0].rule.p, "t.bad", 5);
		}
		close_world(&w);
	}
	assert_true(owed > 1);
	etq_ruleset_unref(later);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights),
		cmocka_unit_test(findings_tell_what_they_cost),
		cmocka_unit_test(comes_last_and_once),
		cmocka_unit_test(calls_that_nobody_ends_have_one_too),
		cmocka_unit_test(ids),
		cmocka_unit_test(memory_runs_out),
		cmocka_unit_test(owed_until_there_is_memory),
	};

	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
