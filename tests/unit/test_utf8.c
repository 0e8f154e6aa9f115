#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "test.h"

#define VALID SIZE_MAX

static const struct {
	struct etq_str text;
	size_t bad; /* offset of the first wrong byte, or VALID */
} cases[] = {
	{SV(""), VALID},
	{SV("abc"), VALID},
	{SV("Привет, мир"), VALID},
	{SV("\0"), VALID},
	{SV("\x7f"), VALID},
	/* the ends of each length */
	{SV("\xc2\x80"), VALID},
	{SV("\xdf\xbf"), VALID},
	{SV("\xe0\xa0\x80"), VALID},
	{SV("\xed\x9f\xbf"), VALID},
	{SV("\xee\x80\x80"), VALID},
	{SV("\xef\xbf\xbf"), VALID},
	{SV("\xf0\x90\x80\x80"), VALID},
	{SV("\xf4\x8f\xbf\xbf"), VALID},
	/* tails without a head */
	{SV("\x80"), 0},
	{SV("ab\xbf"), 2},
	{SV("\xd0\xb0\xb0"), 2},
	/* overlong forms */
	{SV("\xc0\x80"), 0},
	{SV("\xc1\xbf"), 0},
	{SV("\xe0\x80\x80"), 0},
	{SV("\xe0\x9f\xbf"), 0},
	{SV("\xf0\x80\x80\x80"), 0},
	{SV("\xf0\x8f\xbf\xbf"), 0},
	/* surrogates */
	{SV("a\xed\xa0\x80"), 1},
	{SV("\xed\xbf\xbf"), 0},
	/* above U+10FFFF, and bytes that never are */
	{SV("\xf4\x90\x80\x80"), 0},
	{SV("\xf5\x80\x80\x80"), 0},
	{SV("\xf8\x88\x80\x80\x80"), 0},
	{SV("\xfe"), 0},
	{SV("\xff"), 0},
	/* cut off */
	{SV("\xd0"), 0},
	{SV("ab\xe2\x82"), 2},
	{SV("\xe2"), 0},
	{SV("\xf0\x9f\x91"), 0},
	{SV("\xf0\x9f"), 0},
	/* a wrong byte inside */
	{SV("\xd0 "), 0},
	{SV("\xe2\x82\x41"), 0},
	{SV("\xe2\x41\x82"), 0},
	{SV("\xf0\x9f\x91\x41"), 0},
	{SV("\xf0\x9f\x41\x91"), 0},
	/* behind a run of ASCII */
	{SV("0123456789abcdef\xff"), 16},
	{SV("0123456\xff\x38"), 7},
	{SV("01234567\xd0"), 8},
};

static void strict(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		/* On the heap and to the byte, so that reading past the end is found. */
		char *copy = malloc(cases[i].text.n + (cases[i].text.n == 0));
		size_t bad = VALID;
		bool ok;

		memcpy(copy, cases[i].text.p, cases[i].text.n);
		ok = utf8_valid((struct etq_str){copy, cases[i].text.n}, &bad);
		if (ok != (cases[i].bad == VALID) || bad != cases[i].bad)
			fail_msg("case %zu: valid %d, bad byte %zu", i, ok, bad);
		free(copy);
	}
}

/* The same behind, and in front of, so many letters: many bytes are looked at together. */
static void strict_anywhere(size_t i, const char *letter, size_t before, size_t behind)
{
	size_t n = strlen(letter), at = before * n, bad = VALID;
	struct etq_str text = cases[i].text;
	size_t size = at + text.n + behind * n;
	char *copy = malloc(size + (size == 0));

	for (size_t k = 0; k < before; k++)
		memcpy(copy + k * n, letter, n);
	memcpy(copy + at, text.p, text.n);
	for (size_t k = 0; k < behind; k++)
		memcpy(copy + at + text.n + k * n, letter, n);
	if (utf8_valid((struct etq_str){copy, size}, &bad) != (cases[i].bad == VALID) ||
	    bad != (cases[i].bad == VALID ? VALID : at + cases[i].bad))
		fail_msg("case %zu, %zu × %s before, %zu behind: %zu", i, before, letter, behind,
			 bad);
	free(copy);
}

static void strict_among_letters(void **state)
{
	static const char *const letters[] = {"a", "я", "€"};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t k = 0; k < COUNT(letters); k++)
			for (size_t n = 0; n < 80; n++) {
				strict_anywhere(i, letters[k], n, 0);
				strict_anywhere(i, letters[k], n, 40);
			}
}

static void decode_and_encode_agree(void **state)
{
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char p[4];
		size_t n, len, bad;

		if (cp == 0xd800)
			cp = 0xe000;
		n = utf8_encode(cp, p);
		assert_int_equal(utf8_decode(p, &len), cp);
		assert_int_equal(len, n);
		assert_true(utf8_valid((struct etq_str){p, n}, &bad));
	}
}

static void counting(void **state)
{
	struct etq_str s = SV("aя€👋z");

	assert_int_equal(utf8_count(s), 5);
	assert_int_equal(utf8_count(SV_NONE), 0);
	assert_int_equal(utf8_offset(s, 0), 0);
	assert_int_equal(utf8_offset(s, 1), 1);
	assert_int_equal(utf8_offset(s, 2), 3);
	assert_int_equal(utf8_offset(s, 3), 6);
	assert_int_equal(utf8_offset(s, 4), 10);
	assert_int_equal(utf8_offset(s, 5), 11);
	assert_int_equal(utf8_offset(s, 99), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict),
		cmocka_unit_test(strict_among_letters),
		cmocka_unit_test(decode_and_encode_agree),
		cmocka_unit_test(counting),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
