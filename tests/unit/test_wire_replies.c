/* What is said besides events: replies, subscriptions, statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "wire/reply.h"
#include "wire/stats.h"
#include "wire/subscribe.h"
#include "wire_score.h"

static int setup(void **state)
{
	*state = native_decoder_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	native_decoder_free(*state);
	return 0;
}

static void test_write(void **state)
{
	struct buf out = BUF_INIT(REPLY_MAX);

	assert_true(reply_ack(1234, &out));
	assert_true(reply_error(17, "late", "t 5 is \"late\"", &out));
	assert_true(reply_error(0, "x", "y", &out));
	assert_true(reply_subscribed(124, &out));
	assert_true(reply_heartbeat(150, 1795424475000, &out));
	assert_true(reply_gap(124, 139, &out));
	assert_true(reply_bye("slow", "too slow", &out));
	assert_string_equal(out.p,
			    "{\"type\":\"ack\",\"n\":1234}\n"
			    "{\"type\":\"error\",\"n\":17,\"code\":\"late\","
			    "\"message\":\"t 5 is \\\"late\\\"\"}\n"
			    "{\"type\":\"error\",\"code\":\"x\",\"message\":\"y\"}\n"
			    "{\"type\":\"subscribed\",\"protocol\":1,\"from\":124}\n"
			    "{\"type\":\"heartbeat\",\"sequence\":150,"
			    "\"time\":\"2026-11-23T09:01:15.000Z\"}\n"
			    "{\"type\":\"gap\",\"from\":124,\"to\":139}\n"
			    "{\"type\":\"bye\",\"reason\":\"slow\",\"message\":\"too slow\"}\n");
	buf_free(&out);
}

/* The longest message that there can be fits. */
static void test_longest_error(void **state)
{
	struct etq_err err;
	struct buf out = BUF_INIT(REPLY_MAX);

	memset(err.code, 1, sizeof(err.code) - 1);
	memset(err.message, 1, sizeof(err.message) - 1);
	err.code[sizeof(err.code) - 1] = err.message[sizeof(err.message) - 1] = '\0';
	assert_true(reply_error(UINT64_MAX, err.code, err.message, &out));
	buf_free(&out);
	out = BUF_INIT(10);
	assert_false(reply_ack(1234, &out));
	assert_int_equal(out.n, 0);
	buf_free(&out);
}

static struct reply read_reply(struct native_decoder *d, const char *line)
{
	struct etq_err err = {{0}, {0}};
	struct reply r;

	if (!reply_decode(d, sv_of(line), &r, &err))
		fail_msg("%s\n%s: %s", line, err.code, err.message);
	return r;
}

static void test_read(void **state)
{
	struct reply r = read_reply(*state, "{\"type\":\"ack\",\"n\":1234}\n");

	assert_int_equal(r.type, REPLY_ACK);
	assert_int_equal(r.n, 1234);
	r = read_reply(*state, "{\"type\":\"error\",\"n\":17,\"code\":\"late\",\"message\":\"m\"}");
	assert_int_equal(r.type, REPLY_ERROR);
	assert_int_equal(r.n, 17);
	assert_true(sv_eq(r.code, SV("late")) && sv_eq(r.message, SV("m")));
	r = read_reply(*state, "{\"type\":\"subscribed\",\"protocol\":1,\"from\":124}");
	assert_int_equal(r.type, REPLY_SUBSCRIBED);
	assert_int_equal(r.from, 124);
	r = read_reply(*state, "{\"type\":\"heartbeat\",\"sequence\":150,"
			       "\"time\":\"2026-11-23T09:01:15.000Z\"}");
	assert_int_equal(r.type, REPLY_HEARTBEAT);
	assert_int_equal(r.sequence, 150);
	assert_true(r.time == 1795424475000);
	r = read_reply(*state, "{\"type\":\"gap\",\"from\":124,\"to\":139}");
	assert_int_equal(r.type, REPLY_GAP);
	assert_int_equal(r.to, 139);
	r = read_reply(*state, "{\"type\":\"bye\",\"reason\":\"slow\",\"message\":\"m\"}");
	assert_int_equal(r.type, REPLY_BYE);
	assert_true(sv_eq(r.code, SV("slow")));
	assert_int_equal(read_reply(*state, "{\"type\":\"stats\",\"values\":{}}").type,
			 REPLY_STATS);
	assert_int_equal(read_reply(*state, "{\"type\":\"etiquette.call.rated\"}").type,
			 REPLY_OTHER);
	r = read_reply(*state, "{\"type\":\"etiquette.finding.retracted\",\"id\":\"1-r\","
			       "\"subject\":\"c\",\"data\":{\"finding\":\"1\",\"rule\":\"r\","
			       "\"severity\":\"info\",\"by\":\"agent\"},\"sequence\":\"9\"}");
	assert_int_equal(r.type, REPLY_EVENT);
	assert_int_equal(r.event.kind, ETQ_RETRACTED);
	assert_true(r.event.sequence == 9);
	assert_true(r.event.t == ETQ_NO_TIME);
}

