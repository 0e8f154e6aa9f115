/* The trace's own life: several calls and rulesets, lines out of order, no memory. What it tells is in tests/data/engine/trace-*.case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sv.h"
#include "etiquette_trace.h"
#include "oom.h"
#include "test.h"

static const char rules_text[] =
	"engine: 1\n"
	"phrases:\n"
	"  thanks: [спасибо за ожидание]\n"
	"  bad: {say: [дурак], except: fairy}\n"
	"  fairy: [иван дурак]\n"
	"rules:\n"
	"  t.thanks:\n"
	"    title: Благодарность\n"
	"    source: своё\n"
	"    expect: {said: thanks, by: agent, after: hold.end, within: 5s}\n"
	"  t.bad:\n"
	"    title: Грубость\n"
	"    source: своё\n"
	"    forbid: {said: bad, by: agent}\n"
	"    unless: [{said: thanks, by: agent}]\n";

static struct etq_ruleset *load(void)
{
	struct etq_diags diags = {0};
	struct etq_source source = {"trace.yaml", {rules_text, sizeof(rules_text) - 1}};
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	assert_non_null(rules);
	etq_diags_free(&diags);
	return rules;
}

static struct etq_input line(enum etq_input_type type, const char *call, int64_t t,
			     const char *text)
{
	struct etq_input in;

	etq_input_init(&in);
	in.type = type;
	in.call = sv_of(call);
	in.by = ETQ_AGENT;
	in.t = t;
	in.end = t + 1000;
	in.text = sv_of(text);
	return in;
}

/* A call with all that the trace must cope with: hits, exceptions, a line out of order. */
static const struct etq_input *script(size_t *n)
{
	static struct etq_input lines[7];

	lines[0] = line(ETQ_UTTERANCE, "k", 0, "Сказка про Ивана дурака и ещё дурак");
	lines[1] = line(ETQ_HOLD_START, "k", 1000, NULL);
	lines[2] = line(ETQ_HOLD_END, "k", 9000, NULL);
	lines[3] = line(ETQ_UTTERANCE, "other", 0, "Сам дурак");
	lines[4] = line(ETQ_UTTERANCE, "k", 14500, "Дурак");
	lines[5] = line(ETQ_UTTERANCE, "k", 13900, "Спасибо за ожидание");
	lines[6] = line(ETQ_CALL_END, "k", 16000, NULL);
	*n = COUNT(lines);
	return lines;
}

static struct etq_trace *trace_of(struct etq_ruleset *rules, const char *id)
{
	struct etq_trace *trace = etq_trace_new(rules, etq_ruleset_find(rules, sv_of(id)));

	assert_non_null(trace);
	return trace;
}

/* How many events of this kind the call has. */
static size_t count(const struct etq_trace *trace, const char *call, enum etq_trace_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < etq_trace_count(trace); i++) {
		const struct etq_trace_event *e = etq_trace_get(trace, i);

		n += e->kind == kind && sv_eq(e->call, sv_of(call));
	}
	return n;
}

static void feed(struct etq_engine *engine, const struct etq_input *in)
{
	struct etq_findings *found = etq_findings_new();
	struct etq_err err;

	assert_true(etq_engine_feed(engine, in, 0, found, &err));
	etq_findings_free(found);
}

static void run_script(struct etq_engine *engine)
{
	size_t n;
	const struct etq_input *in = script(&n);

	for (size_t i = 0; i < n; i++)
		feed(engine, &in[i]);
}

static struct etq_engine *new_engine(struct etq_ruleset *rules)
{
	struct etq_engine_config config;

	etq_engine_config_init(&config);
	struct etq_engine *engine = etq_engine_new(&config, rules);

	assert_non_null(engine);
	return engine;
}

static void kinds_have_names(void **state)
{
	for (size_t i = 0; i < ETQ_TRACE_KINDS; i++) {
		assert_non_null(etq_trace_kinds[i].name);
		assert_non_null(etq_trace_kinds[i].help);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(etq_trace_kinds[i].name, etq_trace_kinds[k].name);
	}
}

static void what_is_judged_again_is_there_once(void **state)
{
	struct etq_ruleset *rules = load();
	struct etq_engine *engine = new_engine(rules);
	struct etq_trace *trace = trace_of(rules, "t.thanks");

	etq_engine_trace(engine, trace);
	run_script(engine);
	assert_true(etq_trace_is_complete(trace));
	assert_int_equal(count(trace, "k", ETQ_TRACE_OPENED), 1);
	assert_int_equal(count(trace, "k", ETQ_TRACE_SATISFIED), 1);
	assert_int_equal(count(trace, "k", ETQ_TRACE_MISSED), 0);
	assert_int_equal(count(trace, "k", ETQ_TRACE_RAISED), 0);
	etq_engine_free(engine);
	etq_trace_free(trace);
	etq_ruleset_unref(rules);
}

