/* How short Russian words are inflected: endings that go together, and words that follow no rule. */
#ifndef MATCH_PARADIGMS_H
#define MATCH_PARADIGMS_H

#include <stdint.h>

/* What must be left of the word before its ending. */
enum root { ROOT_ANY, ROOT_CONSONANT, ROOT_VOWEL, ROOT_VOWELLESS };

/* A word that has one of the endings in own may have any in forms. "-" is no ending. */
struct paradigm {
	const char *own;
	const char *forms;
	uint8_t letters; /* of the root, at least */
	uint8_t root;    /* enum root: how it ends */
};

extern const struct paradigm paradigms[];   /* ends with own == NULL */
extern const char *const irregular_words[]; /* rows of forms of one word; ends with NULL */
extern const char *const rigid_words[];     /* rows of words that have no forms; ends with NULL */
extern const char *const false_forms[];     /* words that look like forms and are others */
extern const char *const english_endings[];

#endif
