/* Events: exact lines, what is left out when it is not known, and reading them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "wire/event.h"
#include "wire/mask.h"
#include "wire_finding.h"

#define CALL                                                                           \
	"\"call\":{\"id\":\"c1\",\"started_at\":\"2026-11-23T09:00:00.000Z\","         \
	"\"direction\":\"inbound\",\"agent\":{\"id\":\"a7\",\"name\":\"Ирина\"}," \
	"\"customer\":{\"name\":\"Иван «Петров»\"},\"queue\":\"sales\","   \
	"\"company\":\"Северный склад\",\"lang\":\"ru\"}"

#define FULL(id, type, text)                                                                                \
	"{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"/etiquetted\","                            \
	"\"type\":\"" type "\",\"subject\":\"c1\",\"time\":\"2026-11-23T09:01:18.000Z\","                   \
	"\"datacontenttype\":\"application/json\",\"severitytext\":\"major\","                              \
	"\"severitynumber\":17,\"data\":{\"finding\":\"0123456789abcdef0123456789abcdef\","                 \
	"\"rule\":\"hold.too-long\",\"topic\":\"hold\","                                                    \
	"\"title\":{\"ru\":\"Слишком долгое удержание\",\"en\":\"Held too long\"},"   \
	"\"severity\":\"major\",\"trial\":true,\"points\":10," CALL ","                                     \
	"\"t\":78000,\"raised\":93000,\"by\":\"agent\",\"hits\":9,\"words\":["                              \
	"{\"utterance\":\"u12\",\"by\":\"agent\",\"t\":34520,"                                              \
	"\"text\":\"минуту \\\"Иван\\\"\\n\",\"start\":3,\"end\":17},"                            \
	"{\"by\":\"customer\",\"t\":40000,\"text\":\"" text "\",\"start\":0,\"end\":42}],"                  \
	"\"trigger\":{\"kind\":\"hold.start\",\"t\":36200},"                                                \
	"\"measure\":{\"name\":\"hold\",\"value\":61234.5,\"bound\":60000},"                                \
	"\"say_instead\":\"Спасибо, что ждёте, ещё минуту\","                       \
	"\"source_sentence\":\"Старайтесь не заставлять клиента ждать\"," \
	"\"inferred\":true,\"stamped\":true,\"rules_version\":\"1f3c9a0b7d2e4c55\"}"

#define ID     "0123456789abcdef0123456789abcdef"
#define MASKED "пишите на ***@mail.ru или * *** ***-**-89"

static const struct event_opts defaults;

static char *encode(const struct etq_finding *f, const struct event_opts *opts, struct buf *out)
{
	buf_clear(out);
	assert_true(event_encode(f, opts, out));
	return out->p;
}

static void test_full(void **state)
{
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	assert_string_equal(encode(&finding_full, &defaults, &out),
			    FULL(ID, "etiquette.finding", MASKED));
	assert_true(event_finish(18446744073709551615u, 1795424495012, &out));
	assert_string_equal(
		out.p,
		FULL(ID, "etiquette.finding",
		     MASKED) ",\"sequence\":\"18446744073709551615\",\"sequencetype\":\"Integer\","
			     "\"recordedtime\":\"2026-11-23T09:01:35.012Z\"}\n");
	encode(&finding_full, &defaults, &out);
	assert_true(event_finish_offline(&out));
	assert_string_equal(out.p, FULL(ID, "etiquette.finding", MASKED) "}\n");
	buf_free(&out);
}

static void test_retracted(void **state)
{
	struct etq_finding f = finding_full;
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	f.kind = ETQ_RETRACTED;
	assert_string_equal(encode(&f, &defaults, &out),
			    FULL(ID "-r", "etiquette.finding.retracted", MASKED));
	buf_free(&out);
}

static void test_unmasked(void **state)
{
	const struct event_opts opts = {.source = SV("/etiquetted"), .unmasked = true};
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	assert_string_equal(
		encode(&finding_full, &opts, &out),
		FULL(ID, "etiquette.finding", "пишите на ivan@mail.ru или 8 912 345-67-89"));
	buf_free(&out);
}

static void test_bare(void **state)
{
	static const struct etq_rule_info rule = {.id = SV("greeting.missing"),
						  .title_ru = SV("Т")};
	static const struct etq_meta meta = {
		.started_at = ETQ_NO_TIME, .ring_ms = ETQ_NO_TIME, .rings = -1};
	static const struct etq_finding f = {
		.id = "00000000000000000000000000000001",
		.rule = &rule,
		.severity = ETQ_INFO,
		.by = ETQ_AGENT,
		.trigger = SV("answer"),
		.call = SV("c\"2"),
		.meta = &meta,
		.rules_version = "0",
	};
	const struct event_opts opts = {.source = SV("urn:site:7")};
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	assert_string_equal(
		encode(&f, &opts, &out),
		"{\"specversion\":\"1.0\",\"id\":\"00000000000000000000000000000001\","
		"\"source\":\"urn:site:7\",\"type\":\"etiquette.finding\",\"subject\":\"c\\\"2\","
		"\"datacontenttype\":\"application/json\",\"severitytext\":\"info\","
		"\"severitynumber\":9,\"data\":{\"finding\":\"00000000000000000000000000000001\","
		"\"rule\":\"greeting.missing\",\"title\":{\"ru\":\"Т\"},\"severity\":\"info\","
		"\"points\":0,\"call\":{\"id\":\"c\\\"2\"},\"t\":0,\"raised\":0,\"by\":\"agent\","
		"\"hits\":0,\"words\":[],\"trigger\":{\"kind\":\"answer\",\"t\":0},"
		"\"inferred\":false,\"rules_version\":\"0\"}");
	buf_free(&out);
}

static void test_severities(void **state)
{
	static const char *const said[ETQ_SEVERITIES] = {
		"\"severitytext\":\"info\",\"severitynumber\":9,",
		"\"severitytext\":\"minor\",\"severitynumber\":13,",
		"\"severitytext\":\"major\",\"severitynumber\":17,",
		"\"severitytext\":\"critical\",\"severitynumber\":21,",
	};
	struct etq_finding f = finding_full;
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	for (int i = 0; i < ETQ_SEVERITIES; i++) {
		f.severity = (enum etq_severity)i;
		assert_non_null(strstr(encode(&f, &defaults, &out), said[i]));
	}
	buf_free(&out);
}

/* Times that no RFC 3339 time can say are left out. */
static void test_no_time(void **state)
{
	struct etq_meta meta = finding_meta;
	struct etq_finding f = finding_full;
	struct buf out = BUF_INIT(EVENT_LINE_MAX);

	f.meta = &meta;
	meta.started_at = 253402300799999;
	assert_null(strstr(encode(&f, &defaults, &out), "\"time\""));
	meta.started_at = INT64_MAX;
	assert_null(strstr(encode(&f, &defaults, &out), "\"time\""));
	assert_null(strstr(out.p, "started_at"));
	f.meta = NULL;
	assert_non_null(strstr(encode(&f, &defaults, &out), "\"call\":{\"id\":\"c1\"},"));
	buf_free(&out);
}

