/* Scores as events: the exact line, reading it back, limits, wrong ones. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "wire/event.h"
#include "wire/score.h"
#include "wire_score.h"

#define HEAD                                                                                   \
	"{\"specversion\":\"1.0\",\"id\":\"0123456789abcdef0123456789abcdef%s\","              \
	"\"source\":\"/etiquetted\",\"type\":\"etiquette.call.scored\",\"subject\":\"c1\","    \
	"\"time\":\"2026-11-23T09:03:04.500Z\",\"datacontenttype\":\"application/json\","      \
	"\"severitytext\":\"info\",\"severitynumber\":9,\"data\":{\"score\":77,\"start\":100," \
	"\"floor\":0,\"points\":23,\"revision\":%d,"                                           \
	"\"call\":{\"id\":\"c1\",\"started_at\":\"2026-11-23T09:00:00.000Z\","                 \
	"\"direction\":\"inbound\",\"rings\":2,\"ring_ms\":6000,"                              \
	"\"agent\":{\"id\":\"a7\",\"name\":\"Ирина\"},"                                   \
	"\"customer\":{\"name\":\"Иван «Петров»\"},\"queue\":\"sales\","           \
	"\"company\":\"Северный склад\",\"lang\":\"ru\"},"                        \
	"\"t\":184500,\"duration\":184500,\"ended_by\":\"customer\","

#define REST                                                                                         \
	"\"findings\":{\"count\":4,\"info\":0,\"minor\":1,\"major\":3,\"critical\":0,"               \
	"\"trial\":2},\"rules\":["                                                                   \
	"{\"rule\":\"hold.no-thanks\",\"topic\":\"hold\",\"findings\":3,\"uncapped\":30,\"cap\":20," \
	"\"points\":20},"                                                                            \
	"{\"rule\":\"close.no-farewell\",\"topic\":\"close\",\"findings\":1,\"uncapped\":3,"         \
	"\"points\":3},"                                                                             \
	"{\"rule\":\"speech.new\",\"topic\":\"speech\",\"findings\":2,\"uncapped\":10,\"points\":0," \
	"\"trial\":true}],"                                                                          \
	"\"topics\":[{\"topic\":\"hold\",\"findings\":3,\"points\":20},"                             \
	"{\"topic\":\"close\",\"findings\":1,\"points\":3}],"                                        \
	"\"talk\":{\"agent\":{\"ms\":60000,\"share\":0.325,\"words\":121,\"utterances\":20,"         \
	"\"turns\":11,\"words_a_minute\":121},"                                                      \
	"\"customer\":{\"ms\":41000,\"share\":0.222,\"words\":98,\"utterances\":15,"                 \
	"\"turns\":10,\"words_a_minute\":143.4},"                                                    \
	"\"unknown\":{\"ms\":900,\"share\":0.005,\"words\":2,\"utterances\":1,\"turns\":0,"          \
	"\"words_a_minute\":133.3}},"                                                                \
	"\"silence\":{\"ms\":40700,\"share\":0.221},"                                                \
	"\"holds\":{\"count\":1,\"ms\":41800,\"share\":0.227},"                                      \
	"\"inferred_waits\":{\"count\":2,\"ms\":20000,\"share\":0.108},"

static const struct event_opts defaults;

static void encode(const struct etq_finding *f, struct buf *out)
{
	buf_clear(out);
	assert_true(event_encode(f, &defaults, out));
	assert_true(event_finish_offline(out));
}

static void test_line(void **state)
{
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	struct etq_score corrected = score_values;
	struct etq_finding f = score_full;
	char want[4096];

	encode(&f, &out);
	snprintf(want, sizeof(want), HEAD "%s", "", 1,
		 REST "\"rules_version\":\"1f3c9a0b7d2e4c55\"}}\n");
	assert_string_equal(out.p, want);
	corrected.revision = 12;
	f.score = &corrected;
	f.stamped = true;
	encode(&f, &out);
	snprintf(want, sizeof(want), HEAD "%s", "-12", 12,
		 REST "\"stamped\":true,\"rules_version\":\"1f3c9a0b7d2e4c55\"}}\n");
	assert_string_equal(out.p, want);
	buf_free(&out);
}

/* Nothing is divided by a call without a duration, or a side without speech. */
static void test_empty(void **state)
{
	static const struct etq_score none = {.score = 100, .start = 100, .revision = 1};
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	struct etq_finding f = score_full;

	f.score = &none;
	encode(&f, &out);
	assert_non_null(strstr(out.p, "\"rules\":[],\"topics\":[],"
				      "\"talk\":{\"agent\":{\"ms\":0,\"share\":0,\"words\":0,"));
	assert_non_null(strstr(out.p, "\"words_a_minute\":0}},\"silence\":{\"ms\":0,\"share\":0}"));
	buf_free(&out);
}

