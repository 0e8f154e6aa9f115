/* The engine and the caller's clock: deadlines without lines, idle and ended calls, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sv.h"
#include "etiquette.h"

static const char rules_text[] =
	"engine: 1\n"
	"phrases:\n"
	"  thanks: [спасибо за ожидание]\n"
	"  bad: [дурак]\n"
	"rules:\n"
	"  t.thanks:\n"
	"    title: Благодарность\n"
	"    source: своё\n"
	"    severity: major\n"
	"    expect: {said: thanks, by: agent, after: hold.end, within: 5s}\n"
	"  t.bad:\n"
	"    title: Грубость\n"
	"    source: своё\n"
	"    forbid: {said: bad, by: agent}\n"
	"  t.long:\n"
	"    title: Долгий разговор\n"
	"    source: своё\n"
	"    limit: {measure: duration, above: 1s}\n";

struct world {
	struct etq_ruleset *rules;
	struct etq_engine *engine;
	struct etq_findings *found;
	struct etq_engine_config config;
	struct etq_err err;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct etq_diags diags = {0};
	struct etq_source source = {"clock.yaml", {rules_text, sizeof(rules_text) - 1}};

	w->rules = etq_ruleset_load(&source, 1, &diags);
	assert_non_null(w->rules);
	etq_diags_free(&diags);
	etq_engine_config_init(&w->config);
	w->config.max_calls = 3;
	w->config.max_partials = 2;
	w->engine = etq_engine_new(&w->config, w->rules);
	w->found = etq_findings_new();
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	etq_engine_free(w->engine);
	etq_findings_free(w->found);
	etq_ruleset_unref(w->rules);
	free(w);
	return 0;
}

static bool feed(struct world *w, enum etq_input_type type, const char *call, int64_t t,
		 const char *text, int64_t now)
{
	struct etq_input in;

	etq_input_init(&in);
	in.type = type;
	in.call = sv_of(call);
	in.t = t;
	in.by = ETQ_AGENT;
	in.text = sv_of(text);
	return etq_engine_feed(w->engine, &in, now, w->found, &w->err);
}

/* "rule@t:raised ", "-rule " for what was found since the last look. */
static const char *found(struct world *w)
{
	static char text[1024];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < etq_findings_count(w->found); i++) {
		const struct etq_finding *f = etq_findings_get(w->found, i);

		if (f->kind == ETQ_SCORED)
			continue;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s@%lld:%lld ",
				      f->kind == ETQ_RETRACTED ? "-" : "", SV_ARG(f->rule->id),
				      (long long)f->t, (long long)f->raised);
	}
	etq_findings_clear(w->found);
	return text;
}

static void tick(struct world *w, int64_t now)
{
	assert_true(etq_engine_tick(w->engine, now, w->found, &w->err));
}

static void deadline_passes_without_a_line(void **state)
{
	struct world *w = *state;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	assert_true(feed(w, ETQ_HOLD_END, "c", 3000, NULL, 102000));
	tick(w, 108999);
	assert_string_equal(found(w), "");
	/* 3000 + 5000 on the call's clock, 2000 lateness: 109000 on ours, and passed a moment later */
	tick(w, 109001);
	assert_string_equal(found(w), "t.thanks@3000:8000 ");
	tick(w, 300000);
	assert_string_equal(found(w), "");
}

static void next_tick_is_the_deadline(void **state)
{
	struct world *w = *state;

	assert_true(etq_engine_next_tick(w->engine) == INT64_MAX);
	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	assert_true(feed(w, ETQ_HOLD_END, "c", 3000, NULL, 102000));
	for (int i = 0; i < 100 && !etq_findings_count(w->found); i++) {
		int64_t next = etq_engine_next_tick(w->engine);

		assert_true(next > 102000 && next <= 109001);
		tick(w, next);
	}
	assert_string_equal(found(w), "t.thanks@3000:8000 ");
	/* from here only idleness is left */
	assert_true(etq_engine_next_tick(w->engine) == 102000 + w->config.idle_ms);
}

static void late_line_withdraws_what_the_clock_found(void **state)
{
	struct world *w = *state;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	assert_true(feed(w, ETQ_HOLD_END, "c", 3000, NULL, 102000));
	tick(w, 110000);
	assert_string_equal(found(w), "t.thanks@3000:8000 ");
	/* recognition was slow: said in time, known only now */
	assert_true(feed(w, ETQ_UTTERANCE, "c", 5000, "Спасибо за ожидание", 111000));
	assert_string_equal(found(w), "-t.thanks@3000:5000 ");
}

