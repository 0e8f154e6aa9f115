#include "text/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "oom.h"
#include "test.h"
#include "text/utf8.h"

#define ACUTE             "\xcc\x81"
#define BREVE             "\xcc\x86"
#define DIAERESIS         "\xcc\x88"
#define SOFT_HYPHEN       "\xc2\xad"
#define ZERO_WIDTH_SPACE  "\xe2\x80\x8b"
#define ZERO_WIDTH_JOINER "\xe2\x80\x8d"

/* Each word with the code points of the original that it stands for: "да@0-2 нет@4-7". */
static const struct {
	const char *text, *words;
} cases[] = {
	{"", ""},
	{" \t\r\n", ""},
	{"Здравствуйте, Анна!", "здравствуйте@0-12 анна@14-18"},
	/* ё */
	{"Ёжик ЕЩЁ ещё", "ежик@0-4 еще@5-8 еще@9-12"},
	{"\xd1\x90 \xd0\x80 \xd1\x9d \xd0\x8d", "е@0-1 е@2-3 и@4-5 и@6-7"},
	/* combining marks: composed, or dropped when it is stress */
	{"и" BREVE "од Й", "йод@0-4 й@5-6"},
	{"Е" DIAERESIS "лка", "елка@0-5"},
	{"за" ACUTE "мок замо" ACUTE "к", "замок@0-6 замок@7-13"},
	{"caf\xc3\xa9 cafe" ACUTE, "caf\xc3\xa9@0-4 caf\xc3\xa9@5-10"},
	{BREVE "а", "а@1-2"},
	{"а " BREVE " б", "а@0-1 б@4-5"},
	{"5" ACUTE, "5@0-2"},
	/* what separates */
	{"э-э-э", "э@0-1 э@2-3 э@4-5"},
	{"э–э—э‑э−э", "э@0-1 э@2-3 э@4-5 э@6-7 э@8-9"},
	{"Чем-то", "чем@0-3 то@4-6"},
	{"«Северный \"склад\"»", "северный@1-9 склад@11-16"},
	{"don't don’t", "don@0-3 t@4-5 don@6-9 t@10-11"},
	{"да.нет,ну/вот_как+так", "да@0-2 нет@3-6 ну@7-9 вот@10-13 как@14-17 так@18-21"},
	{"а\xc2\xa0"
	 "б\xe3\x80\x80"
	 "в\nг",
	 "а@0-1 б@2-3 в@4-5 г@6-7"},
	{"...—!", ""},
	/* digits */
	{"29 480 рублей", "29@0-2 480@3-6 рублей@7-13"},
	{"+7 (921) 555-12-34", "7@1-2 921@4-7 555@9-12 12@13-15 34@16-18"},
	{"№5, 1С и x5", "5@1-2 1с@4-6 и@7-8 x5@9-11"},
	{"５０ x²", "50@0-2 x2@3-5"},
	/* invisible characters vanish inside words */
	{"со" SOFT_HYPHEN "бака", "собака@0-7"},
	{"сло" ZERO_WIDTH_SPACE "во" ZERO_WIDTH_JOINER " да", "слово@0-6 да@8-10"},
	{"\xef\xbb\xbfначало", "начало@1-7"},
	{SOFT_HYPHEN " " ZERO_WIDTH_SPACE, ""},
	/* letters that look alike */
	{"Cпасибо", "спасибо@0-7"},
	{"CПACИБO", "спасибо@0-7"},
	{"спaсибо за oжидание", "спасибо@0-7 за@8-10 ожидание@11-19"},
	{"хeр xeр", "хер@0-3 хер@4-7"},
	{"сп\xc3\xa1сибо", "спасибо@0-7"},
	{"iphonе Теlеgrаm", "iphone@0-6 telegram@7-15"},
	{"sмs-код", "sms@0-3 код@4-7"},
	{"cop сор", "cop@0-3 сор@4-7"},
	/* masks */
	{"б***ь бл@ сук# п$ц", "б***ь@0-5 бл@@6-9 сук#@10-14 п$ц@15-18"},
	{"*** * ** ok", "***@0-3 **@6-8 ok@9-11"},
	{"@ # $ @# #$", ""},
	{"#5 $100 **5**12 2*2", "5@1-2 100@4-7 5@10-11 12@13-15 2@16-17 2@18-19"},
	{"7" SOFT_HYPHEN "*8", "7@0-1 8@3-4"},
	{"ivan@mail.ru", "ivan@mail@0-9 ru@10-12"},
	/* brackets */
	{"[цензура]", "[цензура]@0-9"},
	{"ну [Мат]!", "ну@0-2 [мат]@3-8"},
	{"[две штуки]", "две@1-4 штуки@5-10"},
	{"[э-э]", "э@1-2 э@3-4"},
	{"[не закрыта", "не@1-3 закрыта@4-11"},
	{"не открыта]", "не@0-2 открыта@3-10"},
	{"[[а]]", "[а]@1-4"},
	{"ко[т]ик", "ко@0-2 [т]@2-5 ик@5-7"},
	{"[] [ ] ][", ""},
	{"[***] [5*5]", "[***]@0-5 5@7-8 5@9-10"},
	{"[ не рядом]", "не@2-4 рядом@5-10"},
	{"[Cпам]", "[спам]@0-6"},
	/* emoji and other signs */
	{"👋🏽 привет 1️⃣ ☎", "привет@3-9 1@10-13"},
	{"да👍нет", "да@0-2 нет@3-6"},
	{"👨‍👩‍👧 ура", "ура@6-9"},
	/* other alphabets */
	{"ÄÖÜ ẞ ß Ǆ", "äöü@0-3 ß@4-5 ß@6-7 dz@8-9"},
	{"ΑΒΓ ΐ Қазақ ІЇЄ", "αβγ@0-3 ΐ@4-5 қазақ@6-11 іїє@12-15"},
	{"ＡＢ ﬁn ﷺ", "ab@0-2 fin@3-5 ﷺ@6-7"},
	{"हिन्दी नमस्ते", "हिन्दी@0-6 नमस्ते@7-13"},
	{"İ ı ſ", "i@0-1 ı@2-3 s@4-5"},
};

