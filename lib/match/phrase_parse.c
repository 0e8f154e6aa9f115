/* The grammar of phrases; doc/rules.md describes it for those who write them. */
#include <string.h>

#include "base/diag.h"
#include "base/limits.h"
#include "base/sv.h"
#include "match/phrase_parser.h"
#include "text/utf8.h"

static char peek(const struct parser *ps, size_t ahead)
{
	return ps->i + ahead < ps->n ? ps->p[ps->i + ahead] : '\0';
}

/* ---- signs --------------------------------------------------------------------------------- */

static bool parse_group(struct parser *ps, struct items *items)
{
	size_t at = ps->i;
	bool option = ps->p[at] == '[';
	struct node *choice, *node;

	if (!parser_check_space(ps, 1, true))
		return false;
	if (++ps->depth > PHRASE_DEPTH_MAX)
		return FAIL(ps, at, "too many groups within groups: at most %d", PHRASE_DEPTH_MAX);
	ps->i++;
	choice = parser_choice(ps, option ? ']' : ')', at);
	if (!choice)
		return false;
	ps->depth--;
	ps->group_end = ps->i;
	if (!option)
		return items_append(items, choice);
	node = parser_node(ps, NODE_OPTION, at);
	if (!items_append(items, node))
		return false;
	node->first = choice;
	return true;
}

static bool unknown_value(struct parser *ps, struct etq_str name)
{
	const char *known[VALUE_NAMES + 1] = {NULL};
	const char *nearest;

	for (int i = 0; i < VALUE_NAMES; i++)
		known[i] = value_name_text((enum value_name)i);
	nearest = diag_nearest(name, known);
	if (nearest)
		return FAIL(ps, ps->i, "there is no {%.*s}; did you mean {%s}?", SV_ARG(name),
			    nearest);
	return FAIL(ps, ps->i, "there is no {%.*s}: it must be {%s}, {%s}, {%s} or {%s}",
		    SV_ARG(name), known[0], known[1], known[2], known[3]);
}

static bool parse_value(struct parser *ps, struct items *items)
{
	const char *close = memchr(ps->p + ps->i, '}', ps->n - ps->i);
	struct etq_str name;
	struct node *node;

	if (!close)
		return FAIL(ps, ps->i, "{ is not closed: a } is missing");
	if (!parser_check_space(ps, 1, true))
		return false;
	name = (struct etq_str){ps->p + ps->i + 1, (size_t)(close - ps->p) - ps->i - 1};
	while (name.n > 0 && parser_is_space(name.p[0])) {
		name.p++;
		name.n--;
	}
	while (name.n > 0 && parser_is_space(name.p[name.n - 1]))
		name.n--;
	node = parser_node(ps, NODE_VALUE, ps->i);
	if (!items_append(items, node))
		return false;
	if (!value_name_parse(name, &node->value))
		return unknown_value(ps, name);
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}

static bool parse_gap(struct parser *ps, struct items *items)
{
	struct node *node = parser_node(ps, NODE_GAP, ps->i);
	size_t i = ps->i + 2;

	if (!items_append(items, node))
		return false;
	for (; i < ps->n && parser_is_digit(ps->p[i]); i++)
		if (node->gap <= PHRASE_GAP_MAX)
			node->gap = node->gap * 10 + (unsigned)(ps->p[i] - '0');
	if (i == ps->i + 2)
		return FAIL(ps, ps->i, ".. needs a number behind it: ..3 is up to three words");
	if (node->gap < 1 || node->gap > PHRASE_GAP_MAX)
		return FAIL(ps, ps->i, "a gap is of 1 to %d words", PHRASE_GAP_MAX);
	if (i < ps->n && !parser_is_space(ps->p[i]) && !strchr(")]|", ps->p[i]))
		return FAIL(ps, i, "a space is missing behind ..%u", node->gap);
	ps->i = i;
	return true;
}

static bool parse_start(struct parser *ps, struct items *items)
{
	if (items->sequence->first || items->sequence->start)
		return FAIL(ps, ps->i, "^ stands only at the start of the phrase");
	items->sequence->start = true;
	items->sequence->at = ps->i++;
	return true;
}