static void test_read_bad(void **state)
{
	static const struct {
		const char *line, *code;
	} bad[] = {
		{"HTTP/1.0 400", "not-json"},
		{"{}", "missing-field"},
		{"{\"type\":\"ack\"}", "missing-field"},
		{"{\"type\":\"ack\",\"n\":\"1\"}", "bad-type"},
		{"{\"type\":\"ack\",\"n\":-1}", "bad-type"},
		{"{\"type\":\"heartbeat\",\"sequence\":1,\"time\":1}", "bad-type"},
		{"{\"type\":\"gap\",\"from\":1}", "missing-field"},
		{"{\"type\":\"etiquette.finding\"}", "missing-field"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct etq_err err;
		struct reply r;

		assert_false(reply_decode(*state, sv_of(bad[i].line), &r, &err));
		assert_string_equal(err.code, bad[i].code);
	}
}

/* ---- subscriptions ---- */

static struct subscription subscribe(struct native_decoder *d, const char *line)
{
	struct etq_err err = {{0}, {0}};
	struct subscription s;

	if (!subscription_decode(d, sv_of(line), &s, &err))
		fail_msg("%s\n%s: %s", line, err.code, err.message);
	return s;
}

static void test_subscribe(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"subscribe\",\"from\":\"now\",\"filter\":{\"severity\":\"info\"}}\n",
		"{\"type\":\"subscribe\",\"from\":\"earliest\",\"filter\":{\"severity\":\"major\","
		"\"rules\":[\"hold.*\",\"speech.profanity\"],\"queues\":[\"sales\"],"
		"\"agents\":[\"a7\",\"\"],\"calls\":[]}}\n",
		"{\"type\":\"subscribe\",\"from\":9223372036854775807,"
		"\"filter\":{\"severity\":\"critical\"}}\n",
		"{\"type\":\"subscribe\",\"from\":\"now\",\"filter\":{\"severity\":\"info\","
		"\"types\":[\"etiquette.finding\",\"etiquette.call.scored\"],\"rules\":[\"*\"]}}\n",
		"{\"type\":\"stats\"}\n",
		"{\"type\":\"ack\",\"sequence\":9223372036854775807}\n",
		"{\"type\":\"subscribe\",\"name\":\"пульт \\\"1\\\"\",\"from\":\"now\","
		"\"filter\":{\"severity\":\"info\"}}\n",
	};
	struct buf out = BUF_INIT(8192);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct subscription s = subscribe(*state, lines[i]);

		buf_clear(&out);
		assert_true(subscription_encode(&s, &out));
		assert_string_equal(out.p, lines[i]);
		subscription_free(&s);
		subscription_free(&s);
	}
	struct subscription s = subscribe(*state, "{\"type\":\"subscribe\"}");

	assert_int_equal(s.type, SUBSCRIBE);
	assert_int_equal(s.start, SUBSCRIBE_NOW);
	assert_int_equal(s.filter.severity, ETQ_INFO);
	subscription_free(&s);
	out.max = 20;
	buf_clear(&out);
	assert_false(subscription_encode(&s, &out));
	buf_free(&out);
}

