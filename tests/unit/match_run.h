/* Phrases against lines of text, for tests: the words that were hit, as text. */
#ifndef TESTS_MATCH_RUN_H
#define TESTS_MATCH_RUN_H

#include "match/matcher.h"

/* Folded lines of a turn; free with turn_free. */
struct turn {
	char *text;
	struct fold_word *words;
	struct matcher_text view;
};

/* Lines are separated by '|'. */
void turn_make(struct turn *t, const char *lines);
void turn_free(struct turn *t);

/* A matcher of one phrase; fails the test when it does not compile. */
struct matcher *matcher_of(const struct phrase_spec *spec);

/*
 * Hits of a matcher, as "words; words" in the order found; words of a captured value behind an
 * arrow: "меня зовут анна>анна". With several patterns each is preceded by its number and a colon.
 */
const char *hits_text(const struct matcher *m, const struct turn *t,
		      const struct matcher_values *values, char *out, size_t size);

#endif
