/* Native messages: what is taken, what is refused and with which words, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/sv.h"
#include "wire/native.h"

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

static void take(struct native_decoder *d, const char *line, struct etq_input *in)
{
	struct etq_err err = {{0}, {0}};

	if (!native_decode(d, sv_of(line), in, &err))
		fail_msg("%s\n%s: %s", line, err.code, err.message);
}

static void refuse(struct native_decoder *d, struct etq_str line, const char *code,
		   const char *message)
{
	struct etq_err err = {{0}, {0}};
	struct etq_input in;

	if (native_decode(d, line, &in, &err))
		fail_msg("taken: %.*s", (int)(line.n < 200 ? line.n : 200), line.p);
	if (strcmp(err.code, code) != 0 || (message && strcmp(err.message, message) != 0))
		fail_msg("%.*s\n%s: %s", (int)(line.n < 200 ? line.n : 200), line.p, err.code,
			 err.message);
}

#define assert_sv(s, lit)                               \
	do {                                            \
		assert_int_equal((s).n, strlen(lit));   \
		assert_memory_equal((s).p, lit, (s).n); \
	} while (0)

static void test_call_start(void **state)
{
	struct etq_input in;

	take(*state,
	     "{\"type\":\"call.start\",\"call\":\"c1\",\"started_at\":\"2026-11-23T09:00:00Z\","
	     "\"direction\":\"inbound\",\"rings\":2,\"ring_ms\":6000,"
	     "\"agent\":{\"id\":\"a7\",\"name\":\"Ирина\"},\"customer\":{\"name\":\"Иван Петров\"},"
	     "\"queue\":\"sales\",\"company\":\"Северный склад\",\"lang\":\"ru\"}\r",
	     &in);
	assert_int_equal(in.type, ETQ_CALL_START);
	assert_sv(in.call, "c1");
	assert_true(in.t == ETQ_NO_TIME);
	assert_true(in.meta.started_at == 1795424400000);
	assert_int_equal(in.meta.direction, ETQ_INBOUND);
	assert_int_equal(in.meta.rings, 2);
	assert_int_equal(in.meta.ring_ms, 6000);
	assert_sv(in.meta.agent_id, "a7");
	assert_sv(in.meta.agent_name, "Ирина");
	assert_null(in.meta.customer_id.p);
	assert_sv(in.meta.customer_name, "Иван Петров");
	assert_sv(in.meta.queue, "sales");
	assert_sv(in.meta.company, "Северный склад");
	assert_sv(in.meta.lang, "ru");
}

static void test_utterance(void **state)
{
	struct etq_input in;

	take(*state,
	     "{\"type\":\"utterance\",\"call\":\"c1\",\"id\":\"u12\",\"t\":34520,\"end\":36100,"
	     "\"by\":\"agent\",\"text\":\"секундочку\\n\\\"посмотрю\\\"\",\"final\":false,"
	     "\"confidence\":0.93,\"words\":[{\"t\":34520,\"end\":34800,\"text\":\"секундочку\"},"
	     "{\"text\":\"посмотрю\"}]}",
	     &in);
	assert_int_equal(in.type, ETQ_UTTERANCE);
	assert_int_equal(in.by, ETQ_AGENT);
	assert_sv(in.id, "u12");
	assert_int_equal(in.t, 34520);
	assert_int_equal(in.end, 36100);
	assert_sv(in.text, "секундочку\n\"посмотрю\"");
	assert_false(in.final);
	assert_true(in.confidence > 0.929 && in.confidence < 0.931);
	assert_int_equal(in.nwords, 2);
	assert_int_equal(in.words[0].t, 34520);
	assert_int_equal(in.words[0].end, 34800);
	assert_sv(in.words[1].text, "посмотрю");
	assert_true(in.words[1].t == ETQ_NO_TIME && in.words[1].end == ETQ_NO_TIME);
}

/* Only what is required; and null, which is as good as absent. */
static void test_defaults(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"unknown\",\"text\":\"\"}",
		"{\"text\":\"\",\"by\":\"unknown\",\"call\":\"c\",\"type\":\"utterance\",\"t\":null,"
		"\"end\":null,\"id\":null,\"final\":null,\"confidence\":null,\"words\":null}",
		"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"unknown\",\"text\":\"\",\"id\":\"\","
		"\"words\":[],\"later\":{\"t\":[1,2,{}]}}",
	};
	struct etq_input in;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		take(*state, lines[i], &in);
		assert_int_equal(in.by, ETQ_UNKNOWN);
		assert_true(in.final);
		assert_true(in.confidence < 0);
		assert_true(in.t == ETQ_NO_TIME && in.end == ETQ_NO_TIME);
		assert_null(in.id.p);
		assert_non_null(in.text.p);
		assert_int_equal(in.text.n, 0);
		assert_int_equal(in.nwords, 0);
	}
	take(*state, "{\"type\":\"call.start\",\"call\":\"c\",\"agent\":{},\"queue\":\"\"}", &in);
	assert_null(in.meta.agent_id.p);
	assert_null(in.meta.queue.p);
	assert_int_equal(in.meta.rings, -1);
	assert_true(in.meta.started_at == ETQ_NO_TIME && in.meta.ring_ms == ETQ_NO_TIME);
	assert_int_equal(in.meta.direction, ETQ_DIRECTION_UNKNOWN);
}