#define F "{\"type\":\"subscribe\",\"filter\":"

static void test_subscribe_bad(void **state)
{
	static const struct {
		const char *line, *code, *message;
	} bad[] = {
		{"{\"type\":\"subscrib\"}", "unknown-type",
		 "type \"subscrib\" is not known: did you mean \"subscribe\"? Types are subscribe, "
		 "stats, ack"},
		{"{\"type\":\"ack\"}", "missing-field", NULL},
		{"{\"type\":\"ack\",\"sequence\":\"5\"}", "bad-type",
		 "sequence must be a sequence number from 1, not \"5\""},
		{"{\"type\":\"ack\",\"sequence\":0}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"name\":7}", "bad-type",
		 "name must be a string of 1 to 64 bytes, not 7"},
		{"{\"type\":\"subscribe\",\"name\":\"\"}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"name\":\""
		 "1234567890123456789012345678901234567890123456789012345678901234x\"}",
		 "bad-type", NULL},
		{"{\"type\":\"utterance\"}", "unknown-type", NULL},
		{"{\"type\":[]}", "bad-type", NULL},
		{"subscribe", "not-json", NULL},
		{"{\"type\":\"subscribe\",\"from\":0}", "bad-type",
		 "from must be \"now\", \"earliest\" or a sequence number from 1, not 0"},
		{"{\"type\":\"subscribe\",\"from\":-1}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"from\":1.5}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"from\":\"12\"}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"from\":\"Now\"}", "bad-type", NULL},
		{"{\"type\":\"subscribe\",\"from\":[]}", "bad-type", NULL},
		{F "{\"types\":[\"etiquette.finding\",\"scored\"]}}", "bad-type",
		 "filter.types[1] must be one of etiquette.finding, etiquette.finding.retracted, "
		 "etiquette.call.scored, not \"scored\""},
		{F "{\"types\":\"etiquette.finding\"}}", "bad-type",
		 "filter.types must be an array of at most 64 entries, not \"etiquette.finding\""},
		{F "[]}", "bad-type", "filter must be an object, not an array"},
		{F "{\"severity\":\"high\"}}", "bad-type",
		 "filter.severity must be one of info, minor, major, critical, not \"high\""},
		{F "{\"rules\":\"hold.*\"}}", "bad-type",
		 "filter.rules must be an array of strings, not \"hold.*\""},
		{F "{\"rules\":[\"a\",null]}}", "bad-type",
		 "filter.rules[1] must be a string of at most 256 bytes, not null"},
		{F "{\"queues\":[7]}}", "bad-type", NULL},
		{F "{\"agents\":{}}}", "bad-type", NULL},
		{F "{\"rules\":[\"ok\"],\"calls\":[[]]}}", "bad-type", NULL},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct etq_err err;
		struct subscription s;

		assert_false(subscription_decode(*state, sv_of(bad[i].line), &s, &err));
		assert_string_equal(err.code, bad[i].code);
		if (bad[i].message)
			assert_string_equal(err.message, bad[i].message);
	}
}

/* A filter with so many entries of so many bytes each, in two lists. */
static void filter_line(struct buf *line, int entries, int bytes)
{
	buf_clear(line);
	buf_puts(line, F "{\"rules\":[");
	for (int i = 0; i < entries; i++)
		buf_printf(line, "%s\"%0*d\"", i ? "," : "", bytes, i);
	buf_puts(line, "],\"calls\":[");
	for (int i = 0; i < entries; i++)
		buf_printf(line, "%s\"%0*d\"", i ? "," : "", bytes, i);
	buf_puts(line, "]}}");
}