static struct etq_str repeat(struct buf *b, const char *s, size_t n)
{
	buf_clear(b);
	while (n-- > 0)
		assert_true(buf_puts(b, s));
	return (struct etq_str){b->p, b->n};
}

/* The longest event that there can be fits, its texts cut at a code point. */
static void test_longest(void **state)
{
	struct buf out = BUF_INIT(EVENT_LINE_MAX), text = BUF_INIT(ETQ_MAX_TEXT),
		   meta_text = BUF_INIT(ETQ_MAX_META), id = BUF_INIT(ETQ_MAX_ID);
	struct etq_rule_info rule = finding_rule;
	struct etq_finding f = finding_full;
	struct etq_meta meta;

	repeat(&text, "\x01", ETQ_MAX_TEXT);
	repeat(&meta_text, "\x01", ETQ_MAX_META);
	repeat(&id, "\x01", ETQ_MAX_ID);
#define OF(b) ((struct etq_str){(b).p, (b).n})
	rule.title_ru = rule.title_en = rule.source = rule.say_instead = OF(text);
	meta = finding_meta;
	meta.agent_id = meta.agent_name = meta.customer_id = meta.customer_name = OF(meta_text);
	meta.queue = meta.company = meta.lang = OF(meta_text);
	f.rule = &rule;
	f.meta = &meta;
	f.call = OF(id);
	f.nquotes = ETQ_MAX_QUOTES;
	for (size_t i = 0; i < ETQ_MAX_QUOTES; i++)
		f.quotes[i] = (struct etq_quote){OF(id), ETQ_AGENT, 0, OF(text), 0, ETQ_MAX_TEXT};
	encode(&f, &defaults, &out);
	assert_true(event_finish(UINT64_MAX, 0, &out));

	f.quotes[0].words = repeat(&text, "ж", 600);
	encode(&f, &defaults, &out);
	repeat(&text, "ж", 498);
	assert_true(buf_puts(&text, "…\",\"start\":0"));
	assert_non_null(strstr(out.p, text.p));
	buf_free(&out);
	buf_free(&text);
	buf_free(&meta_text);
	buf_free(&id);
}

