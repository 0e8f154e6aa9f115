#include "rules/extends.h"

#include <string.h>

#include "rules/loader.h"

static bool copy(const struct node *node, struct extends *out)
{
	struct place place;

	if (!node || node->kind != NODE_SCALAR || node->text.n == 0 || node->text.n > EXTENDS_MAX ||
	    memchr(node->text.p, '\0', node->text.n))
		return false;
	memcpy(out->path, node->text.p, node->text.n);
	out->path[node->text.n] = '\0';
	place = source_place(node->source, node->at);
	out->line = place.line;
	out->col = place.col;
	return true;
}

bool extends_written(struct etq_str text)
{
	return text.n > 0 && memmem(text.p, text.n, "extends", strlen("extends"));
}

bool extends_find(struct etq_str text, struct extends *out)
{
	struct etq_diags diags = {0};
	struct loader ld = {.diags = &diags};
	struct source source = {.name = "", .text = text};
	const struct node *top;
	bool found = false;

	if (!extends_written(text))
		return false;
	ld.scratch = arena_new(ARENA_MAX);
	if (!ld.scratch)
		return false;
	top = yaml_read(&ld, &source);
	if (top && top->kind == NODE_MAP)
		found = copy(node_get(top, "extends"), out);
	arena_free(ld.scratch);
	etq_diags_free(&diags);
	return found;
}
