#include "match/spoken.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/sv.h"
#include "text/utf8.h"

enum { ABBREVIATION_MAX = 5, CAPITAL_FIRST = 0x410, CAPITAL_LAST = 0x42f };

/* Names of the capital letters А–Я. */
static const char *const letter_names[CAPITAL_LAST - CAPITAL_FIRST + 1] = {
	"а",  "бэ", "вэ", "гэ", "дэ", "е",  "жэ", "зэ", "и", "и",  "ка",
	"эл", "эм", "эн", "о",  "пэ", "эр", "эс", "тэ", "у", "эф", "ха",
	"цэ", "че", "ша", "ща", "",   "ы",  "",   "э",  "ю", "я",
};

/* Latin letters as they are read, longer ones first. */
static const struct {
	const char *latin, *cyrillic;
} sounds[] = {
	{"sch", "ш"}, {"sh", "ш"}, {"ch", "ч"}, {"zh", "ж"}, {"kh", "х"}, {"ts", "ц"}, {"ya", "я"},
	{"yu", "ю"},  {"yo", "ё"}, {"ck", "к"}, {"ph", "ф"}, {"th", "т"}, {"ee", "и"}, {"oo", "у"},
	{"qu", "кв"}, {"a", "а"},  {"b", "б"},  {"c", "к"},  {"d", "д"},  {"e", "е"},  {"f", "ф"},
	{"g", "г"},   {"h", "х"},  {"i", "и"},  {"j", "дж"}, {"k", "к"},  {"l", "л"},  {"m", "м"},
	{"n", "н"},   {"o", "о"},  {"p", "п"},  {"q", "к"},  {"r", "р"},  {"s", "с"},  {"t", "т"},
	{"u", "у"},   {"v", "в"},  {"w", "в"},  {"x", "кс"}, {"y", "и"},  {"z", "з"},
};

struct writer {
	char *buf;
	size_t n, size;
	bool full;
};

static void put(struct writer *w, const char *text, size_t n)
{
	if (n > w->size - w->n) {
		w->full = true;
		return;
	}
	memcpy(w->buf + w->n, text, n);
	w->n += n;
}

static bool is_letter(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= 0x400 && cp <= 0x4ff);
}

/* Bytes of the word at the start of s: letters in a row. */
static size_t word_length(struct etq_str s)
{
	size_t i = 0, n;

	while (i < s.n && is_letter(utf8_decode(s.p + i, &n)))
		i += n;
	return i;
}

/* Two to five capital letters. */
static bool is_abbreviation(struct etq_str word)
{
	size_t letters = 0, n;

	for (size_t i = 0; i < word.n; i += n, letters++) {
		uint32_t cp = utf8_decode(word.p + i, &n);

		if (cp < CAPITAL_FIRST || cp > CAPITAL_LAST)
			return false;
	}
	return letters >= 2 && letters <= ABBREVIATION_MAX;
}

static void put_spelt(struct writer *w, struct etq_str word)
{
	size_t n;

	for (size_t i = 0; i < word.n; i += n) {
		const char *name = letter_names[utf8_decode(word.p + i, &n) - CAPITAL_FIRST];

		put(w, name, strlen(name));
	}
}

static bool is_latin(struct etq_str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] & 0x80)
			return false;
	return true;
}

static bool sounds_like(struct etq_str word, size_t i, const char *latin)
{
	size_t k = 0;

	while (latin[k] && i + k < word.n && (word.p[i + k] | 0x20) == latin[k])
		k++;
	return !latin[k];
}

static void put_read(struct writer *w, struct etq_str word)
{
	for (size_t i = 0; i < word.n;) {
		size_t k = 0;

		while (!sounds_like(word, i, sounds[k].latin))
			k++;
		put(w, sounds[k].cyrillic, strlen(sounds[k].cyrillic));
		i += strlen(sounds[k].latin);
	}
}

size_t spoken_name(struct etq_str name, char *buf, size_t size)
{
	struct writer w = {.buf = buf, .size = size};
	bool other = false;
	size_t whole = 0;

	for (size_t i = 0; i < name.n && !w.full;) {
		struct etq_str word = {name.p + i, 0};

		word.n = word_length((struct etq_str){name.p + i, name.n - i});
		if (word.n == 0) {
			utf8_decode(name.p + i, &word.n);
			put(&w, word.p, word.n);
			i += word.n;
			continue;
		}
		if (is_abbreviation(word))
			put_spelt(&w, word);
		else if (is_latin(word))
			put_read(&w, word);
		else
			put(&w, word.p, word.n);
		other |= is_abbreviation(word) || is_latin(word);
		i += word.n;
		whole = w.full ? whole : w.n;
	}
	return other ? whole : 0;
}
