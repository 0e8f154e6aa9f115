/* Looking for a phrase in the words of a text, by its program. */
#ifndef MATCH_WALK_H
#define MATCH_WALK_H

#include "match/matcher.h"
#include "match/program.h"

/* A word of the text, as walks look at it. */
struct seen_word {
	uint64_t key;    /* its first bytes, as eight_some has them */
	uint64_t letter; /* 1 << letter_of it */
	const char *p;
	uint32_t len;
	bool joined; /* stands right behind the one before */
	bool starts; /* a line */
	bool ends;   /* a line */
};

/* Fills in seen[text->nwords]. */
void walk_look(const struct matcher_text *text, struct seen_word *seen);

struct walk {
	const struct program *program;
	const struct matcher_text *text;
	const struct seen_word *seen;
	const struct matcher_values *values;
	uint32_t left; /* steps that may still be taken */
	bool gave_up;  /* there were none left */
	/* Of the phrase that was found: words [w0, w1), and those taken for a value or -1. */
	size_t w0, w1;
	int32_t v0, v1;
	bool firm; /* they are no listed first name, behind which another value may be */
};

/* The next place at or behind word number from. False: there is none, or it gave up. */
bool walk_find(struct walk *w, uint32_t root, size_t from);

#endif