static void check_values(const struct etq_score *s)
{
	assert_int_equal(s->score, 77);
	assert_int_equal(s->start, 100);
	assert_int_equal(s->floor, 0);
	assert_int_equal(s->points, 23);
	assert_int_equal(s->findings, 4);
	assert_int_equal(s->trial, 2);
	assert_memory_equal(s->by_severity, score_values.by_severity, sizeof(s->by_severity));
	assert_memory_equal(s->talk, score_values.talk, sizeof(s->talk));
	assert_int_equal(s->duration_ms, 184500);
	assert_int_equal(s->silence_ms, 40700);
	assert_int_equal(s->holds, 1);
	assert_int_equal(s->hold_ms, 41800);
	assert_int_equal(s->waits, 2);
	assert_int_equal(s->wait_ms, 20000);
	assert_int_equal(s->ended_by, ETQ_CUSTOMER);
}

static void test_read_back(void **state)
{
	struct native_decoder *d = native_decoder_new();
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	struct event_view e;
	struct etq_err err;

	encode(&score_full, &out);
	for (int twice = 0; twice < 2; twice++) {
		assert_true(event_decode(d, (struct etq_str){out.p, out.n - 1}, &e, &err));
		assert_int_equal(e.kind, ETQ_SCORED);
		assert_null(e.finding.p);
		assert_int_equal(e.t, 184500);
		assert_int_equal(e.points, 23);
		assert_true(sv_eq(e.call, SV("c1")));
		assert_int_equal(e.meta.rings, 2);
		assert_true(sv_eq(e.meta.agent_name, SV("Ирина")));
		check_values(e.score);
		assert_int_equal(e.score->nrules, 3);
		assert_true(sv_eq(e.score->rules[0].rule, SV("hold.no-thanks")));
		assert_int_equal(e.score->rules[0].cap, 20);
		assert_int_equal(e.score->rules[1].cap, -1);
		assert_true(e.score->rules[2].trial);
		assert_int_equal(e.score->ntopics, 2);
		assert_int_equal(e.score->topics[1].points, 3);
	}
	buf_free(&out);
	native_decoder_free(d);
}

/* More rules than an event has room for: the first are there, and it says how many are not. */
static void test_many(void **state)
{
	enum { MANY = 1000, LONG = 100 };
	struct etq_score_rule *rules = calloc(MANY, sizeof(*rules));
	struct etq_score_topic *topics = calloc(MANY, sizeof(*topics));
	struct native_decoder *d = native_decoder_new();
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	struct etq_score s = score_values;
	struct etq_finding f = score_full;
	struct event_view e;
	struct etq_err err;
	char name[LONG];

	memset(name, '"', sizeof(name));
	for (int i = 0; i < MANY; i++) {
		rules[i] = (struct etq_score_rule){.rule = {name, LONG},
						   .topic = {name, LONG},
						   .findings = UINT16_MAX * 4,
						   .uncapped = INT32_MAX,
						   .cap = 1000,
						   .points = 1000};
		topics[i] = (struct etq_score_topic){{name, LONG}, UINT32_MAX, INT32_MAX};
	}
	s.rules = rules;
	s.topics = topics;
	s.nrules = s.ntopics = MANY;
	f.score = &s;
	encode(&f, &out);
	assert_non_null(strstr(out.p, "],\"more_rules\":872,\"topics\":["));
	assert_non_null(strstr(out.p, "],\"more_topics\":872,\"talk\":{"));
	assert_true(event_decode(d, (struct etq_str){out.p, out.n - 1}, &e, &err));
	assert_int_equal(e.score->nrules, SCORE_ROWS_MAX);
	native_decoder_free(d);
	buf_free(&out);
	free(rules);
	free(topics);
}

#define BAD(data) \
	"{\"type\":\"etiquette.call.scored\",\"id\":\"1\",\"subject\":\"c\",\"data\":" data "}"

static void test_bad(void **state)
{
	static const struct {
		const char *line, *code, *says;
	} bad[] = {
		{BAD("{}"), "missing-field", "data.score is missing"},
		{BAD("7"), "bad-type", "data must be an object, not 7"},
		{BAD("{\"score\":\"high\"}"), "bad-type", "data.score must be"},
		{BAD("{\"score\":1,\"rules\":[{}]}"), "missing-field",
		 "data.rules[0].rule is missing"},
		{BAD("{\"score\":1,\"rules\":[{\"rule\":\"r\"},7]}"), "bad-type",
		 "data.rules[1] must be an object"},
		{BAD("{\"score\":1,\"topics\":[[]]}"), "bad-type",
		 "data.topics[0] must be an object"},
		{BAD("{\"score\":1,\"talk\":{\"agent\":{\"ms\":-1}}}"), "bad-type",
		 "data.talk.agent.ms must be"},
		{BAD("{\"score\":1,\"ended_by\":\"nobody\"}"), "bad-type", "data.ended_by must be"},
	};
	struct native_decoder *d = native_decoder_new();

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct event_view e;
		struct etq_err err = {{0}, {0}};

		assert_false(event_decode(d, sv_of(bad[i].line), &e, &err));
		assert_string_equal(err.code, bad[i].code);
		if (!strstr(err.message, bad[i].says))
			fail_msg("%s: %s", bad[i].line, err.message);
	}
	native_decoder_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),      cmocka_unit_test(test_empty),
		cmocka_unit_test(test_read_back), cmocka_unit_test(test_many),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("wire_score", tests, NULL, NULL);
}