static void test_others(void **state)
{
	struct etq_input in;

	take(*state, "{\"type\":\"hold.start\",\"call\":\"c\",\"t\":36200}", &in);
	assert_int_equal(in.type, ETQ_HOLD_START);
	assert_int_equal(in.t, 36200);
	take(*state, "{\"type\":\"hold.end\",\"call\":\"c\",\"t\":0}", &in);
	assert_int_equal(in.type, ETQ_HOLD_END);
	take(*state, "{\"type\":\"call.update\",\"call\":\"c\",\"direction\":\"outbound\"}", &in);
	assert_int_equal(in.type, ETQ_CALL_UPDATE);
	assert_int_equal(in.meta.direction, ETQ_OUTBOUND);
	take(*state, "{\"type\":\"call.end\",\"call\":\"c\"}", &in);
	assert_int_equal(in.type, ETQ_CALL_END);
	assert_int_equal(in.by, ETQ_SYSTEM);
	take(*state, "{\"type\":\"call.end\",\"call\":\"c\",\"by\":\"customer\"}", &in);
	assert_int_equal(in.by, ETQ_CUSTOMER);
}

static void test_numbers(void **state)
{
	static const struct {
		const char *written;
		int64_t t;
	} taken[] = {
		{"0", 0},     {"-0", 0},           {"2147483647", INT32_MAX},
		{"1.5", 2},   {"1.4999", 1},       {"1e3", 1000},
		{"-0.4", 0},  {"12E-1", 1},        {"2147483647.4", INT32_MAX},
		{"0.5e1", 5}, {"1000.0000", 1000},
	};
	static const char *const refused[] = {
		"-1",
		"-0.6",
		"2147483648",
		"2147483647.5",
		"1e10",
		"1e400",
		"99999999999999999999",
		"-99999999999999999999",
		"-1e400",
		"\"12\"",
		"true",
		"[1]",
		"{}",
	};
	struct etq_input in;
	char line[256];

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		snprintf(line, sizeof(line), "{\"type\":\"hold.end\",\"call\":\"c\",\"t\":%s}",
			 taken[i].written);
		take(*state, line, &in);
		assert_int_equal(in.t, taken[i].t);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(line, sizeof(line), "{\"type\":\"hold.end\",\"call\":\"c\",\"t\":%s}",
			 refused[i]);
		refuse(*state, sv_of(line), "bad-type", NULL);
	}
}

static void test_last_key_counts(void **state)
{
	struct etq_input in;

	take(*state,
	     "{\"type\":\"bad\",\"call\":\"a\",\"t\":\"x\",\"type\":\"hold.end\",\"t\":7,\"call\":\"b\"}",
	     &in);
	assert_sv(in.call, "b");
	assert_int_equal(in.t, 7);
}

