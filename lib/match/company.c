/* What of a company's name has to be said for it to be named. */
#include <string.h>

#include "base/sv.h"
#include "match/value_private.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* Forms of business: said or left out at will. */
static const char *const legal_forms[] = {
	"ооо", "оао", "зао", "пао", "ао", "ип", "llc", "ltd", "inc", "gmbh",
};

static bool is_legal_form(struct etq_str word)
{
	for (size_t i = 0; i < COUNT(legal_forms); i++)
		if (sv_eq(word, sv_of(legal_forms[i])))
			return true;
	return false;
}

static bool is_business(struct value_span business, struct etq_str word)
{
	for (size_t i = 0; i < business.n; i++)
		if (business.v[i].nwords == 1 && value_word_matches(&business.v[i], 0, word))
			return true;
	return false;
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
		if (word.n / 2 > DECLINED_LETTERS && sv_ends(word, sv_of(ends[i])))
			return true;
	return false;
}

/* How much a word of a company's name tells: the name is made of the words that tell most. */
enum telling { TELLS_FORM, TELLS_BUSINESS, TELLS_KIND, TELLS_NAME };

/* «ООО», «театр», what kind of theatre («Музыкальный театр …»), and all else. */
static enum telling telling_of(struct value_span business, const struct folded_value *name,
			       size_t i)
{
	struct etq_str word = value_folded_word(name, i);

	if (is_legal_form(word))
		return TELLS_FORM;
	if (is_business(business, word))
		return TELLS_BUSINESS;
	return i + 1 < name->f.nwords && is_attribute(word) &&
			       is_business(business, value_folded_word(name, i + 1))
		       ? TELLS_KIND
		       : TELLS_NAME;
}

void value_make_company(struct value *v, struct etq_str text, struct value_span business)
{
	struct folded_value folded;
	enum telling most = TELLS_FORM;

	*v = (struct value){.all_words = true};
	if (!value_fold(&folded, text))
		return;
	for (size_t i = 0; i < folded.f.nwords; i++)
		if (telling_of(business, &folded, i) > most)
			most = telling_of(business, &folded, i);
	for (size_t i = 0; i < folded.f.nwords && v->nwords < VALUE_MAX_WORDS; i++)
		if (telling_of(business, &folded, i) == most)
			value_add(v, value_folded_word(&folded, i));
	value_close(v);
}
