/*
 * Many phrases against one text: Aho-Corasick over the literals that a phrase can't do without, then
 * a walk over the words for the phrases whose literals were there, and PCRE2 for what is written as
 * a regular expression. Does not change once built, but for machine code that is made when it is
 * first needed; shared by threads.
 */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"
#include "match/firstnames.h"
#include "match/value.h"
#include "text/fold.h"

/*
 * Folded lines of one turn, oldest first: words with one ' ' between, lines with one '\n' between.
 * words[i].off and .len are places in text. Words before new_word were matched before: only hits
 * that end after it are reported.
 */
struct matcher_text {
	const char *text;
	size_t len;
	const struct fold_word *words;
	size_t nwords;
	size_t new_word;
};

struct hit {
	uint32_t pattern; /* its number, in the order of matcher_add */
	uint32_t w0, w1;  /* words [w0, w1) */
	int32_t v0, v1;   /* words of the value that a capturing phrase took; -1 without */
};

struct hits {
	struct hit *v;
	size_t n, cap;
	uint32_t gave_up; /* patterns that hit the match limit on this text */
};

void hits_free(struct hits *h);

struct phrase_spec;
struct phrase_err;

/* Phrases that another one means by `<name>`: any of them. */
struct phrase_list {
	const struct phrase_spec *v;
	size_t n;
	struct etq_str name; /* what messages call it, if not as the phrase does */
};

/* Where phrases find the lists that they name. */
struct phrase_lists {
	/* False: err->message says why not. What list->v points to lives until phrases are added. */
	bool (*find)(void *context, struct etq_str name, struct phrase_list *list,
		     struct phrase_err *err);
	void *context;
};

struct phrase_spec {
	struct etq_str text; /* as written in the rule file, without YAML quoting */
	bool exact;          /* written in double quotes: no word forms */
	bool capture;        /* {name} in it takes a value out of the text instead of comparing */
	uint32_t
		sides; /* bit (1 << enum etq_side) for each side whose words it is matched against */
	const struct phrase_lists *lists; /* NULL: there are none */
};

/* What is wrong with a phrase: a code point offset into it, and a sentence. */
struct phrase_err {
	size_t at;
	char message[200];
};

struct matcher;
struct matcher_builder;

struct matcher_builder *matcher_builder_new(void) ETQ_MUST_CHECK;
void matcher_builder_free(struct matcher_builder *b);
/* Adds one phrase; patterns are numbered from 0. False: err says what and where; nothing added. */
bool matcher_add(struct matcher_builder *b, const struct phrase_spec *spec,
		 struct phrase_err *err) ETQ_MUST_CHECK;
/* Builds the automaton and takes the patterns over: nothing is added to the builder then. NULL: out of memory. */
struct matcher *matcher_build(struct matcher_builder *b) ETQ_MUST_CHECK;
void matcher_free(struct matcher *m);

size_t matcher_count(const struct matcher *m);
/* A pattern without a required literal: it is run on every line; `rules lint` says so. */
bool matcher_always_runs(const struct matcher *m, uint32_t pattern);
/* Words that a match of the pattern can span at most; 0: unbounded (regex). */
size_t matcher_span(const struct matcher *m, uint32_t pattern);

/* What one run needs besides the matcher; reused, one per thread. match_limit: PCRE2's, and steps. */
struct matcher_scratch;
struct matcher_scratch *matcher_scratch_new(uint32_t match_limit) ETQ_MUST_CHECK;
void matcher_scratch_free(struct matcher_scratch *s);

/* The values of a call, by name; several spellings of one. */
struct matcher_values {
	const struct value *v[VALUES_OF_CALL];
	size_t n[VALUES_OF_CALL];
	/* Of a person's name: other names of the same person, as the rule files list them. */
	struct value_span like[VALUES_OF_CALL][NAME_GROUPS_OF];
	const struct first_names *first_names; /* NULL: none are listed */
};

/*
 * Finds all hits (leftmost, not overlapping with themselves, by pattern number and place) into
 * out, replacing what was there. values may be NULL. False when out of memory.
 */
bool matcher_run(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, enum etq_side side,
		 const struct matcher_values *values, struct hits *out) ETQ_MUST_CHECK;

/* Numbers of patterns, in order. */
struct matcher_patterns {
	const uint32_t *v;
	size_t n;
};

/*
 * The same in steps, for who does not need all patterns: looks over the text once, which says what
 * is worth a try (until the next scan), and then tries some of that, as often as wanted; the hits
 * are appended. What text and values point to must be as it was for the scan.
 */
bool matcher_scan(const struct matcher *m, struct matcher_scratch *s,
		  const struct matcher_text *text, enum etq_side side,
		  const struct matcher_values *values,
		  struct matcher_patterns *worth) ETQ_MUST_CHECK;
bool matcher_try(const struct matcher *m, struct matcher_scratch *s,
		 const struct matcher_text *text, const struct matcher_values *values,
		 struct matcher_patterns patterns, struct hits *out) ETQ_MUST_CHECK;

#endif
