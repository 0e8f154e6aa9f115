/* A phrase as a tree, from what people write to what is compiled. */
#ifndef MATCH_PHRASE_H
#define MATCH_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "match/forms.h"
#include "match/matcher.h"

enum node_kind {
	NODE_SEQUENCE,    /* its children one after the other */
	NODE_ALTERNATIVE, /* one of its children, which are sequences */
	NODE_OPTION,      /* its only child, or nothing */
	NODE_WORD,
	NODE_GAP,   /* up to `gap` words */
	NODE_VALUE, /* {…} */
};

struct node {
	enum node_kind kind;
	size_t at; /* byte offset in the phrase */
	struct node *first, *next;
	bool nullable;   /* nothing at all may stand for it */
	bool any;        /* nothing, or any words at all, may */
	bool start, end; /* sequence: ^ and $ */
	size_t end_at;   /* where the $ is */
	struct forms word;
	bool any_ending;    /* word: written with * behind it */
	bool any_beginning; /* word: with * before it; any word at all, when that is all of it */
	unsigned gap;
	enum value_name value;
};

/* A * by itself. */
static inline bool node_is_any_word(const struct node *node)
{
	return node->kind == NODE_WORD && node->any_beginning && node->word.stem.n == 0;
}

/* What a phrase is parsed with. */
struct phrase_source {
	struct etq_str text; /* valid UTF-8 */
	bool exact, capture;
	const struct phrase_lists *lists; /* NULL: none */
	struct stemmer *stemmer;
	struct arena *arena; /* for the tree */
};

/* Parses and checks. NULL: err says what and where. */
struct node *phrase_parse(const struct phrase_source *source,
			  struct phrase_err *err) ETQ_MUST_CHECK;
/* What a parsed phrase must be, beyond its grammar; sets `nullable` and `any`. */
bool phrase_check(const struct phrase_source *source, struct node *root,
		  struct phrase_err *err) ETQ_MUST_CHECK;
/* Words that it can span at most. */
size_t phrase_span(const struct node *node, bool capture);

/* Fills err; at is a byte offset into text. Returns false. */
bool phrase_fail(struct phrase_err *err, struct etq_str text, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
