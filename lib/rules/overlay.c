#include "rules/overlay.h"

#include <string.h>

#include "base/sv.h"

/* Keys of which a mapping can have one only: the upper layer's replaces the lower one's. */
static const char *const exclusive[][5] = {
	{"forbid", "expect", "limit", "sequence", NULL},
	{"above", "below", NULL},
	{"after", "before", NULL},
	{"said", "event", NULL},
	{"once", "max", NULL},
};

static bool is_one_of(struct etq_str name, const char *const *names)
{
	for (; *names; names++)
		if (sv_eq(name, sv_of(*names)))
			return true;
	return false;
}

/* True when upper has a key that can't stand beside this one of the lower layer. */
static bool is_hidden(const struct node *key, const struct node *upper)
{
	for (size_t i = 0; i < sizeof(exclusive) / sizeof(*exclusive); i++) {
		if (!is_one_of(key->text, exclusive[i]))
			continue;
		for (const char *const *other = exclusive[i]; *other; other++)
			if (!node_is(key, *other) && node_get(upper, *other))
				return true;
	}
	return false;
}

static const struct node *out_of_memory(struct loader *ld)
{
	ld->out_of_memory = true;
	return NULL;
}

static bool add(struct loader *ld, struct node *to, const struct node *key,
		const struct node *value)
{
	if (value && node_add(ld->scratch, to, key, value))
		return true;
	ld->out_of_memory = true;
	return false;
}

static bool append(struct loader *ld, struct node *list, const struct node *from)
{
	if (from->kind != NODE_LIST)
		return add(ld, list, NULL, from);
	for (const struct item *i = from->first; i; i = i->next)
		if (!add(ld, list, NULL, i->value))
			return false;
	return true;
}

static const struct node *joined(struct loader *ld, const struct node *lower,
				 const struct node *more)
{
	struct node *list = node_new(ld->scratch, NODE_LIST, more);

	if (!list)
		return out_of_memory(ld);
	return (!lower || append(ld, list, lower)) && append(ld, list, more) ? list : NULL;
}

const struct node *overlay(struct loader *ld, const struct node *lower, const struct node *upper)
{
	struct node *map;

	if (lower->kind == NODE_LIST && upper->kind == NODE_MAP && upper->n == 1 &&
	    node_get(upper, "add"))
		return joined(ld, lower, node_get(upper, "add"));
	if (lower->kind != NODE_MAP || upper->kind != NODE_MAP)
		return upper;
	map = node_new(ld->scratch, NODE_MAP, upper);
	if (!map)
		return out_of_memory(ld);
	for (const struct item *i = lower->first; i; i = i->next) {
		const struct node *over;

		if (i->key->kind != NODE_SCALAR || is_hidden(i->key, upper))
			continue;
		over = NULL;
		for (const struct item *u = upper->first; u && !over; u = u->next)
			if (u->key->kind == NODE_SCALAR && sv_eq(u->key->text, i->key->text))
				over = u->value;
		if (over && node_is_null(over))
			continue;
		if (!add(ld, map, i->key, over ? overlay(ld, i->value, over) : i->value))
			return NULL;
	}
	for (const struct item *u = upper->first; u; u = u->next) {
		bool known = false;

		for (const struct item *i = lower->first; i && !known; i = i->next)
			known = i->key->kind == NODE_SCALAR && u->key->kind == NODE_SCALAR &&
				sv_eq(u->key->text, i->key->text) && !is_hidden(i->key, upper);
		if (!known && !node_is_null(u->value) && !add(ld, map, u->key, u->value))
			return NULL;
	}
	return map;
}

/* A mapping with one key at the place of node. */
static struct node *wrap(struct loader *ld, const char *name, const struct node *value)
{
	struct node *map = node_new(ld->scratch, NODE_MAP, value);
	struct node *key = node_new(ld->scratch, NODE_SCALAR, value);

	if (!map || !key) {
		ld->out_of_memory = true;
		return NULL;
	}
	key->text = sv_of(name);
	return add(ld, map, key, value) ? map : NULL;
}

const struct node *overlay_rule(struct loader *ld, const struct node *lower,
				const struct node *upper)
{
	if (upper->kind == NODE_SCALAR && !node_is_empty(upper)) {
		upper = wrap(ld, "status", upper);
		if (!upper)
			return NULL;
	}
	return overlay(ld, lower, upper);
}

/* What a key of the upper layer's set becomes: itself, or what it adds to. */
static bool add_set_key(struct loader *ld, struct node *map, const struct node *lower,
			const struct item *item)
{
	static const char *const lists[] = {"except", "like", NULL};
	const struct node *key = item->key, *value = item->value, *more;
	struct node *say;

	if (node_is(key, "add")) {
		say = node_new(ld->scratch, NODE_SCALAR, key);
		if (!say)
			return out_of_memory(ld);
		say->text = SV("say");
		return add(ld, map, say, joined(ld, node_get(lower, "say"), value));
	}
	for (const char *const *list = lists; *list; list++)
		if (node_is(key, *list) && value->kind == NODE_MAP &&
		    (more = node_get(value, "add")) && value->n == 1)
			return add(ld, map, key, joined(ld, node_get(lower, *list), more));
	return add(ld, map, key, value);
}

/* `say` alone replaces all that the set says, so what it was like as well. */
static bool drop_like(struct loader *ld, struct node *map, const struct node *lower,
		      const struct node *upper)
{
	struct node *key, *null;

	if (!node_get(lower, "like") || !node_get(upper, "say") || node_get(upper, "like"))
		return true;
	key = node_new(ld->scratch, NODE_SCALAR, upper);
	null = node_new(ld->scratch, NODE_SCALAR, upper);
	if (!key || !null)
		return out_of_memory(ld);
	key->text = SV("like");
	null->text = SV("~");
	null->style = STYLE_PLAIN;
	return add(ld, map, key, null);
}

const struct node *overlay_set(struct loader *ld, const struct node *lower,
			       const struct node *upper)
{
	struct node *map;

	if (upper->kind != NODE_MAP || (node_get(upper, "say") && node_get(upper, "add")))
		return upper;
	if (lower->kind == NODE_LIST) {
		lower = wrap(ld, "say", lower);
		if (!lower)
			return NULL;
	}
	if (lower->kind != NODE_MAP)
		return upper;
	map = node_new(ld->scratch, NODE_MAP, upper);
	if (!map)
		return out_of_memory(ld);
	for (const struct item *i = upper->first; i; i = i->next)
		if (!add_set_key(ld, map, lower, i))
			return NULL;
	return drop_like(ld, map, lower, upper) ? overlay(ld, lower, map) : NULL;
}