#define U "{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\",\"text\":\"a\""
#define S "{\"type\":\"call.start\",\"call\":\"c\""

static const struct {
	const char *line, *code, *message;
} refusals[] = {
	/* not JSON */
	{"", "not-json", "the line ends before its JSON value does"},
	{"   ", "not-json", "the line ends before its JSON value does"},
	{"{", "not-json", "the line ends before its JSON value does"},
	{"{\"type\":\"hold.end\",\"call\":\"c", "not-json",
	 "the line ends before its JSON value does"},
	{"hello", "not-json", "unexpected character at byte 1"},
	{"{'type':1}", "not-json", "strings are in double quotes, at byte 2"},
	{"{\"a\":1,}", "not-json", NULL},
	{"{a:1}", "not-json", "quoted object property name expected at byte 2"},
	{"{\"a\":1]]]]]]]]]]]]]]]]]]", "not-json", NULL},
	{"{\"a\":1} x", "not-json", "unexpected character at byte 9"},
	{"{\"a\":1}{\"a\":1}", "not-json", NULL},
	{"{\"a\":NaN}", "not-json", "NaN and Infinity are no JSON, at byte 6"},
	{"{\"a\":-Infinity}", "not-json", "NaN and Infinity are no JSON, at byte 7"},
	{"{\"a\":1.}", "not-json", "a digit must follow the point at byte 7"},
	{"{\"a\":01}", "not-json", NULL},
	{"{\"a\":.5}", "not-json", NULL},
	{"{\"a\":True}", "not-json", NULL},
	{"{\"a\":\"\t\"}", "not-json", "control character 0x09 in a string at byte 7: escape it"},
	{"{\"a\":\"\\q\"}", "not-json", NULL},
	{"{\"a\":\"\\u12\"}", "not-json", NULL},
	{"{\"a\":\"\\", "not-json", NULL},
	{"{\"a\":\"\\u", "not-json", NULL},
	{"{/**/\"a\":1}", "not-json", NULL},
	{"\xef\xbb\xbf{\"a\":1}", "not-json", NULL},
	/* JSON, but no object */
	{"[]", "not-an-object", "a JSON object is expected, {\"type\": …}"},
	{"null", "not-an-object", NULL},
	{"12", "not-an-object", NULL},
	{" \"a\" ", "not-an-object", NULL},
	{"true", "not-an-object", NULL},
	/* not UTF-8 */
	{"{\"a\":\"\xff\"}", "not-utf8", "the line is not UTF-8 at byte 7"},
	{"{\"a\":\"\xc0\xaf\"}", "not-utf8", NULL},
	{"{\"a\":\"\xed\xa0\x80\"}", "not-utf8", NULL},
	{"{\"a\":\"\xd0\"}", "not-utf8", NULL},
	{"{\"a\":\"\\ud800\"}", "not-utf8", "half of a surrogate pair at byte 7"},
	{"{\"a\":\"\\udc00\"}", "not-utf8", NULL},
	{"{\"a\":\"\\ud800\\ud800\"}", "not-utf8", NULL},
	{"{\"a\":\"\\ud800x\"}", "not-utf8", NULL},
	{"{\"a\":\"\\uD83D\\u0041\"}", "not-utf8", NULL},
	/* NUL */
	{"{\"a\":\"b\\u0000c\"}", "nul-in-text", "\\u0000 at byte 8: text may not contain NUL"},
	{"{\"a\\u0000\":1}", "nul-in-text", NULL},
	/* the message */
	{"{}", "missing-field", "type is missing"},
	{"{\"type\":null}", "missing-field", "type is missing"},
	{"{\"type\":3}", "bad-type", "type must be a string, not 3"},
	{"{\"type\":\"uterance\"}", "unknown-type",
	 "type \"uterance\" is not known: did you mean \"utterance\"? Types are call.start, "
	 "call.update, utterance, hold.start, hold.end, call.end"},
	{"{\"type\":\"x\"}", "unknown-type",
	 "type \"x\" is not known. Types are call.start, call.update, utterance, hold.start, "
	 "hold.end, call.end"},
	{"{\"type\":\"\"}", "unknown-type", NULL},
	{"{\"type\":\"Utterance\"}", "unknown-type", NULL},
	{"{\"type\":\"utterance\\u00e9\"}", "unknown-type", NULL},
	/* required fields */
	{"{\"type\":\"utterance\",\"by\":\"agent\",\"text\":\"a\"}", "missing-field",
	 "call is missing"},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"text\":\"a\"}", "missing-field",
	 "by is missing"},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\"}", "missing-field",
	 "text is missing"},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\",\"text\":null}", "missing-field",
	 "text is missing"},
	{"{\"type\":\"call.start\"}", "missing-field", "call is missing"},
	{"{\"type\":\"call.update\"}", "missing-field", "call is missing"},
	{"{\"type\":\"hold.start\"}", "missing-field", "call is missing"},
	{"{\"type\":\"hold.end\"}", "missing-field", "call is missing"},
	{"{\"type\":\"call.end\"}", "missing-field", "call is missing"},
	{U ",\"words\":[{\"t\":1}]}", "missing-field", "words[0].text is missing"},
	/* types and ranges */
	{"{\"type\":\"hold.end\",\"call\":7}", "bad-type", "call must be a string, not 7"},
	{"{\"type\":\"hold.end\",\"call\":\"\"}", "bad-call-id",
	 "call must be a string of 1 to 128 bytes, not \"\""},
	{"{\"type\":\"hold.end\",\"call\":\"c\",\"t\":\"5\"}", "bad-type",
	 "t must be a number from 0 to 2147483647, not \"5\""},
	{U ",\"end\":-5}", "bad-type", "end must be a number from 0 to 2147483647, not -5"},
	{U ",\"t\":500,\"end\":499}", "bad-type", "end must not be before t: 499 is before 500"},
	{U ",\"id\":7}", "bad-type", "id must be a string, not 7"},
	{U ",\"final\":1}", "bad-type", "final must be true or false, not 1"},
	{U ",\"final\":\"true\"}", "bad-type", "final must be true or false, not \"true\""},
	{U ",\"confidence\":1.01}", "bad-type",
	 "confidence must be a number from 0 to 1, not 1.01"},
	{U ",\"confidence\":-0.1}", "bad-type", NULL},
	{U ",\"confidence\":\"high\"}", "bad-type", NULL},
	{U ",\"words\":{}}", "bad-type",
	 "words must be an array of at most 2000 entries, not an object"},
	{U ",\"words\":[\"a\"]}", "bad-type",
	 "words[0] must be an object with text, t and end, not \"a\""},
	{U ",\"words\":[null]}", "bad-type", NULL},
	{U ",\"words\":[{\"text\":\"a\"},{\"text\":\"b\",\"t\":true}]}", "bad-type",
	 "words[1].t must be a number from 0 to 2147483647, not true"},
	{U ",\"words\":[{\"text\":\"a\",\"t\":2,\"end\":1}]}", "bad-type", NULL},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\",\"text\":[]}", "bad-type",
	 "text must be a string, not an array"},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"system\",\"text\":\"a\"}", "bad-type",
	 "by must be one of agent, customer, bot, unknown, not \"system\""},
	{"{\"type\":\"utterance\",\"call\":\"c\",\"by\":1,\"text\":\"a\"}", "bad-type", NULL},
	{"{\"type\":\"call.end\",\"call\":\"c\",\"by\":\"bot\"}", "bad-type",
	 "by must be one of agent, customer, system, not \"bot\""},
	{S ",\"started_at\":\"2026-11-23T09:00:00\"}", "bad-type",
	 "started_at must be an RFC 3339 time with a zone, as 2026-11-23T09:00:00Z, not "
	 "\"2026-11-23T09:00:00\""},
	{S ",\"started_at\":1795424400}", "bad-type", NULL},
	{S ",\"direction\":\"in\"}", "bad-type",
	 "direction must be one of inbound, outbound, not \"in\""},
	{S ",\"direction\":\"unknown\"}", "bad-type", NULL},
	{S ",\"rings\":-1}", "bad-type", "rings must be a number from 0 to 1000, not -1"},
	{S ",\"rings\":1001}", "bad-type", NULL},
	{S ",\"ring_ms\":\"6s\"}", "bad-type", NULL},
	{S ",\"ring_ms\":-6}", "bad-type", NULL},
	{S ",\"agent\":\"Ирина\"}", "bad-type", "agent must be an object, not \"Ирина\""},
	{S ",\"agent\":{\"id\":7}}", "bad-type", "agent.id must be a string, not 7"},
	{S ",\"agent\":{\"name\":[]}}", "bad-type", "agent.name must be a string, not an array"},
	{S ",\"customer\":[]}", "bad-type", "customer must be an object, not an array"},
	{S ",\"customer\":{\"id\":false}}", "bad-type", "customer.id must be a string, not false"},
	{S ",\"customer\":{\"name\":1.5}}", "bad-type", "customer.name must be a string, not 1.5"},
	{S ",\"queue\":1}", "bad-type", "queue must be a string, not 1"},
	{S ",\"company\":1}", "bad-type", "company must be a string, not 1"},
	{S ",\"lang\":1}", "bad-type", "lang must be a string, not 1"},
	{"{\"type\":\"call.update\",\"call\":\"c\",\"lang\":1}", "bad-type", NULL},
	{"{\"type\":\"hold.end\",\"call\":\"c\",\"t\":"
	 "\"очень длинное значение, которое не нужно целиком\"}",
	 "bad-type", "t must be a number from 0 to 2147483647, not \"очень длинное значени…\""},
};

