/* What a text must have for a phrase to be in it: the prefilter looks for that first. */
#ifndef MATCH_NEED_H
#define MATCH_NEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "etiquette.h"
#include "match/phrase.h"

/*
 * Any one of the literals, or an occurrence of any of the values. A literal may begin and end
 * with a space, which stands for the bound of a word.
 */
struct need {
	const struct etq_str *literals;
	size_t n;
	unsigned values; /* bits (1 << enum value_name) */
	unsigned weight; /* how much it sifts out; 0: nothing is needed that is known */
};

/* Both must be there, the more telling one first. */
enum { NEEDS = 2 };
struct needs {
	struct need v[NEEDS];
};

/* In the arena. False when out of memory. */
bool needs_of_phrase(struct arena *a, const struct node *root, bool capture,
		     struct needs *needs) ETQ_MUST_CHECK;
/* The same for a PCRE2 pattern, conservatively: what it does not understand it does not rely on. */
bool needs_of_regex(struct arena *a, struct etq_str pattern, struct needs *needs) ETQ_MUST_CHECK;
/* Values that a phrase can't do without: bits (1 << enum value_name). */
unsigned need_values(const struct node *node);

/* ---- for the two above: literals in the making --------------------------------------------- */

/* A run of letters that follow each other in every match; what does not fit is left out. */
struct run {
	char text[64];
	size_t n, letters;
	size_t last; /* n before the last letter; n when that one was left out */
};

void run_start(struct run *r, bool bound); /* bound: at the start of a word */
void run_add(struct run *r, struct etq_str text);
/* The run is needed, too. False when out of memory. */
bool run_end(struct arena *a, const struct run *r, struct needs *needs) ETQ_MUST_CHECK;
/* At the end: forgets what would not sift enough to be looked for beside something better. */
void needs_finish(struct needs *needs);
/* Another part of the same whole is needed, too: the best are kept. */
void needs_add(struct needs *needs, const struct need *need);
/* One of the parts is there, this one or those before. False when out of memory. */
bool need_union(struct arena *a, struct need *all, const struct need *part,
		bool first) ETQ_MUST_CHECK;

#endif