static void test_full_buffer(void **state)
{
	static const size_t length = sizeof(FULL(ID, "etiquette.finding", MASKED)) - 1;

	for (size_t max = 4; max < 4 + length; max += 7) {
		struct buf out = BUF_INIT(max);

		assert_true(buf_puts(&out, "kept"));
		assert_false(event_encode(&finding_full, &defaults, &out));
		assert_string_equal(out.p, "kept");
		buf_clear(&out);
		assert_true(buf_puts(&out, "kept"));
		if (max < 40)
			assert_false(event_finish(1, 0, &out));
		buf_free(&out);
	}
}

static void test_read_back(void **state)
{
	struct native_decoder *d = native_decoder_new();
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	struct event_view e;
	struct etq_err err;

	assert_non_null(d);
	encode(&finding_full, &defaults, &out);
	assert_true(event_finish(124, 1795424495012, &out));
	assert_true(event_decode(d, (struct etq_str){out.p, out.n}, &e, &err));
	assert_int_equal(e.kind, ETQ_FINDING);
	assert_true(e.sequence == 124);
	assert_true(e.recorded_ms == 1795424495012);
	assert_true(e.time_ms == 1795424400000 + 78000);
	assert_true(sv_eq(e.id, SV(ID)));
	assert_true(sv_eq(e.finding, SV(ID)));
	assert_true(sv_eq(e.rule, finding_rule.id));
	assert_true(sv_eq(e.topic, finding_rule.topic));
	assert_true(sv_eq(e.title_ru, finding_rule.title_ru));
	assert_true(sv_eq(e.title_en, finding_rule.title_en));
	assert_true(sv_eq(e.say_instead, finding_rule.say_instead));
	assert_true(sv_eq(e.source_sentence, finding_rule.source));
	assert_int_equal(e.severity, ETQ_MAJOR);
	assert_true(e.trial && e.inferred && e.stamped);
	assert_int_equal(e.points, 10);
	assert_int_equal(e.t, 78000);
	assert_int_equal(e.raised, 93000);
	assert_int_equal(e.by, ETQ_AGENT);
	assert_int_equal(e.hits, 9);
	assert_int_equal(e.nquotes, 2);
	assert_true(sv_eq(e.quotes[0].utterance, SV("u12")));
	assert_true(sv_eq(e.quotes[0].words, SV("минуту \"Иван\"\n")));
	assert_int_equal(e.quotes[0].t, 34520);
	assert_int_equal(e.quotes[0].start, 3);
	assert_int_equal(e.quotes[0].end, 17);
	assert_null(e.quotes[1].utterance.p);
	assert_int_equal(e.quotes[1].by, ETQ_CUSTOMER);
	assert_true(sv_eq(e.quotes[1].words, SV(MASKED)));
	assert_true(sv_eq(e.trigger, SV("hold.start")));
	assert_int_equal(e.trigger_t, 36200);
	assert_true(sv_eq(e.measure, SV("hold")));
	assert_true(e.value == 61234.5 && e.bound == 60000);
	assert_true(sv_eq(e.call, SV("c1")));
	assert_true(sv_eq(e.meta.agent_name, SV("Ирина")));
	assert_null(e.meta.customer_id.p);
	assert_true(sv_eq(e.rules_version, SV("1f3c9a0b7d2e4c55")));
	buf_free(&out);
	native_decoder_free(d);
}