static bool parse_end(struct parser *ps, struct items *items)
{
	items->sequence->end = true;
	items->sequence->end_at = ps->i++;
	return true;
}

static bool parse_stray(struct parser *ps, struct items *items)
{
	return FAIL(ps, ps->i, "} closes nothing: there is no { before it");
}

static const struct {
	char sign;
	bool (*parse)(struct parser *ps, struct items *items);
} signs[] = {
	{'(', parse_group},   {'[', parse_group}, {'{', parse_value}, {'}', parse_stray},
	{'"', parser_quoted}, {'^', parse_start}, {'<', parser_list},
};

static bool parse_item(struct parser *ps, struct items *items)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (signs[i].sign == ps->p[ps->i])
			return signs[i].parse(ps, items);
	if (parser_is_end(ps, ps->i))
		return parse_end(ps, items);
	if (parser_is_gap(ps, ps->i))
		return parse_gap(ps, items);
	return parser_word(ps, items);
}

/* ---- structure ----------------------------------------------------------------------------- */

/* Up to the end, or a ) ] or | that is the caller's. */
static struct node *parse_sequence(struct parser *ps)
{
	struct node *sequence = parser_node(ps, NODE_SEQUENCE, ps->i);
	struct items items = {.sequence = sequence};

	if (!sequence)
		return NULL;
	items.tail = &sequence->first;
	for (;;) {
		while (parser_is_space(peek(ps, 0)))
			ps->i++;
		if (ps->i >= ps->n || strchr(")]|", ps->p[ps->i]))
			break;
		if (sequence->end) {
			FAIL(ps, sequence->end_at, "$ stands only at the end of the phrase");
			return NULL;
		}
		if (!parse_item(ps, &items))
			return NULL;
	}
	return sequence;
}

static bool check_close(struct parser *ps, char closer, size_t open_at)
{
	char c = peek(ps, 0);

	if (ps->i < ps->n && c == closer) {
		ps->i++;
		return true;
	}
	if (ps->i >= ps->n && closer == '\0')
		return true;
	if (ps->i >= ps->n)
		return FAIL(ps, open_at, "%c is not closed: a %c is missing", ps->p[open_at],
			    closer);
	if (closer == '\0' && c == '|')
		return FAIL(ps, ps->i, "| stands only within ( ) or [ ]");
	if (closer == '\0')
		return FAIL(ps, ps->i, "%c closes nothing: there is no %c before it", c,
			    c == ')' ? '(' : '[');
	return FAIL(ps, ps->i, "%c where the %c at %zu wants its %c", c, ps->p[open_at],
		    utf8_count((struct etq_str){ps->p, open_at}) + 1, closer);
}

struct node *parser_choice(struct parser *ps, char closer, size_t open_at)
{
	struct node *choice = parser_node(ps, NODE_ALTERNATIVE, open_at);
	struct items items = {.sequence = choice};
	bool more = true;

	if (!choice)
		return NULL;
	items.tail = &choice->first;
	while (more) {
		size_t at = ps->i;
		struct node *sequence = parse_sequence(ps);

		if (!items_append(&items, sequence))
			return NULL;
		more = closer && peek(ps, 0) == '|';
		if (!more && !check_close(ps, closer, open_at))
			return NULL;
		if (!sequence->first && closer) {
			FAIL(ps, at, "there is nothing to say in this alternative");
			return NULL;
		}
		ps->i += more;
	}
	return choice->first->next ? choice : choice->first;
}

struct node *phrase_parse(const struct phrase_source *source, struct phrase_err *err)
{
	struct parser ps = {.source = source, .err = err, .p = source->text.p, .n = source->text.n};
	struct node *root = parser_choice(&ps, '\0', 0);

	fold_free(&ps.fold);
	if (!root)
		return NULL;
	if (!root->first) {
		phrase_fail(err, source->text, 0, "there is no word in it, only signs");
		return NULL;
	}
	return phrase_check(source, root, err) ? root : NULL;
}