/* Writes what was folded as in the table. */
static const char *describe(const struct fold *f, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < f->nwords; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%.*s@%u-%u", i ? " " : "",
				      (int)f->words[i].len, f->text + f->words[i].off,
				      f->words[i].cp0, f->words[i].cp1);
	return out;
}

/* What holds of any folded text. */
static void check_shape(const struct fold *f, struct etq_str text)
{
	size_t off = 0, bad;
	uint32_t cp = 0;

	assert_true(f->len <= 3 * text.n + 16);
	assert_true(utf8_valid((struct etq_str){f->text, f->len}, &bad));
	for (size_t i = 0; i < f->nwords; i++) {
		const struct fold_word *w = &f->words[i];

		assert_int_equal(w->off, off);
		assert_true(w->len > 0);
		assert_true(w->cp0 >= cp && w->cp1 > w->cp0);
		assert_null(memchr(f->text + w->off, ' ', w->len));
		off += w->len;
		if (i + 1 < f->nwords)
			assert_int_equal(f->text[off++], ' ');
		cp = w->cp1;
	}
	assert_int_equal(off, f->len);
	assert_true(cp <= utf8_count(text));
}

static void words_and_offsets(void **state)
{
	struct fold f = {0};
	char out[2000];
	int wrong = 0;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(fold_text(&f, sv_of(cases[i].text)));
		if (strcmp(describe(&f, out, sizeof(out)), cases[i].words) != 0) {
			print_error("«%s»: %s, not %s\n", cases[i].text, out, cases[i].words);
			wrong++;
		}
		check_shape(&f, sv_of(cases[i].text));
	}
	fold_free(&f);
	assert_int_equal(wrong, 0);
	assert_null(f.text);
}