static void calls_stay_apart(void **state)
{
	struct etq_ruleset *rules = load();
	struct etq_engine *engine = new_engine(rules);
	struct etq_trace *trace = trace_of(rules, "t.bad");

	etq_engine_trace(engine, trace);
	run_script(engine);
	assert_int_equal(count(trace, "other", ETQ_TRACE_RAISED), 1);
	assert_int_equal(count(trace, "k", ETQ_TRACE_EXCEPTED), 1);
	assert_int_equal(count(trace, "k", ETQ_TRACE_RAISED), 1);
	/* Of the line that the other one came before: once, and by what is known then. */
	assert_int_equal(count(trace, "k", ETQ_TRACE_NOT_RAISED), 1);
	etq_trace_sort(trace);
	size_t n = etq_trace_count(trace);

	assert_true(sv_eq(etq_trace_get(trace, 0)->call, SV("k")));
	assert_true(sv_eq(etq_trace_get(trace, n - 1)->call, SV("other")));
	for (size_t i = 1; i < n; i++) {
		const struct etq_trace_event *a = etq_trace_get(trace, i - 1);
		const struct etq_trace_event *b = etq_trace_get(trace, i);

		assert_true(!sv_eq(a->call, b->call) || a->t <= b->t);
	}
	etq_engine_free(engine);
	etq_trace_free(trace);
	etq_ruleset_unref(rules);
}

static void only_calls_under_its_ruleset(void **state)
{
	struct etq_ruleset *rules = load(), *others = load();
	struct etq_engine *engine = new_engine(rules);
	struct etq_trace *trace = trace_of(rules, "t.bad");
	struct etq_input first = line(ETQ_UTTERANCE, "first", 0, "Дурак");
	struct etq_input second = line(ETQ_UTTERANCE, "second", 0, "Дурак");
	struct etq_input third = line(ETQ_UTTERANCE, "first", 2000, "Дурак");

	etq_engine_trace(engine, trace);
	feed(engine, &first);
	etq_engine_set_rules(engine, others);
	feed(engine, &second);
	assert_int_equal(count(trace, "first", ETQ_TRACE_RAISED), 1);
	assert_int_equal(count(trace, "second", ETQ_TRACE_RAISED), 0);
	etq_engine_trace(engine, NULL);
	feed(engine, &third);
	assert_int_equal(count(trace, "first", ETQ_TRACE_RAISED), 1);
	etq_engine_free(engine);
	etq_trace_free(trace);
	etq_ruleset_unref(rules);
	etq_ruleset_unref(others);
}

struct failing {
	struct etq_ruleset *rules;
	const char *id;
	size_t incomplete, refused;
};

/* Judges all lines, those again that were refused for want of memory, and frees everything. */
static void judge_without_memory(void *data)
{
	struct failing *f = data;
	struct etq_engine_config config;
	struct etq_findings *found = etq_findings_new();
	struct etq_err err;
	size_t n;
	const struct etq_input *in = script(&n);

	etq_engine_config_init(&config);
	struct etq_engine *engine = etq_engine_new(&config, f->rules);
	struct etq_trace *trace = etq_trace_new(f->rules, etq_ruleset_find(f->rules, sv_of(f->id)));

	if (!engine || !trace || !found)
		goto out;
	etq_engine_trace(engine, trace);
	for (size_t i = 0; i < n; i++) {
		if (etq_engine_feed(engine, &in[i], 0, found, &err))
			continue;
		f->refused++;
		assert_string_equal(err.code, "out-of-memory");
		assert_true(etq_engine_feed(engine, &in[i], 0, found, &err));
	}
	if (!etq_trace_is_complete(trace)) {
		f->incomplete++;
		goto out;
	}
	/* Nothing is there twice because a line was tried twice. */
	assert_int_equal(count(trace, "k", ETQ_TRACE_OPENED), !strcmp(f->id, "t.thanks"));
	assert_int_equal(count(trace, "k", ETQ_TRACE_EXCEPTED), !strcmp(f->id, "t.bad"));
	assert_int_equal(count(trace, "k", ETQ_TRACE_NOT_RAISED), !strcmp(f->id, "t.bad"));
out:
	etq_engine_free(engine);
	etq_trace_free(trace);
	etq_findings_free(found);
}

static void every_allocation_may_fail(void **state)
{
	static const char *const ids[] = {"t.thanks", "t.bad"};

	for (size_t i = 0; i < COUNT(ids); i++) {
		struct failing f = {.rules = load(), .id = ids[i]};

		assert_true(oom_each(judge_without_memory, &f) > 20);
		assert_true(f.incomplete > 0);
		assert_true(f.refused > 0);
		etq_ruleset_unref(f.rules);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(what_is_judged_again_is_there_once),
		cmocka_unit_test(calls_stay_apart),
		cmocka_unit_test(only_calls_under_its_ruleset),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
