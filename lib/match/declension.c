#include "match/declension.h"

#include <string.h>

#include "base/sv.h"
#include "match/forms.h"

enum { ENDINGS_MAX = 64 };

/* clang-format off */
/* They come after the stem; "" is the stem alone. */
static const char *const endings[DECLENSIONS][ENDINGS_MAX] = {
	[DECLINED_NOT] = {""},
	[DECLINED_LATIN] = {"", "s"},
	[DECLINED_CONSONANT] = {"", "а", "у", "ом", "ем", "е", "ым"},
	[DECLINED_FLEETING] = {"а", "у", "ом", "ем", "е", "ым"},
	[DECLINED_A] = {"а", "ы", "и", "е", "у", "ой", "ою", "ей", "ею"},
	[DECLINED_YA] = {"я", "и", "е", "ю", "ей", "ею"},
	[DECLINED_SOFT] = {"ь", "я", "ю", "ем", "е", "и", "ью"},
	[DECLINED_J] = {"й", "я", "ю", "ем", "е", "и"},
	[DECLINED_ADJECTIVE] = {
		"ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем",
		"ая", "яя", "ую", "юю", "ей", "ою", "ею",
	},
	[DECLINED_COMPANY] = {
		"", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й", "ой", "ей", "ою", "ею",
		"ом", "ем", "ью", "ам", "ям", "ами", "ями", "ах", "ях", "ов", "ев",
		"ия", "ии", "ию", "ие", "ий", "ием", "ией", "иям", "иями", "иях",
		"ый", "ого", "его", "ому", "ему", "ым", "им", "ая", "яя", "ую", "юю",
		"ое", "ее", "ые", "ых", "их", "ыми", "ими",
	},
};

/* A person's name by how it ends: the first row that fits says how it is declined. */
static const struct {
	const char *end;
	uint8_t letters; /* it must have, at least */
	uint8_t strip;   /* letters that are not its stem */
	uint8_t declension;
} shapes[] = {
	{"кий", 5, 2, DECLINED_ADJECTIVE}, {"ый", 5, 2, DECLINED_ADJECTIVE}, {"кой", 6, 2, DECLINED_ADJECTIVE},
	{"той", 6, 2, DECLINED_ADJECTIVE}, {"ая", 5, 2, DECLINED_ADJECTIVE}, {"яя", 5, 2, DECLINED_ADJECTIVE},
	{"ел", 4, 0, DECLINED_FLEETING}, {"лев", 3, 0, DECLINED_FLEETING}, {"ец", 4, 0, DECLINED_FLEETING},
	{"ек", 4, 0, DECLINED_FLEETING}, {"ок", 4, 0, DECLINED_FLEETING},
	{"а", 3, 1, DECLINED_A}, {"я", 3, 1, DECLINED_YA}, {"ь", 3, 1, DECLINED_SOFT}, {"й", 3, 1, DECLINED_J},
	{"о", 3, 0, DECLINED_NOT}, {"е", 3, 0, DECLINED_NOT}, {"и", 3, 0, DECLINED_NOT},
	{"у", 3, 0, DECLINED_NOT}, {"ы", 3, 0, DECLINED_NOT}, {"э", 3, 0, DECLINED_NOT},
	{"ю", 3, 0, DECLINED_NOT}, {"", 3, 0, DECLINED_CONSONANT},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- how a word is declined ---------------------------------------------------------------- */

/* How much of the word a company's word keeps: all but its longest ending, three letters at least. */
static size_t company_stem(struct etq_str word)
{
	size_t keep = word.n;

	for (size_t i = 0; endings[DECLINED_COMPANY][i]; i++) {
		struct etq_str end = sv_of(endings[DECLINED_COMPANY][i]);

		if (sv_ends(word, end) && word.n - end.n < keep &&
		    (word.n - end.n) / 2 >= DECLINED_LETTERS)
			keep = word.n - end.n;
	}
	return keep;
}

static enum declension person_form(struct etq_str word, size_t *stem)
{
	for (size_t i = 0; i < COUNT(shapes); i++) {
		if (word.n / 2 >= shapes[i].letters && sv_ends(word, sv_of(shapes[i].end))) {
			*stem = word.n - 2u * shapes[i].strip;
			return (enum declension)shapes[i].declension;
		}
	}
	return DECLINED_NOT;
}

enum declension declension_of(struct etq_str word, bool company, size_t *stem)
{
	enum tail tail = tail_of(word);

	*stem = word.n;
	if (tail == TAIL_LATIN)
		return DECLINED_LATIN;
	if (tail == TAIL_NONE || word.n / 2 < DECLINED_LETTERS)
		return DECLINED_NOT;
	if (!company)
		return person_form(word, stem);
	*stem = company_stem(word);
	return DECLINED_COMPANY;
}

/* ---- forms --------------------------------------------------------------------------------- */

static bool is_ending(enum declension d, struct etq_str rest)
{
	for (size_t i = 0; i < ENDINGS_MAX && endings[d][i]; i++) {
		const char *end = endings[d][i];

		/* The second byte of a Russian letter tells most apart. */
		if ((rest.n < 2 || (end[0] && end[1] == rest.p[1])) && sv_eq(rest, sv_of(end)))
			return true;
	}
	return false;
}

/* The stem without its last vowel («павел» → «павл»; after л a soft sign: «лев» → «льв»). */
static struct etq_str without_vowel(struct etq_str stem, char out[DECLINED_STEM_MAX])
{
	size_t head = stem.n - 4; /* bytes before the vowel */
	struct etq_str soft = SV("ь");
	bool after_l = head >= 2 && memcmp(stem.p + head - 2, "л", 2) == 0;

	memcpy(out, stem.p, head);
	if (after_l) {
		memcpy(out + head, soft.p, soft.n);
		head += soft.n;
	}
	memcpy(out + head, stem.p + stem.n - 2, 2);
	return (struct etq_str){out, head + 2};
}

/* Russian speech calls a woman «Светлан», «Наташ»: the stem alone, when it is long enough. */
static bool is_vocative(enum declension d, struct etq_str stem)
{
	return d == DECLINED_A && stem.n >= 2 * 4;
}

static bool fleeting_matches(struct etq_str stem, struct etq_str word)
{
	char other[DECLINED_STEM_MAX];

	if (word.p[0] != stem.p[0])
		return false;
	stem = without_vowel(stem, other);
	return sv_starts(word, stem) &&
	       is_ending(DECLINED_FLEETING, (struct etq_str){word.p + stem.n, word.n - stem.n});
}

bool declension_fits(enum declension d, struct etq_str stem, struct etq_str word)
{
	if (sv_starts(word, stem)) {
		struct etq_str rest = {word.p + stem.n, word.n - stem.n};

		if (rest.n == 0 && (d == DECLINED_FLEETING || is_vocative(d, stem)))
			return true;
		if (d == DECLINED_ANYHOW || is_ending(d, rest))
			return true;
	}
	return d == DECLINED_FLEETING && fleeting_matches(stem, word);
}
