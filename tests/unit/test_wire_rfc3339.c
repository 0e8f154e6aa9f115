#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sv.h"
#include "wire/rfc3339.h"

static const struct {
	const char *text;
	int64_t ms;
} times[] = {
	{"1970-01-01T00:00:00Z", 0},
	{"2026-11-23T09:00:00Z", 1795424400000},
	{"2026-11-23T12:00:00.250+03:00", 1795424400250},
	{"2026-11-22t22:30:00-10:30", 1795424400000},
	{"2026-11-23 09:00:00z", 1795424400000},
	{"2026-11-23T09:00:00.1Z", 1795424400100},
	{"2026-11-23T09:00:00.0009999999999999999Z", 1795424400000},
	{"2026-11-23T09:00:00-00:00", 1795424400000},
	{"2024-02-29T00:00:00Z", 1709164800000},
	{"2000-02-29T23:59:59.999Z", 951868799999},
	{"1969-12-31T23:59:59.999Z", -1},
	{"1900-03-01T00:00:00Z", -2203891200000},
	{"0000-01-01T00:00:00Z", -62167219200000},
	{"0000-01-01T00:00:00+23:59", -62167305540000},
	{"9999-12-31T23:59:59.999Z", 253402300799999},
	/* leap seconds */
	{"2016-12-31T23:59:60Z", 1483228800000},
	{"2016-12-31T23:59:60.5Z", 1483228800500},
	{"2017-01-01T02:59:60+03:00", 1483228800000},
	{"2015-06-30T23:59:60Z", 1435708800000},
	{"1966-06-30T23:59:60Z", -110592000000},
};

static const char *const bad[] = {
	"",
	"2026",
	"2026-11-23",
	"2026-11-23T09:00Z",
	"2026-11-23T09:00:00",
	"2026-11-23T09:00:00 Z",
	"2026-11-23T09:00:00Z ",
	" 2026-11-23T09:00:00Z",
	"2026-11-23T09:00:00ZZ",
	"2026-11-23T09:00:00.Z",
	"2026-11-23T09:00:00,5Z",
	"2026-11-23T09:00:00+0300",
	"2026-11-23T09:00:00+03",
	"2026-11-23T09:00:00+24:00",
	"2026-11-23T09:00:00+03:60",
	"2026-11-23T24:00:00Z",
	"2026-11-23T09:60:00Z",
	"2026-11-23T09:00:61Z",
	"2026-11-23T09:00:60Z",
	"2026-11-30T23:59:60Z",
	"2016-12-31T23:59:60+03:00",
	"2026-00-23T09:00:00Z",
	"2026-13-23T09:00:00Z",
	"2026-11-00T09:00:00Z",
	"2026-11-31T09:00:00Z",
	"2026-02-29T09:00:00Z",
	"1900-02-29T09:00:00Z",
	"2026-11-23_09:00:00Z",
	"2026/11/23T09:00:00Z",
	"26-11-23T09:00:00Z",
	"+2026-11-23T09:00:00Z",
	"2026-11-23T-9:00:00Z",
	"2026-11-23T09:00:00МСК",
};

static void test_parse(void **state)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t ms = 42;

		if (!rfc3339_parse(sv_of(times[i].text), &ms) || ms != times[i].ms)
			fail_msg("%s is %lld", times[i].text, (long long)ms);
	}
}

static void test_bad(void **state)
{
	int64_t ms = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (rfc3339_parse(sv_of(bad[i]), &ms))
			fail_msg("taken: %s", bad[i]);
	assert_false(rfc3339_parse(SV_NONE, &ms));
	assert_int_equal(ms, 42);
	/* Cut anywhere it is not complete. */
	for (size_t n = 0; n < sizeof("2026-11-23T12:00:00.250+03:00") - 1; n++)
		assert_false(
			rfc3339_parse((struct etq_str){"2026-11-23T12:00:00.250+03:00", n}, &ms));
}

/* Every day of 10,000 years, there and back. */
static void test_round_trip(void **state)
{
	char text[RFC3339_SIZE], last[RFC3339_SIZE] = "";
	int64_t back;

	for (int64_t ms = -62167219200000; ms <= 253402300799999; ms += 86400000 + 1) {
		assert_true(rfc3339_format(ms, text));
		assert_true(rfc3339_parse(sv_of(text), &back));
		assert_true(back == ms);
		assert_true(strcmp(text, last) > 0);
		memcpy(last, text, sizeof(last));
	}
}

static void test_format(void **state)
{
	char text[RFC3339_SIZE];

	assert_true(rfc3339_format(1795424400250, text));
	assert_string_equal(text, "2026-11-23T09:00:00.250Z");
	assert_true(rfc3339_format(-1, text));
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	assert_true(rfc3339_format(253402300799999, text));
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	assert_false(rfc3339_format(253402300800000, text));
	assert_false(rfc3339_format(-62167219200001, text));
	assert_false(rfc3339_format(INT64_MAX, text));
	assert_false(rfc3339_format(INT64_MIN, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
