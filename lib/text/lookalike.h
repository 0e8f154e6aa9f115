/* Words of letters of two alphabets that look alike: «cпасибо» with a Latin c. */
#ifndef TEXT_LOOKALIKE_H
#define TEXT_LOOKALIKE_H

#include <stddef.h>

/*
 * Has the letters of a folded word, Latin and Cyrillic ones, be of one alphabet where the other has
 * one that looks the same: Latin only when it can't be Russian and can be Latin. There is room for
 * 2 * len bytes; how many it has then.
 */
size_t lookalike_unmix(char *word, size_t len);

#endif
