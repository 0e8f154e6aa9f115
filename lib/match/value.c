#include "match/value.h"

#include <string.h>

#include "base/sv.h"
#include "match/loose.h"
#include "match/matcher.h"
#include "text/fold.h"
#include "text/utf8.h"

enum { VALUE_FORM_LETTERS = 3 }; /* shorter words are initials and prepositions */

static const char *const names[VALUE_NAMES] = {
	[VALUE_AGENT_NAME] = "agent.name",
	[VALUE_CUSTOMER_NAME] = "customer.name",
	[VALUE_COMPANY] = "company",
	[VALUE_FIRST_NAME] = "first.name",
};

const char *value_name_text(enum value_name name)
{
	return names[name];
}

bool value_name_parse(struct etq_str text, enum value_name *name)
{
	for (int i = 0; i < VALUE_NAMES; i++) {
		if (sv_eq(text, sv_of(names[i]))) {
			*name = (enum value_name)i;
			return true;
		}
	}
	return false;
}

/* ---- case forms ---------------------------------------------------------------------------- */

/* How a word is declined. A row's endings come after the stem; "" is the stem alone. */
enum form {
	FORM_EXACT,
	FORM_PREFIX,    /* its stem was cut: any ending */
	FORM_LATIN,     /* Anna, Anna's */
	FORM_CONSONANT, /* Иван, Петров */
	FORM_FLEETING,  /* Павел, Павла; Лев, Льва */
	FORM_A,         /* Ольга, Петрова */
	FORM_YA,        /* Мария, Илья */
	FORM_SOFT,      /* Игорь, Любовь */
	FORM_J,         /* Сергей, Дмитрий */
	FORM_ADJECTIVE, /* Достоевский, Крупская */
	FORM_ANY,       /* a word of a company's name: singular or plural, noun or adjective */
	FORMS
};

enum { ENDINGS_MAX = 64 };

