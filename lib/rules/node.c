#include "rules/node.h"

#include <string.h>

#include "base/sv.h"
#include "text/utf8.h"

const struct node *node_get(const struct node *map, const char *key)
{
	for (const struct item *i = map->first; i; i = i->next)
		if (i->key && node_is(i->key, key))
			return i->value;
	return NULL;
}

bool node_is_empty(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->style == STYLE_PLAIN && node->text.n == 0;
}

bool node_is_null(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->style == STYLE_PLAIN &&
	       (sv_eq(node->text, SV("~")) || sv_eq(node->text, SV("null")));
}

bool node_is(const struct node *node, const char *text)
{
	return node->kind == NODE_SCALAR && sv_eq(node->text, sv_of(text));
}

struct node *node_new(struct arena *a, enum node_kind kind, const struct node *like)
{
	struct node *node = arena_alloc(a, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = kind;
	node->source = like->source;
	node->at = like->at;
	node->weight = 1;
	return node;
}

bool node_add(struct arena *a, struct node *to, const struct node *key, const struct node *value)
{
	struct item *item = arena_alloc(a, sizeof(*item));

	if (!item)
		return false;
	item->key = key;
	item->value = value;
	if (to->last)
		to->last->next = item;
	else
		to->first = item;
	to->last = item;
	to->n++;
	to->weight += value->weight;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of the file that the text's code point at p was written with; 0 when that can't be told. */
static size_t written(const struct node *scalar, const char *p, size_t len, const char *raw,
		      const char *end)
{
	size_t n = 0;

	if (scalar->style == STYLE_SINGLE && *p == '\'' && end - raw >= 2 && raw[1] == '\'')
		return 2;
	if (scalar->style == STYLE_DOUBLE && *raw == '\\' && end - raw >= 2)
		return raw[1] == 'x' ? 4 : raw[1] == 'u' ? 6 : raw[1] == 'U' ? 10 : 2;
	if (is_blank(*p) && is_blank(*raw)) {
		/* Lines that YAML joined: a line's end and the indentation behind it. */
		while (raw + n < end && is_blank(raw[n]) && raw[n] != '\n')
			n++;
		if (raw + n == end || raw[n] != '\n')
			return 1;
		while (raw + n < end && is_blank(raw[n]))
			n++;
		return n;
	}
	return (size_t)(end - raw) >= len && memcmp(p, raw, len) == 0 ? len : 0;
}

size_t node_text_at(const struct node *scalar, size_t cp)
{
	const struct source *s = scalar->source;
	const char *raw = s->text.p + scalar->at, *end = s->text.p + s->text.n;
	const char *p = scalar->text.p, *stop = p + scalar->text.n;

	if (scalar->style == STYLE_SINGLE || scalar->style == STYLE_DOUBLE)
		raw++;
	if (scalar->style == STYLE_BLOCK)
		while (raw < end && *raw == ' ')
			raw++;
	for (; cp > 0 && p < stop && raw < end; cp--) {
		size_t len, n;

		utf8_decode(p, &len);
		n = written(scalar, p, len, raw, end);
		if (n == 0 || n > (size_t)(end - raw))
			return scalar->at;
		p += len;
		raw += n;
	}
	return (size_t)(raw - s->text.p);
}
