#include "text/squeeze.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "test.h"
#include "text/utf8.h"

static const struct {
	struct etq_str text;
	size_t bytes; /* that it takes, squeezed */
} cases[] = {
	{SV(""), 0},
	{SV("abc, 1-2 \x7f\n"), 11},
	{SV("а"), 1},
	{SV("я"), 1},
	{SV("АЯёЁ"), 4},
	{SV("Ёлки-палки, подъём!"), 19},
	/* letters of others, and what stands before and behind ours */
	{SV("Ѐ"), 2},
	{SV("Џ"), 2},
	{SV("ѐ"), 2},
	{SV("ђ"), 2},
	{SV("ї є ґ"), 8},
	{SV("é"), 2},
	{SV("«Да» — …"), 4 + 2 + 1 + 3 + 1 + 3},
	{SV("ну\u00a0😀 ок"), 2 + 2 + 4 + 1 + 2},
	{SV("\xc2\x80\xdf\xbf"), 4},
	{SV("\xe0\xa0\x80\xef\xbf\xbf"), 6},
	{SV("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 8},
};

/* There and back; how many bytes it takes in between. In blocks of their own, for ASan to see. */
static size_t there_and_back(struct etq_str text)
{
	char *squeezed = malloc(text.n + 1);
	size_t n = squeeze(text, squeezed);
	char *small = malloc(n + 1), *back = malloc(n * SQUEEZED_TIMES + 1);

	assert_true(n <= text.n);
	memcpy(small, squeezed, n);
	assert_int_equal(unsqueeze(small, n, back), text.n);
	assert_memory_equal(back, text.n ? text.p : "", text.n);
	free(squeezed);
	free(small);
	free(back);
	return n;
}

static void takes_no_more(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(there_and_back(cases[i].text), cases[i].bytes);
}

/* All code points that there are. */
static void loses_nothing(void **state)
{
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		char text[4];

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		there_and_back((struct etq_str){text, utf8_encode(cp, text)});
	}
}

/* Letters are taken four at a time: any two-byte character at any place among them. */
static void loses_nothing_in_rows(void **state)
{
	for (uint32_t cp = 0x80; cp < 0x800; cp++) {
		for (size_t place = 0; place < 5; place++) {
			char text[] = "абвгд";
			bool letter = (cp >= 0x410 && cp <= 0x44f) || cp == 0x401 || cp == 0x451;

			utf8_encode(cp, text + 2 * place);
			assert_int_equal(there_and_back((struct etq_str){text, 10}),
					 letter ? 5 : 6);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_no_more),
		cmocka_unit_test(loses_nothing),
		cmocka_unit_test(loses_nothing_in_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
