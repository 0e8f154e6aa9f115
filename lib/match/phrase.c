#include "match/phrase.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "text/utf8.h"

/* Cuts a message that did not fit at a code point. */
static void trim(char *message, size_t size)
{
	size_t n = strlen(message), back = n;

	if (n + 1 < size)
		return;
	while (back > 0 && ((unsigned char)message[back - 1] & 0xc0) == 0x80)
		back--;
	if (back > 0 && (unsigned char)message[back - 1] >= 0xc0)
		message[back - 1] = '\0';
}

bool phrase_fail(struct phrase_err *err, struct etq_str text, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	trim(err->message, sizeof(err->message));
	err->at = utf8_count((struct etq_str){text.p, at < text.n ? at : text.n});
	return false;
}

/* ---- checks -------------------------------------------------------------------------------- */

/* Where a node stands in the whole phrase. */
struct place {
	bool first, last;             /* nothing stands before (after) it */
	bool maybe_first, maybe_last; /* … nothing that must be said */
};

struct checker {
	const struct phrase_source *source;
	struct phrase_err *err;
	unsigned values;          /* `{…}` so far */
	const struct node *value; /* the first of them */
};

/* Of all children, or of one at least. */
struct holds {
	bool nullable, any;
};

static void set_nullable(struct node *node)
{
	struct holds all = {true, true}, one = {false, false};

	for (struct node *c = node->first; c; c = c->next) {
		set_nullable(c);
		all.nullable = all.nullable && c->nullable;
		all.any = all.any && c->any;
		one.nullable = one.nullable || c->nullable;
		one.any = one.any || c->any;
	}
	switch (node->kind) {
	case NODE_SEQUENCE:
		node->nullable = all.nullable;
		node->any = all.any;
		break;
	case NODE_ALTERNATIVE:
		node->nullable = one.nullable;
		node->any = one.any;
		break;
	case NODE_OPTION:
	case NODE_GAP:
		node->nullable = node->any = true;
		break;
	case NODE_WORD:
	case NODE_VALUE:
		node->nullable = false;
		node->any = node_is_any_word(node);
		break;
	}
}

static bool check_value(struct checker *c, const struct node *node)
{
	if (++c->values > PHRASE_VALUES_MAX)
		return phrase_fail(c->err, c->source->text, node->at,
				   "too many {…}: at most %d in a phrase", PHRASE_VALUES_MAX);
	if (node->value == VALUE_FIRST_NAME) /* is compared, and taken only where nothing else is */
		return true;
	if (c->value && c->source->capture && c->value->value != node->value)
		return phrase_fail(c->err, c->source->text, node->at,
				   "a capturing phrase takes one value: {%s} and {%s} are two",
				   value_name_text(c->value->value), value_name_text(node->value));
	if (!c->value)
		c->value = node;
	return true;
}

static bool check_leaf(struct checker *c, const struct node *node, struct place place)
{
	if (node->kind == NODE_VALUE)
		return check_value(c, node);
	if (node->kind != NODE_GAP)
		return true;
	if (place.maybe_first)
		return phrase_fail(c->err, c->source->text, node->at,
				   "..%u has no word before it: a gap stands between words",
				   node->gap);
	if (place.maybe_last)
		return phrase_fail(c->err, c->source->text, node->at,
				   "..%u has no word behind it: a gap stands between words",
				   node->gap);
	return true;
}

static bool check_anchors(struct checker *c, const struct node *node, struct place place)
{
	if (node->start && !place.first)
		return phrase_fail(c->err, c->source->text, node->at,
				   "^ stands only at the start of the phrase");
	if (node->end && !place.last)
		return phrase_fail(c->err, c->source->text, node->end_at,
				   "$ stands only at the end of the phrase");
	return true;
}

static bool check(struct checker *c, const struct node *node, struct place place)
{
	struct place inner = place;

	if (!node->first && node->kind != NODE_SEQUENCE)
		return check_leaf(c, node, place);
	if (!check_anchors(c, node, place))
		return false;
	for (const struct node *child = node->first; child; child = child->next) {
		if (node->kind == NODE_SEQUENCE) {
			inner.last = place.last && !child->next;
			inner.maybe_last = place.maybe_last;
			for (const struct node *n = child->next; n; n = n->next)
				inner.maybe_last = inner.maybe_last && n->nullable;
		}
		if (!check(c, child, inner))
			return false;
		if (node->kind == NODE_SEQUENCE) {
			inner.first = false;
			inner.maybe_first = inner.maybe_first && child->nullable;
		}
	}
	return true;
}

bool phrase_check(const struct phrase_source *source, struct node *root, struct phrase_err *err)
{
	struct checker c = {.source = source, .err = err};

	set_nullable(root);
	if (root->nullable)
		return phrase_fail(err, source->text, root->at,
				   "everything in it is optional: it would match nothing at all "
				   "(for a word in brackets write \"[…]\" in quotes)");
	if (root->any && !(root->start && root->end)) /* ^ * $ is a line of one word */
		return phrase_fail(err, source->text, root->at, "it would match any words at all");
	return check(&c, root, (struct place){true, true, true, true});
}

size_t phrase_span(const struct node *node, bool capture)
{
	size_t sum = 0, max = 0;

	switch (node->kind) {
	case NODE_WORD:
		return 1;
	case NODE_GAP:
		return node->gap;
	case NODE_VALUE:
		if (!capture && node->value != VALUE_FIRST_NAME)
			return VALUE_MAX_WORDS;
		return node->value == VALUE_COMPANY ? CAPTURE_COMPANY_WORDS : 1;
	default:
		break;
	}
	for (const struct node *c = node->first; c; c = c->next) {
		size_t n = phrase_span(c, capture);

		sum += n;
		max = n > max ? n : max;
	}
	return node->kind == NODE_ALTERNATIVE ? max : sum;
}