static void test_filter_limits(void **state)
{
	static const struct {
		int entries, bytes;
		const char *code; /* NULL: taken */
	} cases[] = {
		{64, 32, NULL}, {65, 2, "filter-too-big"}, {64, 33, "filter-too-big"},
		{8, 256, NULL}, {1, 257, "bad-type"},
	};
	struct buf line = BUF_INIT(65536);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct etq_err err;
		struct subscription s;

		filter_line(&line, cases[i].entries, cases[i].bytes);
		if (cases[i].code) {
			assert_false(subscription_decode(*state, (struct etq_str){line.p, line.n},
							 &s, &err));
			assert_string_equal(err.code, cases[i].code);
		} else {
			assert_true(subscription_decode(*state, (struct etq_str){line.p, line.n},
							&s, &err));
			subscription_free(&s);
		}
	}
	buf_free(&line);
}

static void test_filter_match(void **state)
{
	static const struct {
		const char *filter;
		bool passes;
	} cases[] = {
		{"{}", true},
		{"{\"severity\":\"major\"}", true},
		{"{\"severity\":\"critical\"}", false},
		{"{\"rules\":[]}", false},
		{"{\"rules\":[\"hold.too-long\"]}", true},
		{"{\"rules\":[\"hold\"]}", false},
		{"{\"rules\":[\"hold.\"]}", false},
		{"{\"rules\":[\"hold.too-long2\"]}", false},
		{"{\"rules\":[\"speech.*\",\"hold.*\"]}", true},
		{"{\"rules\":[\"*\"]}", true},
		{"{\"rules\":[\"**\"]}", true},
		{"{\"rules\":[\"*long\"]}", true},
		{"{\"rules\":[\"h*o*g\"]}", true},
		{"{\"rules\":[\"h*o*o\"]}", false},
		{"{\"rules\":[\"*o*o*o*o*o\"]}", false},
		{"{\"rules\":[\"hold.too-long*\"]}", true},
		{"{\"rules\":[\"\"]}", false},
		{"{\"queues\":[\"vip\",\"sales\"]}", true},
		{"{\"queues\":[\"sale*\"]}", false},
		{"{\"queues\":[\"vip\"]}", false},
		{"{\"agents\":[\"a7\"]}", true},
		{"{\"agents\":[\"Ирина\"]}", false},
		{"{\"calls\":[\"c1\"]}", true},
		{"{\"calls\":[\"c12\",\"c\"]}", false},
		{"{\"rules\":[\"hold.*\"],\"queues\":[\"sales\"],\"agents\":[\"a7\"],\"calls\":[\"c1\"]}",
		 true},
		{"{\"rules\":[\"hold.*\"],\"queues\":[\"sales\"],\"agents\":[\"a8\"],\"calls\":[\"c1\"]}",
		 false},
	};
	static const struct {
		const char *filter;
		bool finding, retracted, score;
	} types[] = {
		{"{}", true, true, true},
		{"{\"severity\":\"minor\"}", true, true, false},
		{"{\"rules\":[\"*\"]}", true, true, false},
		{"{\"types\":[]}", false, false, false},
		{"{\"types\":[\"etiquette.finding\"]}", true, false, false},
		{"{\"types\":[\"etiquette.finding.retracted\"]}", false, true, false},
		{"{\"types\":[\"etiquette.call.scored\"],\"severity\":\"critical\","
		 "\"rules\":[\"x\"]}",
		 false, false, true},
		{"{\"types\":[\"etiquette.call.scored\",\"etiquette.finding\"],"
		 "\"severity\":\"critical\"}",
		 false, false, true},
		{"{\"queues\":[\"sales\"],\"agents\":[\"a7\"],\"calls\":[\"c1\"]}", true, true,
		 true},
		{"{\"queues\":[\"vip\"]}", false, false, false},
		{"{\"agents\":[\"a8\"]}", false, false, false},
		{"{\"calls\":[\"c2\"]}", false, false, false},
	};
	struct etq_finding bare = finding_full, retracted = finding_full;
	char line[512];

	retracted.kind = ETQ_RETRACTED;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct subscription s;

		snprintf(line, sizeof(line), F "%s}", types[i].filter);
		s = subscribe(*state, line);
		if (filter_match(&s.filter, &finding_full) != types[i].finding ||
		    filter_match(&s.filter, &retracted) != types[i].retracted ||
		    filter_match(&s.filter, &score_full) != types[i].score)
			fail_msg("%s", line);
		if (filter_is_open(&s.filter) &&
		    !(types[i].finding && types[i].retracted && types[i].score))
			fail_msg("not open: %s", line);
		subscription_free(&s);
	}

	bare.meta = NULL;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct subscription s;

		snprintf(line, sizeof(line), F "%s}", cases[i].filter);
		s = subscribe(*state, line);
		if (filter_match(&s.filter, &finding_full) != cases[i].passes ||
		    filter_is_open(&s.filter) != (i == 0))
			fail_msg("%s", line);
		if (s.filter.lists[FILTER_QUEUES].given || s.filter.lists[FILTER_AGENTS].given)
			assert_false(filter_match(&s.filter, &bare));
		subscription_free(&s);
	}
}