/* Strings are looked over several bytes at a time: what is wrong is found wherever it stands. */
static void test_wrong_anywhere(void **state)
{
	for (int before = 0; before < 40; before++) {
		for (int behind = 0; behind < 20; behind += 19) {
			char line[100], message[100];
			int n = snprintf(line, sizeof(line), "{\"a\":\"%*s\x1f%*s\"}", before, "",
					 behind, "");

			snprintf(message, sizeof(message),
				 "control character 0x1f in a string at byte %d: escape it",
				 before + 7);
			refuse(*state, (struct etq_str){line, (size_t)n}, "not-json", message);
			n = snprintf(line, sizeof(line), "{\"a\":\"%*s\\u0000%*s\"}", before, "",
				     behind, "");
			snprintf(message, sizeof(message),
				 "\\u0000 at byte %d: text may not contain NUL", before + 7);
			refuse(*state, (struct etq_str){line, (size_t)n}, "nul-in-text", message);
			n = snprintf(line, sizeof(line), "{\"a\":\"%*s\"'%*s}", before, "", behind,
				     "");
			snprintf(message, sizeof(message),
				 "strings are in double quotes, at byte %d", before + 8);
			refuse(*state, (struct etq_str){line, (size_t)n}, "not-json", message);
		}
	}
}