/* Folding what is folded changes nothing: phrases are folded, too. */
static void folding_twice_is_folding_once(void **state)
{
	struct fold once = {0}, twice = {0};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(fold_text(&once, sv_of(cases[i].text)));
		assert_true(fold_text(&twice, (struct etq_str){once.text, once.len}));
		assert_int_equal(once.len, twice.len);
		assert_memory_equal(once.text, twice.text, once.len);
		assert_int_equal(once.nwords, twice.nwords);
	}
	fold_free(&once);
	fold_free(&twice);
}

static void every_code_point(void **state)
{
	struct fold f = {0};

	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		char text[16];
		size_t n;

		if (cp == 0xd800)
			cp = 0xe000;
		n = utf8_encode(cp, text);
		n += utf8_encode('a', text + n);
		n += utf8_encode(cp, text + n);
		n += utf8_encode(0x436, text + n);
		n += utf8_encode(cp, text + n);
		assert_true(fold_text(&f, (struct etq_str){text, n}));
		check_shape(&f, (struct etq_str){text, n});
		/* Latin, Greek and Cyrillic capitals have gone. */
		for (size_t i = 0; i < f.len; i++)
			assert_false(f.text[i] >= 'A' && f.text[i] <= 'Z');
	}
	fold_free(&f);
}

/* Small Russian letters are folded several at a time: another letter among them is so, too. */
static void one_among_others(void **state)
{
	static const struct {
		const char *letter, *folded;
	} others[] = {
		{"а", "а"}, {"п", "п"},        {"р", "р"},       {"я", "я"},
		{"Я", "я"}, {"Ё", "е"},        {"ё", "е"},       {"и" BREVE, "й"},
		{"ђ", "ђ"}, {"\xd0\x80", "е"}, {"б" ACUTE, "б"}, {"ӑ", "ӑ"},
	};
	struct fold f = {0};

	for (size_t i = 0; i < COUNT(others); i++)
		for (int before = 0; before < 12; before++)
			for (int behind = 0; behind < 12; behind++) {
				char text[100] = "", folded[100] = "";

				for (int k = 0; k < before + 1 + behind; k++) {
					strcat(text, k == before ? others[i].letter : "ж");
					strcat(folded, k == before ? others[i].folded : "ж");
				}
				assert_true(fold_text(&f, sv_of(text)));
				assert_int_equal(f.nwords, 1);
				assert_int_equal(f.words[0].cp1, utf8_count(sv_of(text)));
				assert_int_equal(f.len, strlen(folded));
				assert_memory_equal(f.text, folded, f.len);
			}
	fold_free(&f);
}

static void long_text(void **state)
{
	struct fold f = {0};
	char *text = malloc(ETQ_MAX_TEXT);

	memset(text, 'x', ETQ_MAX_TEXT);
	memcpy(text, "ж", 2);
	assert_true(fold_text(&f, (struct etq_str){text, ETQ_MAX_TEXT}));
	assert_int_equal(f.nwords, 1);
	/* Every x is a look-alike here and becomes two bytes. */
	assert_int_equal(f.len, 2 * (ETQ_MAX_TEXT - 2) + 2);
	for (size_t i = 0; i + 1 < ETQ_MAX_TEXT; i += 2)
		memcpy(text + i, "a ", 2);
	assert_true(fold_text(&f, (struct etq_str){text, ETQ_MAX_TEXT}));
	assert_int_equal(f.nwords, ETQ_MAX_TEXT / 2);
	free(text);
	fold_free(&f);
}

static void fold_once(void *data)
{
	struct fold f = {0};

	if (fold_text(&f, SV("Спасибо за ожидание")))
		assert_int_equal(f.nwords, 3);
	fold_free(&f);
}

static void out_of_memory(void **state)
{
	struct fold f = {0};

	assert_int_equal(oom_each(fold_once, NULL), 2);
	/* No memory is asked for when what was there is enough. */
	assert_true(fold_text(&f, SV("Спасибо за ожидание")));
	oom_at(0);
	assert_true(fold_text(&f, SV("Спасибо")));
	assert_false(oom_end());
	fold_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_offsets),
		cmocka_unit_test(folding_twice_is_folding_once),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(one_among_others),
		cmocka_unit_test(long_text),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
