/* Names of companies that were misheard, or parted into other words. */
#ifndef MATCH_LOOSE_H
#define MATCH_LOOSE_H

#include "match/value.h"

/*
 * Words of the text, from word number at on, whose letters are those of the value but for a few:
 * «деньги во время» for «Деньги вовремя»; 0: there are none. v has a word, the text one at at.
 */
size_t loose_match(const struct value *v, const struct matcher_text *text, size_t at);

#endif