static void partial_holds_the_deadline(void **state)
{
	struct world *w = *state;
	struct etq_input in;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	assert_true(feed(w, ETQ_HOLD_END, "c", 3000, NULL, 102000));
	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.call = SV("c");
	in.id = SV("u1");
	in.t = 6000;
	in.by = ETQ_AGENT;
	in.text = SV("Спаси");
	in.final = false;
	assert_true(etq_engine_feed(w->engine, &in, 106000, w->found, &w->err));
	tick(w, 112000);
	assert_string_equal(found(w), "");
	in.text = SV("Спасибо за ожидание");
	in.final = true;
	assert_true(etq_engine_feed(w->engine, &in, 112500, w->found, &w->err));
	tick(w, 120000);
	assert_string_equal(found(w), "");
}

static void lost_final_falls_back_to_the_partial(void **state)
{
	struct world *w = *state;
	struct etq_input in;

	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.call = SV("c");
	in.id = SV("u1");
	in.t = 1000;
	in.by = ETQ_AGENT;
	in.text = SV("сам дурак");
	in.final = false;
	assert_true(etq_engine_feed(w->engine, &in, 100000, w->found, &w->err));
	tick(w, 120000);
	assert_string_equal(found(w), "");
	tick(w, 140000);
	assert_string_equal(found(w), "t.bad@1000:1800 ");
}

/* Its news is as new as itself, however long nothing had come before it. */
static void partial_after_long_silence_is_not_given_up_at_once(void **state)
{
	struct world *w = *state;
	struct etq_input in;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.call = SV("c");
	in.id = SV("u1");
	in.t = 90000;
	in.by = ETQ_AGENT;
	in.text = SV("Сам");
	in.final = false;
	assert_true(etq_engine_feed(w->engine, &in, 189000, w->found, &w->err));
	tick(w, 199000);
	in.text = SV("Сам дурак");
	in.final = true;
	assert_true(etq_engine_feed(w->engine, &in, 199000, w->found, &w->err));
	assert_string_equal(found(w), "t.bad@90000:90800 ");
}

static void idle_call_ends_and_may_begin_anew(void **state)
{
	struct world *w = *state;
	struct etq_engine_stats stats;

	assert_true(feed(w, ETQ_UTTERANCE, "c", 5000, "Алло", 100000));
	tick(w, 100000 + w->config.idle_ms - 1);
	assert_string_equal(found(w), "");
	tick(w, 100000 + w->config.idle_ms);
	assert_string_equal(found(w), "t.long@5400:5400 ");
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.open_calls, 0);
	assert_int_equal(stats.calls_idle, 1);
	assert_true(feed(w, ETQ_UTTERANCE, "c", 900000, "дурак", 1000000));
	assert_string_equal(found(w), "t.bad@900000:900400 ");
}

static void hold_is_no_idleness(void **state)
{
	struct world *w = *state;
	struct etq_engine_stats stats;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	tick(w, 100000 + w->config.idle_ms + 1);
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.open_calls, 1);
	tick(w, 100000 + 6 * w->config.idle_ms);
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.open_calls, 0);
}

static void ended_call_takes_late_lines_then_refuses(void **state)
{
	struct world *w = *state;

	assert_true(feed(w, ETQ_UTTERANCE, "c", 0, "Алло", 100000));
	assert_true(feed(w, ETQ_CALL_END, "c", 9000, NULL, 109000));
	assert_string_equal(found(w), "t.long@9000:9000 ");
	assert_true(feed(w, ETQ_UTTERANCE, "c", 8500, "дурак", 109500));
	assert_string_equal(found(w), "t.bad@8500:8900 ");
	assert_false(feed(w, ETQ_UTTERANCE, "c", 9500, "дурак", 109600));
	assert_string_equal(w->err.code, "call-ended");
	tick(w, 130000); /* gone, but not forgotten */
	assert_false(feed(w, ETQ_UTTERANCE, "c", 8600, "дурак", 130000));
	assert_string_equal(w->err.code, "call-ended");
	tick(w, 130001 + w->config.idle_ms);
	assert_true(feed(w, ETQ_UTTERANCE, "c", 8600, "Алло", 1000000));
}

/* A sender that has lost its connection sends them again, maybe long after. */
static void holds_sent_again_change_nothing(void **state)
{
	struct world *w = *state;
	struct etq_engine_stats stats;

	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 100000));
	assert_true(feed(w, ETQ_HOLD_END, "c", 2000, NULL, 101000));
	assert_true(feed(w, ETQ_UTTERANCE, "c", 20000, "Алло", 119000));
	assert_string_equal(found(w), "t.thanks@2000:7000 ");
	assert_true(feed(w, ETQ_HOLD_START, "c", 1000, NULL, 119100));
	assert_true(feed(w, ETQ_HOLD_END, "c", 2000, NULL, 119100));
	assert_string_equal(found(w), "");
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.duplicates, 2);
	assert_int_equal(stats.late, 0);
	assert_false(feed(w, ETQ_HOLD_END, "c", 2001, NULL, 119100));
	assert_string_equal(w->err.code, "late");
	/* Those without a time of their own are each another one. */
	assert_true(feed(w, ETQ_HOLD_START, "c", ETQ_NO_TIME, NULL, 120000));
	assert_true(feed(w, ETQ_HOLD_END, "c", ETQ_NO_TIME, NULL, 121000));
	assert_true(feed(w, ETQ_HOLD_START, "c", ETQ_NO_TIME, NULL, 122000));
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.duplicates, 2);
}

