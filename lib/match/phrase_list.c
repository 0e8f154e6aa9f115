/* `<name>` in a phrase: any phrase of a list that is kept elsewhere. */
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match/phrase_parser.h"

/* All that was parsed elsewhere stands where the list is named. */
static void set_place(struct node *node, size_t at)
{
	for (; node; node = node->next) {
		node->at = at;
		set_place(node->first, at);
	}
}

/* The complaint of a parser in the list, as one about the place that names it. */
static bool fail_within(struct parser *ps, struct etq_str name, const struct phrase_err *inner)
{
	if (sv_starts(sv_of(inner->message), SV("in <"))) /* the innermost says it all */
		return FAIL(ps, ps->i, "%s", inner->message);
	return FAIL(ps, ps->i, "in <%.*s>: %s", SV_ARG(name), inner->message);
}

/* One phrase of the list as an alternative. */
static struct node *parse_member(struct parser *ps, struct etq_str name,
				 const struct phrase_spec *spec)
{
	struct phrase_source source = *ps->source;
	struct phrase_err err = {0};
	struct parser inner = {.source = &source,
			       .err = &err,
			       .p = spec->text.p,
			       .n = spec->text.n,
			       .depth = ps->depth};
	struct node *node;

	source.text = spec->text;
	source.exact = spec->exact;
	if (sv_starts(spec->text, SV("regex:"))) {
		FAIL(ps, ps->i, "<%.*s> has a `regex:`, which can't be a part of a phrase",
		     SV_ARG(name));
		return NULL;
	}
	node = parser_choice(&inner, '\0', 0);
	fold_free(&inner.fold);
	if (!node) {
		fail_within(ps, name, &err);
		return NULL;
	}
	if (node->start || node->end) {
		FAIL(ps, ps->i, "<%.*s> has a phrase with ^ or $, which can't be a part of another",
		     SV_ARG(name));
		return NULL;
	}
	set_place(node, ps->i);
	return node;
}

static bool find(struct parser *ps, struct etq_str name, struct phrase_list *list)
{
	const struct phrase_lists *lists = ps->source->lists;
	struct phrase_err err = {0};

	if (!lists)
		return FAIL(ps, ps->i, "there are no phrase sets here that <%.*s> could mean",
			    SV_ARG(name));
	if (!lists->find(lists->context, name, list, &err))
		return FAIL(ps, ps->i, "%s", err.message);
	if (!list->name.n)
		list->name = name;
	return true;
}

bool parser_list(struct parser *ps, struct items *items)
{
	const char *close = memchr(ps->p + ps->i, '>', ps->n - ps->i);
	struct phrase_list list = {0};
	struct items members;
	struct etq_str name;

	if (!close)
		return FAIL(ps, ps->i, "< is not closed: a > is missing");
	if (!parser_check_space(ps, 1, true))
		return false;
	name = (struct etq_str){ps->p + ps->i + 1, (size_t)(close - ps->p) - ps->i - 1};
	if (ps->depth + 1 > PHRASE_DEPTH_MAX)
		return FAIL(ps, ps->i, "sets within sets are %d deep at most: is it a circle?",
			    PHRASE_DEPTH_MAX);
	if (!find(ps, name, &list))
		return false;
	members.sequence = parser_node(ps, NODE_ALTERNATIVE, ps->i);
	if (!items_append(items, members.sequence))
		return false;
	members.tail = &members.sequence->first;
	ps->depth++;
	for (size_t i = 0; i < list.n; i++)
		if (!items_append(&members, parse_member(ps, list.name, &list.v[i])))
			return false;
	ps->depth--;
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}