static void test_read_bad(void **state)
{
	static const struct {
		const char *line, *code;
	} bad[] = {
		{"{\"type\":\"ack\"}", "unknown-type"},
		{"{\"type\":\"etiquette.finding\"}", "missing-field"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\"}",
		 "missing-field"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\",\"data\":[]}",
		 "bad-type"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\",\"data\":{"
		 "\"finding\":\"1\",\"rule\":\"r\",\"severity\":\"huge\",\"by\":\"agent\"}}",
		 "bad-type"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\",\"data\":{"
		 "\"finding\":\"1\",\"rule\":\"r\",\"severity\":\"info\",\"by\":\"agent\","
		 "\"words\":[7]}}",
		 "bad-type"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\",\"data\":{"
		 "\"finding\":\"1\",\"rule\":\"r\",\"severity\":\"info\",\"by\":\"agent\"},"
		 "\"sequence\":\"12x\"}",
		 "bad-type"},
		{"{\"type\":\"etiquette.finding\",\"id\":\"1\",\"subject\":\"c\",\"data\":{"
		 "\"finding\":\"1\",\"rule\":\"r\",\"severity\":\"info\",\"by\":\"agent\"},"
		 "\"sequence\":\"18446744073709551616\"}",
		 "bad-type"},
	};
	struct native_decoder *d = native_decoder_new();

	assert_non_null(d);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct event_view e;
		struct etq_err err;

		assert_false(event_decode(d, sv_of(bad[i].line), &e, &err));
		assert_string_equal(err.code, bad[i].code);
	}
	native_decoder_free(d);
}

static void test_mask(void **state)
{
	static const struct {
		const char *text, *masked;
	} cases[] = {
		{"", ""},
		{"спасибо", "спасибо"},
		{"дом 12, квартира 345", "дом 12, квартира 345"},
		{"1234", "1234"},
		{"12345", "***45"},
		{"+7 (912) 345-67-89", "+* (***) ***-**-89"},
		{"8 912 345-67-89.", "* *** ***-**-89."},
		{"карта 4276 1234 5678 9010 до 11/29", "карта **** **** **** **10 до 11/29"},
		{"12\u00a0345", "**\u00a0*45"},
		{"12\u2013345", "**\u2013*45"},
		{"12 - 345", "** - *45"},
		{"12    345", "12    345"},
		{"12, 345", "12, 345"},
		{"1-2-3-4-5-", "*-*-*-4-5-"},
		{"29 480 рублей", "** *80 рублей"},
		{"а1б2в3г4д5", "а1б2в3г4д5"},
		{"ivan@mail.ru", "***@mail.ru"},
		{"на i.petrov+x@mail.example.com, да", "на ***@mail.example.com, да"},
		{"почта@яндекс.рф", "***@яндекс.рф"},
		{"a@b.c", "***@b.c"},
		{"12345@mail.ru", "***@mail.ru"},
		{"12 345 678@mail.ru", "** *45 ***@mail.ru"},
		{"ivan12345@mail.ru 12345", "***@mail.ru ***45"},
		{"бл@дь", "бл@дь"},
		{"бл@ть.", "бл@ть."},
		{"@mail.ru", "@mail.ru"},
		{"a@b@c.d", "a@***@c.d"},
		{"ivan@", "ivan@"},
		{"ivan@.ru", "ivan@.ru"},
		{"😀12345😀", "😀***45😀"},
	};
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		assert_true(mask_text(sv_of(cases[i].text), &out));
		assert_string_equal(out.p ? out.p : "", cases[i].masked);
	}
	assert_true(mask_text(SV_NONE, &out));
	buf_free(&out);
	out = BUF_INIT(3);
	assert_false(mask_text(SV("12345"), &out));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),       cmocka_unit_test(test_retracted),
		cmocka_unit_test(test_unmasked),   cmocka_unit_test(test_bare),
		cmocka_unit_test(test_severities), cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_longest),    cmocka_unit_test(test_full_buffer),
		cmocka_unit_test(test_read_back),  cmocka_unit_test(test_read_bad),
		cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