static void calls_are_limited(void **state)
{
	struct world *w = *state;

	assert_true(feed(w, ETQ_UTTERANCE, "a", 0, "Алло", 1));
	assert_true(feed(w, ETQ_UTTERANCE, "b", 0, "Алло", 1));
	assert_true(feed(w, ETQ_UTTERANCE, "c", 0, "Алло", 1));
	assert_false(feed(w, ETQ_UTTERANCE, "d", 0, "Алло", 1));
	assert_string_equal(w->err.code, "too-many-calls");
	assert_true(feed(w, ETQ_CALL_END, "b", 500, NULL, 2));
	assert_true(feed(w, ETQ_UTTERANCE, "d", 0, "Алло", 3));
}

static void refused_first_line_leaves_no_call(void **state)
{
	struct world *w = *state;
	struct etq_engine_stats stats;

	assert_false(feed(w, ETQ_UTTERANCE, "c", -5, "Алло", 1));
	assert_string_equal(w->err.code, "bad-time");
	assert_false(feed(w, ETQ_CALL_END, "c", 5, NULL, 1));
	assert_string_equal(w->err.code, "unknown-call");
	assert_false(feed(w, ETQ_UTTERANCE, "", 5, "Алло", 1));
	assert_string_equal(w->err.code, "bad-call-id");
	assert_false(feed(w, ETQ_UTTERANCE, "c", 5, "\xff", 1));
	assert_string_equal(w->err.code, "bad-text");
	etq_engine_stats(w->engine, &stats);
	assert_int_equal(stats.open_calls, 0);
	assert_int_equal(stats.refused, 4);
	assert_int_equal(stats.calls_started, 0);
}

static void partials_are_limited(void **state)
{
	struct world *w = *state;
	struct etq_input in;

	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.call = SV("c");
	in.t = 0;
	in.by = ETQ_AGENT;
	in.final = false;
	in.text = SV("а");
	in.id = SV("1");
	assert_true(etq_engine_feed(w->engine, &in, 1, w->found, &w->err));
	in.id = SV("2");
	assert_true(etq_engine_feed(w->engine, &in, 1, w->found, &w->err));
	in.id = SV("3");
	assert_false(etq_engine_feed(w->engine, &in, 1, w->found, &w->err));
	assert_string_equal(w->err.code, "too-many-partials");
	in.id = SV("2");
	in.final = true;
	assert_true(etq_engine_feed(w->engine, &in, 1, w->found, &w->err));
	in.id = SV("3");
	in.final = false;
	assert_true(etq_engine_feed(w->engine, &in, 1, w->found, &w->err));
}

static void stamps_what_has_no_time(void **state)
{
	struct world *w = *state;

	assert_true(feed(w, ETQ_UTTERANCE, "c", ETQ_NO_TIME, "Алло", 100000));
	assert_true(feed(w, ETQ_HOLD_START, "c", ETQ_NO_TIME, NULL, 101500));
	assert_true(feed(w, ETQ_HOLD_END, "c", ETQ_NO_TIME, NULL, 104000));
	assert_true(feed(w, ETQ_UTTERANCE, "c", ETQ_NO_TIME, "дурак", 104250));
	assert_int_equal(etq_findings_count(w->found), 1);
	assert_true(etq_findings_get(w->found, 0)->stamped);
	assert_string_equal(found(w), "t.bad@4250:4650 ");
	tick(w, 112000);
	assert_string_equal(found(w), "t.thanks@4000:9000 ");
}

static void calls_keep_the_rules_that_they_began_with(void **state)
{
	struct world *w = *state;
	static const char other[] = "engine: 1\nphrases: {bad: [алло]}\nrules:\n"
				    "  n.bad: {title: а, source: б, forbid: {said: bad}}\n";
	struct etq_source source = {"other.yaml", {other, sizeof(other) - 1}};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	assert_non_null(rules);
	etq_diags_free(&diags);
	assert_true(feed(w, ETQ_UTTERANCE, "a", 0, "алло", 1));
	etq_engine_set_rules(w->engine, rules);
	etq_ruleset_unref(rules);
	assert_true(feed(w, ETQ_UTTERANCE, "a", 400, "алло дурак", 2));
	assert_string_equal(found(w), "t.bad@400:1200 ");
	assert_true(feed(w, ETQ_UTTERANCE, "b", 400, "алло дурак", 3));
	assert_string_equal(found(w), "n.bad@400:1200 ");
}

