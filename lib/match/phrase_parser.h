/* What the two halves of the phrase parser share: phrase_parse.c, phrase_word.c and
 * phrase_list.c. */
#ifndef MATCH_PHRASE_PARSER_H
#define MATCH_PHRASE_PARSER_H

#include "match/phrase.h"
#include "text/fold.h"

struct parser {
	const struct phrase_source *source;
	struct phrase_err *err;
	const char *p;
	size_t n, i;
	size_t group_end; /* where the last (…), […], {…} or "…" ended */
	size_t word_end;  /* where the last word ended; a new group may not begin there */
	unsigned depth;
	struct fold fold;
};

/* A sequence in the making. */
struct items {
	struct node *sequence;
	struct node **tail;
};

#define FAIL(ps, at, ...) phrase_fail((ps)->err, (ps)->source->text, (at), __VA_ARGS__)

bool parser_out_of_memory(struct parser *ps);
/* NULL: out of memory, and said so. */
struct node *parser_node(struct parser *ps, enum node_kind kind, size_t at) ETQ_MUST_CHECK;
/* False when node is NULL. */
bool items_append(struct items *items, struct node *node);

bool parser_is_space(char c);
bool parser_is_digit(char c);
/* $ is a sign of its own only where a word ends; else it may be part of a masked word. */
bool parser_is_end(const struct parser *ps, size_t i);
/* Two dots, not three: an ellipsis is punctuation. */
bool parser_is_gap(const struct parser *ps, size_t i);

/* What begins at ps->i, n bytes, must not touch a group; and a group must not touch a word. */
bool parser_check_space(struct parser *ps, size_t n, bool group) ETQ_MUST_CHECK;
/* Up to the end, or to the closer of a group that began at open_at. NULL after a complaint. */
struct node *parser_choice(struct parser *ps, char closer, size_t open_at) ETQ_MUST_CHECK;
/* `<name>`: any phrase of a list. */
bool parser_list(struct parser *ps, struct items *items) ETQ_MUST_CHECK;
/* Words up to the next blank or sign, and the * before or behind them. */
bool parser_word(struct parser *ps, struct items *items) ETQ_MUST_CHECK;
/* Words between double quotes. */
bool parser_quoted(struct parser *ps, struct items *items) ETQ_MUST_CHECK;

#endif
