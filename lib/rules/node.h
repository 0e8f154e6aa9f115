/* A rule file as a tree: what YAML says, with the place of everything. Lives in a scratch arena. */
#ifndef RULES_NODE_H
#define RULES_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "rules/source.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };
enum node_style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_BLOCK };

/* What a list or a mapping has: key is NULL in a list. */
struct item {
	struct item *next;
	const struct node *key, *value;
};

struct node {
	enum node_kind kind;
	enum node_style style; /* scalars */
	const struct source *source;
	size_t at;           /* its first byte, the quote included; of a block, the first line's */
	struct etq_str text; /* scalars; n == 0 and plain: nothing written */
	struct item *first, *last;
	size_t n;      /* items */
	size_t weight; /* nodes in it, aliases counted each time */
};

/* The value of a key, or NULL. */
const struct node *node_get(const struct node *map, const char *key);
/* A plain scalar without text, as after `key:`. */
bool node_is_empty(const struct node *node);
/* `~` or `null`. */
bool node_is_null(const struct node *node);
bool node_is(const struct node *node, const char *text);

/* A new list or mapping that stands at the place of like; NULL when out of memory. */
struct node *node_new(struct arena *a, enum node_kind kind, const struct node *like) ETQ_MUST_CHECK;
/* Appends; false when out of memory. */
bool node_add(struct arena *a, struct node *to, const struct node *key,
	      const struct node *value) ETQ_MUST_CHECK;
/* Where in the file code point number cp of a scalar's text was written, as well as can be told. */
size_t node_text_at(const struct node *scalar, size_t cp);

#endif