static void test_refusals(void **state)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		refuse(*state, sv_of(refusals[i].line), refusals[i].code, refusals[i].message);
}

static void test_nul_byte(void **state)
{
	refuse(*state, SV("{\"type\":\"hold.end\",\0\"call\":\"c\"}"), "nul-in-text",
	       "a NUL byte at byte 20");
	refuse(*state, SV("{\"type\":\"hold.end\",\"call\":\"c\0\"}"), "nul-in-text", NULL);
	refuse(*state, SV("\0"), "nul-in-text", NULL);
}

static void test_escapes(void **state)
{
	struct etq_input in;

	take(*state,
	     "{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"bot\","
	     "\"text\":\"\\u0434\\u0410 \\ud83d\\ude00 \\\\u0000 \\/ \\b\"}",
	     &in);
	assert_sv(in.text, "дА 😀 \\u0000 / \b");
}

/* Fills line with what, n bytes of it. */
static struct etq_str around(struct buf *line, const char *before, char what, size_t n,
			     const char *after)
{
	buf_clear(line);
	buf_puts(line, before);
	for (size_t i = 0; i < n; i++)
		buf_putc(line, what);
	buf_puts(line, after);
	assert_false(line->failed);
	return (struct etq_str){line->p, line->n};
}

static void test_depth(void **state)
{
	static const char head[] = "{\"type\":\"hold.end\",\"call\":\"c\",\"x\":";
	struct buf line = BUF_INIT(1 << 20);
	struct etq_input in;
	struct etq_err err;

	for (size_t depth = ETQ_MAX_DEPTH - 1; depth <= ETQ_MAX_DEPTH; depth++) {
		around(&line, head, '[', depth, "");
		for (size_t i = 0; i < depth; i++)
			buf_putc(&line, ']');
		buf_putc(&line, '}');
		if (depth < ETQ_MAX_DEPTH)
			assert_true(
				native_decode(*state, (struct etq_str){line.p, line.n}, &in, &err));
		else
			refuse(*state, (struct etq_str){line.p, line.n}, "too-deep", NULL);
	}
	refuse(*state, around(&line, head, '[', 10000, ""), "too-deep",
	       "nested more than 16 deep at byte 50");
	refuse(*state, around(&line, "", '[', 60000, ""), "too-deep", NULL);
	buf_clear(&line);
	for (int i = 0; i < 10000; i++)
		buf_puts(&line, "{\"a\":");
	refuse(*state, (struct etq_str){line.p, line.n}, "too-deep", NULL);
	/* … and the decoder still works. */
	take(*state, "{\"type\":\"hold.end\",\"call\":\"c\"}", &in);
	buf_free(&line);
}