/* After this only the call "last" holds on to the first rules. */
static void leave_the_old_rules(struct world *w)
{
	static const char none[] = "engine: 1\n";
	struct etq_source source = {"none.yaml", {none, sizeof(none) - 1}};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	assert_non_null(rules);
	etq_diags_free(&diags);
	assert_true(feed(w, ETQ_UTTERANCE, "last", 5000, "Алло", 100000));
	etq_engine_set_rules(w->engine, rules);
	etq_ruleset_unref(w->rules);
	w->rules = rules;
}

static void findings_of_an_idle_call_outlive_its_rules(void **state)
{
	struct world *w = *state;

	leave_the_old_rules(w);
	tick(w, 100000 + w->config.idle_ms);
	assert_string_equal(found(w), "t.long@5400:5400 ");
}

static void findings_of_the_end_outlive_their_rules(void **state)
{
	struct world *w = *state;

	leave_the_old_rules(w);
	assert_true(etq_engine_finish(w->engine, w->found, &w->err));
	etq_engine_free(w->engine);
	w->engine = NULL;
	assert_string_equal(found(w), "t.long@5400:5400 ");
}

static void findings_that_nobody_read_yet_outlive_their_rules(void **state)
{
	struct world *w = *state;

	leave_the_old_rules(w);
	assert_true(feed(w, ETQ_CALL_END, "last", 6000, NULL, 101000));
	tick(w, 101000 + w->config.idle_ms);
	assert_true(feed(w, ETQ_UTTERANCE, "new", 0, "Алло", 900000));
	assert_string_equal(found(w), "t.long@6000:6000 ");
}

static void is_gone(struct world *w, const char *call, bool buried)
{
	struct etq_gone gone;

	assert_true(etq_engine_gone(w->engine, &gone));
	assert_true(sv_eq(gone.call, sv_of(call)));
	assert_int_equal(gone.buried, buried);
}

/* For a daemon that keeps the lines of calls until then. */
static void tells_of_each_call_that_has_gone(void **state)
{
	struct world *w = *state;
	struct etq_gone gone;

	etq_engine_free(w->engine);
	w->config.keep_gone = true;
	w->engine = etq_engine_new(&w->config, w->rules);
	assert_true(feed(w, ETQ_UTTERANCE, "ended", 0, "Алло", 100000));
	assert_true(feed(w, ETQ_UTTERANCE, "idle", 0, "Алло", 100000));
	assert_false(feed(w, ETQ_CALL_END, "never", 0, NULL, 100000));
	assert_true(feed(w, ETQ_CALL_END, "ended", 9000, NULL, 109000));
	assert_false(etq_engine_gone(w->engine, &gone)); /* late lines may come yet */
	tick(w, 130000);
	is_gone(w, "ended", true);
	assert_false(etq_engine_gone(w->engine, &gone));
	tick(w, 100000 + w->config.idle_ms);
	is_gone(w, "idle", false);
	assert_true(feed(w, ETQ_UTTERANCE, "open", 0, "Алло", 900000));
	assert_true(etq_engine_finish(w->engine, w->found, &w->err));
	is_gone(w, "open", false);
	assert_false(etq_engine_gone(w->engine, &gone));

	etq_engine_bury(w->engine, SV("old"), 900000);
	assert_false(feed(w, ETQ_UTTERANCE, "old", 0, "Алло", 900001));
	assert_string_equal(w->err.code, "call-ended");
	assert_true(feed(w, ETQ_UTTERANCE, "left", 0, "Алло", 900001));
	assert_true(etq_engine_finish(w->engine, w->found, &w->err)); /* never asked for: no leak */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(deadline_passes_without_a_line),
		T(next_tick_is_the_deadline),
		T(late_line_withdraws_what_the_clock_found),
		T(partial_holds_the_deadline),
		T(lost_final_falls_back_to_the_partial),
		T(partial_after_long_silence_is_not_given_up_at_once),
		T(idle_call_ends_and_may_begin_anew),
		T(hold_is_no_idleness),
		T(ended_call_takes_late_lines_then_refuses),
		T(holds_sent_again_change_nothing),
		T(calls_are_limited),
		T(refused_first_line_leaves_no_call),
		T(partials_are_limited),
		T(stamps_what_has_no_time),
		T(calls_keep_the_rules_that_they_began_with),
		T(findings_of_an_idle_call_outlive_its_rules),
		T(findings_of_the_end_outlive_their_rules),
		T(findings_that_nobody_read_yet_outlive_their_rules),
		T(tells_of_each_call_that_has_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