/* clang-format off */
static const char *const endings[FORMS][ENDINGS_MAX] = {
	[FORM_EXACT] = {""},
	[FORM_LATIN] = {"", "s"},
	[FORM_CONSONANT] = {"", "а", "у", "ом", "ем", "е", "ым"},
	[FORM_FLEETING] = {"а", "у", "ом", "ем", "е", "ым"},
	[FORM_A] = {"а", "ы", "и", "е", "у", "ой", "ою", "ей", "ею"},
	[FORM_YA] = {"я", "и", "е", "ю", "ей", "ею"},
	[FORM_SOFT] = {"ь", "я", "ю", "ем", "е", "и", "ью"},
	[FORM_J] = {"й", "я", "ю", "ем", "е", "и"},
	[FORM_ADJECTIVE] = {
		"ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем",
		"ая", "яя", "ую", "юю", "ей", "ою", "ею",
	},
	[FORM_ANY] = {
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
	uint8_t form;
} shapes[] = {
	{"кий", 5, 2, FORM_ADJECTIVE}, {"ый", 5, 2, FORM_ADJECTIVE}, {"кой", 6, 2, FORM_ADJECTIVE},
	{"той", 6, 2, FORM_ADJECTIVE}, {"ая", 5, 2, FORM_ADJECTIVE}, {"яя", 5, 2, FORM_ADJECTIVE},
	{"ел", 4, 0, FORM_FLEETING}, {"лев", 3, 0, FORM_FLEETING}, {"ец", 4, 0, FORM_FLEETING},
	{"ек", 4, 0, FORM_FLEETING}, {"ок", 4, 0, FORM_FLEETING},
	{"а", 3, 1, FORM_A}, {"я", 3, 1, FORM_YA}, {"ь", 3, 1, FORM_SOFT}, {"й", 3, 1, FORM_J},
	{"о", 3, 0, FORM_EXACT}, {"е", 3, 0, FORM_EXACT}, {"и", 3, 0, FORM_EXACT},
	{"у", 3, 0, FORM_EXACT}, {"ы", 3, 0, FORM_EXACT}, {"э", 3, 0, FORM_EXACT},
	{"ю", 3, 0, FORM_EXACT}, {"", 3, 0, FORM_CONSONANT},
};

/* Forms of business: said or left out at will. */
static const char *const legal_forms[] = {
	"ооо", "оао", "зао", "пао", "ао", "ип", "llc", "ltd", "inc", "gmbh",
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static bool sv_ends(struct etq_str s, struct etq_str end)
{
	return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

/* All letters of one alphabet, which says the form that needs no more looking. */
static enum form alphabet_of(struct etq_str word)
{
	size_t latin = 0, cyrillic = 0, n;

	for (size_t i = 0; i < word.n; i += n) {
		uint32_t cp = utf8_decode(word.p + i, &n);

		latin += cp >= 'a' && cp <= 'z';
		cyrillic += cp >= 0x430 && cp <= 0x44f;
	}
	if (latin == word.n)
		return FORM_LATIN;
	return 2 * cyrillic == word.n ? FORM_ANY : FORM_EXACT;
}

/* How much of the word a company's word keeps: all but its longest ending, three letters at least. */
static size_t company_stem(struct etq_str word)
{
	size_t keep = word.n;

	for (size_t i = 0; endings[FORM_ANY][i]; i++) {
		struct etq_str end = sv_of(endings[FORM_ANY][i]);

		if (sv_ends(word, end) && word.n - end.n < keep &&
		    (word.n - end.n) / 2 >= VALUE_FORM_LETTERS)
			keep = word.n - end.n;
	}
	return keep;
}

static enum form person_form(struct etq_str word, size_t *stem)
{
	for (size_t i = 0; i < COUNT(shapes); i++) {
		if (word.n / 2 >= shapes[i].letters && sv_ends(word, sv_of(shapes[i].end))) {
			*stem = word.n - 2u * shapes[i].strip;
			return (enum form)shapes[i].form;
		}
	}
	return FORM_EXACT;
}

static void add_word(struct value *v, struct etq_str word)
{
	enum form form = alphabet_of(word);
	size_t stem = word.n;

	if (form == FORM_ANY && word.n / 2 < VALUE_FORM_LETTERS)
		form = FORM_EXACT;
	else if (form == FORM_ANY && v->all_words)
		stem = company_stem(word);
	else if (form == FORM_ANY)
		form = person_form(word, &stem);
	if (stem > VALUE_MAX_STEM) {
		stem = VALUE_MAX_STEM;
		while (((unsigned char)word.p[stem] & 0xc0) == 0x80)
			stem--;
		form = FORM_PREFIX;
	}
	v->words[v->nwords].len = (uint8_t)stem;
	v->words[v->nwords].form = (uint8_t)form;
	memcpy(v->words[v->nwords].stem, word.p, stem);
	v->nwords++;
}

static bool is_legal_form(struct etq_str word)
{
	for (size_t i = 0; i < COUNT(legal_forms); i++)
		if (sv_eq(word, sv_of(legal_forms[i])))
			return true;
	return false;
}

static inline bool word_matches(const struct value *v, size_t i, struct etq_str word);

static bool is_business(struct value_span business, struct etq_str word)
{
	for (size_t i = 0; i < business.n; i++)
		if (business.v[i].nwords == 1 && word_matches(&business.v[i], 0, word))
			return true;
	return false;
}

/* Folded text of a value. */
struct folded {
	struct fold f;
	/* Big enough for the longest metadata: folding then needs no memory of its own. */
	char text[3 * ETQ_MAX_META + 16];
	struct fold_word words[ETQ_MAX_META / 2 + 2];
};

static bool fold_value(struct folded *out, struct etq_str text)
{
	out->f = (struct fold){.text = out->text,
			       .cap = sizeof(out->text),
			       .words = out->words,
			       .words_cap = COUNT(out->words)};
	if (text.n > ETQ_MAX_META) {
		text.n = ETQ_MAX_META;
		while (text.n > 0 && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	return fold_text(&out->f, text);
}

static struct etq_str folded_word(const struct folded *folded, size_t i)
{
	const struct fold_word *w = &folded->f.words[i];

	return (struct etq_str){folded->f.text + w->off, w->len};
}

static uint64_t letters_of(const struct value *v)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < (v->all_words ? v->nwords > 0 : v->nwords); i++) {
		/* A stem of two letters may lose the first of them. */
		if (v->words[i].len <= 4 && v->words[i].form == FORM_FLEETING)
			return UINT64_MAX;
		letters |= v->words[i].len > 0 ? value_letter(v->words[i].stem) : UINT64_MAX;
	}
	return letters;
}

void value_make(struct value *v, enum value_name name, struct etq_str text)
{
	struct folded folded;

	if (name == VALUE_COMPANY) {
		value_make_company(v, text, (struct value_span){0});
		return;
	}
	*v = (struct value){0};
	if (!fold_value(&folded, text))
		return;
	for (size_t i = 0; i < folded.f.nwords && v->nwords < VALUE_MAX_WORDS; i++)
		if (utf8_count(folded_word(&folded, i)) >= VALUE_FORM_LETTERS)
			add_word(v, folded_word(&folded, i));
	v->letters = letters_of(v);
}

/* What stands before a kind of business to say more of it: «музыкальный театр», «гранд отель». */
static bool is_attribute(struct etq_str word)
{
	static const char *const ends[] = {"ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие"};
	static const char *const words[] = {"арт",  "бизнес", "бьюти", "гранд",
					    "мини", "парк",   "эко"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (sv_eq(word, sv_of(words[i])))
			return true;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (word.n / 2 > VALUE_FORM_LETTERS && sv_ends(word, sv_of(ends[i])))
			return true;
	return false;
}

/* How much a word of a company's name tells: the name is made of the words that tell most. */
enum telling { TELLS_FORM, TELLS_BUSINESS, TELLS_KIND, TELLS_NAME };

/* «ООО», «театр», what kind of theatre («Музыкальный театр …»), and all else. */
static enum telling telling_of(struct value_span business, const struct folded *name, size_t i)
{
	struct etq_str word = folded_word(name, i);

	if (is_legal_form(word))
		return TELLS_FORM;
	if (is_business(business, word))
		return TELLS_BUSINESS;
	return i + 1 < name->f.nwords && is_attribute(word) &&
			       is_business(business, folded_word(name, i + 1))
		       ? TELLS_KIND
		       : TELLS_NAME;
}

void value_make_company(struct value *v, struct etq_str text, struct value_span business)
{
	struct folded folded;
	enum telling most = TELLS_FORM;

	*v = (struct value){.all_words = true};
	if (!fold_value(&folded, text))
		return;
	for (size_t i = 0; i < folded.f.nwords; i++)
		if (telling_of(business, &folded, i) > most)
			most = telling_of(business, &folded, i);
	for (size_t i = 0; i < folded.f.nwords && v->nwords < VALUE_MAX_WORDS; i++)
		if (telling_of(business, &folded, i) == most)
			add_word(v, folded_word(&folded, i));
	v->letters = letters_of(v);
}

/* ---- put away ------------------------------------------------------------------------------ */

enum { PACKED_ALL_WORDS = 0x80 };

size_t value_pack(const struct value *v, uint8_t *out)
{
	uint8_t *at = out;

	*at++ = (uint8_t)(v->nwords | (v->all_words ? PACKED_ALL_WORDS : 0));
	for (size_t i = 0; i < v->nwords; i++) {
		*at++ = v->words[i].len;
		*at++ = v->words[i].form;
		memcpy(at, v->words[i].stem, v->words[i].len);
		at += v->words[i].len;
	}
	return (size_t)(at - out);
}

size_t value_unpack(const uint8_t *in, struct value *v)
{
	const uint8_t *at = in;

	v->nwords = *at & (PACKED_ALL_WORDS - 1);
	v->all_words = *at++ & PACKED_ALL_WORDS;
	for (size_t i = 0; i < v->nwords; i++) {
		v->words[i].len = *at++;
		v->words[i].form = *at++;
		memcpy(v->words[i].stem, at, v->words[i].len);
		at += v->words[i].len;
	}
	v->letters = letters_of(v);
	return (size_t)(at - in);
}

/* ---- recognising --------------------------------------------------------------------------- */

static bool is_ending(enum form form, struct etq_str rest)
{
	for (size_t i = 0; i < ENDINGS_MAX && endings[form][i]; i++) {
		const char *end = endings[form][i];

		/* The second byte of a Russian letter tells most apart. */
		if ((rest.n < 2 || (end[0] && end[1] == rest.p[1])) && sv_eq(rest, sv_of(end)))
			return true;
	}
	return false;
}

/* The stem without its last vowel («павел» → «павл»; after л a soft sign: «лев» → «льв»). */
static struct etq_str without_vowel(struct etq_str stem, char out[VALUE_MAX_STEM])
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
static bool is_vocative(enum form form, struct etq_str stem)
{
	return form == FORM_A && stem.n >= 2 * 4;
}

static bool fleeting_matches(struct etq_str stem, struct etq_str word)
{
	char other[VALUE_MAX_STEM];

	if (word.p[0] != stem.p[0])
		return false;
	stem = without_vowel(stem, other);
	return sv_starts(word, stem) &&
	       is_ending(FORM_FLEETING, (struct etq_str){word.p + stem.n, word.n - stem.n});
}

/* word_matches for words that might. */
static bool word_fits(enum form form, struct etq_str stem, struct etq_str word)
{
	if (sv_starts(word, stem)) {
		struct etq_str rest = {word.p + stem.n, word.n - stem.n};

		if (rest.n == 0 && (form == FORM_FLEETING || is_vocative(form, stem)))
			return true;
		if (form == FORM_PREFIX || is_ending(form, rest))
			return true;
	}
	return form == FORM_FLEETING && fleeting_matches(stem, word);
}

/* The letter where the stem ends tells most words apart; no stem is empty. */
static inline bool word_matches(const struct value *v, size_t i, struct etq_str word)
{
	struct etq_str stem = {v->words[i].stem, v->words[i].len};
	enum form form = (enum form)v->words[i].form;

	if (form != FORM_FLEETING && (word.n < stem.n || word.p[stem.n - 1] != stem.p[stem.n - 1]))
		return false;
	return word_fits(form, stem, word);
}

static struct etq_str word_at(const struct matcher_text *text, size_t i)
{
	return (struct etq_str){text->text + text->words[i].off, text->words[i].len};
}

static size_t match_all(const struct value *v, const struct matcher_text *text, size_t at)
{
	for (size_t i = 0; i < v->nwords; i++)
		if (at + i >= text->nwords || !word_matches(v, i, word_at(text, at + i)))
			return 0;
	return v->nwords;
}

static size_t match_any(const struct value *v, const struct matcher_text *text, size_t at)
{
	size_t n = 0;

	while (n < v->nwords && at + n < text->nwords) {
		bool found = false;

		for (size_t i = 0; i < v->nwords && !found; i++)
			found = word_matches(v, i, word_at(text, at + n));
		if (!found)
			break;
		n++;
	}
	return n;
}

size_t value_match(const struct value *v, const struct matcher_text *text, size_t at)
{
	size_t n;

	if (!v->all_words)
		return match_any(v, text, at);
	n = v->nwords > 0 ? match_all(v, text, at) : 0;
	return n > 0 || v->nwords == 0 ? n : loose_match(v, text, at);
}