static void test_limits(void **state)
{
	static const char call[] = "{\"type\":\"hold.end\",\"call\":\"";
	static const char text[] =
		"{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\",\"text\":\"";
	struct buf line = BUF_INIT(1 << 20);
	struct etq_input in;
	struct etq_err err;

	assert_true(native_decode(*state, around(&line, call, 'x', ETQ_MAX_ID, "\"}"), &in, &err));
	assert_int_equal(in.call.n, ETQ_MAX_ID);
	refuse(*state, around(&line, call, 'x', ETQ_MAX_ID + 1, "\"}"), "bad-call-id", NULL);
	assert_true(
		native_decode(*state, around(&line, text, 'x', ETQ_MAX_TEXT, "\"}"), &in, &err));
	refuse(*state, around(&line, text, 'x', ETQ_MAX_TEXT + 1, "\"}"), "text-too-long", NULL);
	refuse(*state, around(&line, S ",\"queue\":\"", 'x', ETQ_MAX_META + 1, "\"}"), "bad-type",
	       NULL);
	assert_true(native_decode(
		*state, around(&line, S ",\"queue\":\"", 'x', ETQ_MAX_META, "\"}"), &in, &err));
	refuse(*state, around(&line, U ",\"id\":\"", 'x', ETQ_MAX_ID + 1, "\"}"), "bad-type", NULL);
	refuse(*state, around(&line, U ",\"words\":[{\"text\":\"", 'x', ETQ_MAX_META + 1, "\"}]}"),
	       "bad-type", NULL);
	/* the whole line, to the byte */
	around(&line, "{\"type\":\"hold.end\",\"call\":\"c\"}", ' ',
	       ETQ_MAX_LINE - strlen("{\"type\":\"hold.end\",\"call\":\"c\"}"), "");
	assert_int_equal(line.n, ETQ_MAX_LINE);
	assert_true(native_decode(*state, (struct etq_str){line.p, line.n}, &in, &err));
	buf_putc(&line, ' ');
	refuse(*state, (struct etq_str){line.p, line.n}, "line-too-long",
	       "the line has 65537 bytes; at most 65536 are taken");
	/* one string as long as a line can hold */
	take(*state, around(&line, S ",\"x\":\"", 'x', 65000, "\"}").p, &in);
	buf_free(&line);
}

