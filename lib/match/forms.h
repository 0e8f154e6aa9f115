/* Word forms: what a word written in a phrase stands for in speech. */
#ifndef MATCH_FORMS_H
#define MATCH_FORMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "etiquette.h"

struct stemmer;

struct stemmer *stemmer_new(void) ETQ_MUST_CHECK;
void stemmer_free(struct stemmer *s);

/* What may follow a stem. */
enum tail { TAIL_NONE, TAIL_LATIN, TAIL_CYRILLIC };

/* That of the alphabet that all letters of a folded word are of; TAIL_NONE when there is none such. */
enum tail tail_of(struct etq_str word);

/* Either or both: a stem with anything of its alphabet behind it, and a list of whole words. */
struct forms {
	struct etq_str stem; /* absent when there is only the list */
	enum tail tail;
	const struct etq_str *words; /* sorted by bytes, no two equal */
	size_t n;
};

/*
 * The forms of a folded word, itself among them; they live as long as the stemmer and the arena.
 * False when out of memory.
 */
bool forms_of(struct stemmer *s, struct arena *a, struct etq_str word,
	      struct forms *forms) ETQ_MUST_CHECK;

#endif