/* ---- statistics ---- */

static void test_stats(void **state)
{
	struct stats s = {.version = SV("0.1.0"), .rules_version = SV("1f3c")}, back;
	struct buf out = BUF_INIT(STATS_MAX);
	struct etq_err err;

	stats_add(&s, "calls_open", 12);
	stats_add(&s, "low", -INT64_MAX);
	assert_true(stats_encode(&s, &out));
	assert_string_equal(out.p, "{\"type\":\"stats\",\"version\":\"0.1.0\","
				   "\"rules_version\":\"1f3c\",\"values\":{\"calls_open\":12,"
				   "\"low\":-9223372036854775807}}\n");
	assert_true(stats_decode(*state, (struct etq_str){out.p, out.n}, &back, &err));
	assert_true(sv_eq(back.version, s.version));
	assert_true(sv_eq(back.rules_version, s.rules_version));
	assert_int_equal(back.n, 2);
	assert_true(sv_eq(back.rows[0].name, SV("calls_open")));
	assert_true(back.rows[1].value == -INT64_MAX);
	for (int i = 0; i < 2 * STATS_MAX_ROWS; i++)
		stats_add(&s, "name", i);
	assert_int_equal(s.n, STATS_MAX_ROWS);
	out.max = 30;
	buf_clear(&out);
	assert_false(stats_encode(&s, &out));
	buf_free(&out);
}

static void test_stats_bad(void **state)
{
	static const char *const bad[][2] = {
		{"{\"type\":\"ack\",\"n\":1}", "unknown-type"},
		{"{\"type\":\"stats\"}", "missing-field"},
		{"{\"type\":\"stats\",\"values\":[]}", "bad-type"},
		{"{\"type\":\"stats\",\"values\":{\"a\":\"b\"}}", "bad-type"},
		{"{\"type\":\"stats\",\"values\":{\"a\":null}}", "bad-type"},
		{"{\"type\":\"stats\",\"version\":7,\"values\":{}}", "bad-type"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct stats s;
		struct etq_err err;

		assert_false(stats_decode(*state, sv_of(bad[i][0]), &s, &err));
		assert_string_equal(err.code, bad[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),         cmocka_unit_test(test_longest_error),
		cmocka_unit_test(test_read),          cmocka_unit_test(test_read_bad),
		cmocka_unit_test(test_subscribe),     cmocka_unit_test(test_subscribe_bad),
		cmocka_unit_test(test_filter_limits), cmocka_unit_test(test_filter_match),
		cmocka_unit_test(test_stats),         cmocka_unit_test(test_stats_bad),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