static void test_many_words(void **state)
{
	struct buf line = BUF_INIT(1 << 20);
	struct etq_input in;
	struct etq_err err;

	for (int n = NATIVE_MAX_WORDS; n <= NATIVE_MAX_WORDS + 1; n++) {
		buf_clear(&line);
		buf_puts(&line, U ",\"words\":[");
		for (int i = 0; i < n; i++)
			buf_printf(&line, "%s{\"text\":\"w\",\"t\":%d}", i ? "," : "", i);
		buf_puts(&line, "]}");
		if (n > NATIVE_MAX_WORDS) {
			refuse(*state, (struct etq_str){line.p, line.n}, "bad-type", NULL);
			continue;
		}
		assert_true(native_decode(*state, (struct etq_str){line.p, line.n}, &in, &err));
		assert_int_equal(in.nwords, n);
		assert_int_equal(in.words[n - 1].t, n - 1);
	}
	buf_free(&line);
}

static void test_encode(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"call.start\",\"call\":\"c1\",\"started_at\":\"2026-11-23T09:00:00.000Z\","
		"\"direction\":\"inbound\",\"rings\":0,\"ring_ms\":0,"
		"\"agent\":{\"id\":\"a7\",\"name\":\"Ирина\"},\"customer\":{\"name\":\"Иван\"},"
		"\"queue\":\"sales\",\"company\":\"Северный склад\",\"lang\":\"ru\"}\n",
		"{\"type\":\"call.update\",\"call\":\"c1\",\"t\":80000,\"queue\":\"claims\"}\n",
		"{\"type\":\"utterance\",\"call\":\"c1\",\"id\":\"u12\",\"t\":34520,\"end\":36100,"
		"\"by\":\"agent\",\"text\":\"\\\"да\\\"\\\\ \\n\\r\\t\\u0001\",\"final\":true,"
		"\"confidence\":0.93,\"words\":[{\"t\":34520,\"end\":34800,\"text\":\"да\"},"
		"{\"text\":\"\"}]}\n",
		"{\"type\":\"utterance\",\"call\":\"c1\",\"by\":\"customer\",\"text\":\"\","
		"\"final\":false,\"confidence\":0}\n",
		"{\"type\":\"hold.start\",\"call\":\"c1\",\"t\":36200}\n",
		"{\"type\":\"hold.end\",\"call\":\"c1\"}\n",
		"{\"type\":\"call.end\",\"call\":\"c1\",\"t\":184500,\"by\":\"customer\"}\n",
	};
	struct buf out = BUF_INIT(ETQ_MAX_LINE);
	struct etq_input in;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		take(*state, lines[i], &in);
		buf_clear(&out);
		assert_true(native_encode(&in, &out));
		assert_string_equal(out.p, lines[i]);
	}
	buf_free(&out);
}

/* What does not fit leaves the buffer as it was. */
static void test_encode_full(void **state)
{
	static const char line[] = "{\"type\":\"hold.start\",\"call\":\"c1\",\"t\":36200}";
	struct etq_input in;

	take(*state, line, &in);
	for (size_t max = 5; max < 5 + sizeof(line); max++) {
		struct buf out = BUF_INIT(max);

		assert_true(buf_puts(&out, "kept\n"));
		assert_false(native_encode(&in, &out));
		assert_string_equal(out.p, "kept\n");
		assert_int_equal(out.n, 5);
		assert_true(out.failed);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call_start),     cmocka_unit_test(test_utterance),
		cmocka_unit_test(test_defaults),       cmocka_unit_test(test_others),
		cmocka_unit_test(test_numbers),        cmocka_unit_test(test_last_key_counts),
		cmocka_unit_test(test_wrong_anywhere), cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_nul_byte),       cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_depth),          cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many_words),     cmocka_unit_test(test_encode),
		cmocka_unit_test(test_encode_full),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
