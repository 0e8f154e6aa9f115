/* Values in the making: what value.c and company.c have in common. */
#ifndef MATCH_VALUE_PRIVATE_H
#define MATCH_VALUE_PRIVATE_H

#include "match/value.h"
#include "text/fold.h"

/* Folded text of a value. */
struct folded_value {
	struct fold f;
	/* Big enough for the longest metadata: folding then needs no memory of its own. */
	char text[3 * ETQ_MAX_META + 16];
	struct fold_word words[ETQ_MAX_META / 2 + 2];
};

/* Text beyond ETQ_MAX_META is left out. False when out of memory. */
bool value_fold(struct folded_value *out, struct etq_str text) ETQ_MUST_CHECK;
struct etq_str value_folded_word(const struct folded_value *folded, size_t i);

/* Another word of v, which has room for it; value_close is due when there are no more. */
void value_add(struct value *v, struct etq_str word);
void value_close(struct value *v);

/*
 * Is that a form of word number i of v? Asked of many words: the letter where the stem ends tells
 * most apart. No stem is empty.
 */
static inline bool value_word_matches(const struct value *v, size_t i, struct etq_str word)
{
	struct etq_str stem = {v->words[i].stem, v->words[i].len};
	enum declension d = (enum declension)v->words[i].form;

	if (d != DECLINED_FLEETING && (word.n < stem.n || word.p[stem.n - 1] != stem.p[stem.n - 1]))
		return false;
	return declension_fits(d, stem, word);
}

#endif
