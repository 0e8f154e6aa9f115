/* Each allocation of this layer fails once; those of json-c, a shared library, don't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "oom.h"
#include "wire/event.h"
#include "wire/native.h"
#include "wire/reply.h"
#include "wire/subscribe.h"
#include "wire/textcall.h"
#include "wire_finding.h"

/* d is fresh; false when memory ran out. */
typedef bool attempt_fn(struct native_decoder *d);

static bool attempt_decoder(struct native_decoder *d)
{
	struct native_decoder *other = native_decoder_new();
	bool ok = other != NULL;

	native_decoder_free(other);
	return ok;
}

static bool attempt_words(struct native_decoder *d)
{
	struct etq_input in;
	struct etq_err err;
	bool ok = native_decode(d,
				SV("{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\","
				   "\"text\":\"a\",\"words\":[{\"text\":\"a\"}]}"),
				&in, &err);

	if (!ok)
		assert_string_equal(err.code, "out-of-memory");
	return ok;
}

static bool attempt_encode(struct native_decoder *d)
{
	struct buf out = BUF_INIT(ETQ_MAX_LINE);
	struct etq_input in;
	struct etq_err err;
	bool ok;

	assert_true(native_decode(
		d,
		SV("{\"type\":\"utterance\",\"call\":\"c\",\"by\":\"agent\","
		   "\"text\":\"долгий ответ, который не помещается в первый кусок\"}"),
		&in, &err));
	ok = native_encode(&in, &out);
	assert_true(ok || out.n == 0);
	buf_free(&out);
	return ok;
}

static bool attempt_event(struct native_decoder *d)
{
	const struct event_opts opts = {0};
	struct buf out = BUF_INIT(EVENT_LINE_MAX);
	bool ok = event_encode(&finding_full, &opts, &out);

	assert_true(ok || out.n == 0);
	ok = ok && event_finish(1, 0, &out);
	buf_free(&out);
	return ok;
}

static bool attempt_reply(struct native_decoder *d)
{
	struct buf out = BUF_INIT(REPLY_MAX);
	bool ok = reply_error(1, "late", "too late", &out);

	buf_free(&out);
	return ok;
}

static bool attempt_subscription(struct native_decoder *d)
{
	struct subscription s;
	struct etq_err err;
	bool ok = subscription_decode(
		d, SV("{\"type\":\"subscribe\",\"filter\":{\"rules\":[\"a\"],\"calls\":[\"b\"]}}"),
		&s, &err);

	if (ok)
		subscription_free(&s);
	else
		assert_string_equal(err.code, "out-of-memory");
	return ok;
}

static bool attempt_textcall(struct native_decoder *d)
{
	struct textcall *t = textcall_new();
	bool ok = t != NULL;

	textcall_free(t);
	return ok;
}

static bool attempt_render(struct native_decoder *d)
{
	struct buf out = BUF_INIT(ETQ_MAX_LINE);
	struct etq_input in;
	bool ok;

	etq_input_init(&in);
	in.text = SV("долгий ответ, который не помещается в первый кусок памяти");
	ok = textcall_render(&in, &out);
	assert_true(ok || out.n == 0);
	buf_free(&out);
	return ok;
}

static const struct {
	attempt_fn *attempt;
	size_t allocations; /* at least */
} attempts[] = {
	{attempt_decoder, 2}, {attempt_words, 1},        {attempt_encode, 2},   {attempt_event, 4},
	{attempt_reply, 1},   {attempt_subscription, 3}, {attempt_textcall, 1}, {attempt_render, 1},
};

static void test_each_fails_once(void **state)
{
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		bool failed = true;
		size_t n = 0;

		for (; failed; n++) {
			struct native_decoder *d = native_decoder_new();
			bool ok;

			assert_non_null(d);
			oom_at(n);
			ok = attempts[i].attempt(d);
			failed = oom_end();
			assert_int_equal(ok, !failed);
			native_decoder_free(d);
		}
		assert_true(n > attempts[i].allocations);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_fails_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
