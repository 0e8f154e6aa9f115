#include "rules/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"

enum { ROWS_MAX = 32, TEXT_MAX = 400 };

const char *keys_suggest(struct etq_str written, const char *const *names, char *buf, size_t size)
{
	const char *nearest = diag_nearest(written, names);

	if (nearest)
		snprintf(buf, size, "; did you mean `%s`?", nearest);
	else
		buf[0] = '\0';
	return buf;
}

const char *keys_list(const char *const *names, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (; *names && n < size; names++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "", *names);
	return buf;
}

static const struct key *find(const struct key *keys, size_t nkeys, struct etq_str name)
{
	for (size_t i = 0; i < nkeys; i++)
		if (sv_eq(sv_of(keys[i].name), name))
			return &keys[i];
	return NULL;
}

/* Complains of a key that is not in the table. */
static void unknown(struct loader *ld, const struct node *at, const char *what,
		    const struct key *keys, size_t nkeys)
{
	const char *names[ROWS_MAX + 1];
	char text[TEXT_MAX];

	for (size_t i = 0; i < nkeys && i < ROWS_MAX; i++)
		names[i] = keys[i].name;
	names[nkeys < ROWS_MAX ? nkeys : ROWS_MAX] = NULL;
	if (node_is(at, "<<")) {
		loader_error(ld, at, "merging with `<<` is not supported: write the keys out");
		return;
	}
	if (diag_nearest(at->text, names))
		loader_error(ld, at, "%s has no key `%.*s`%s", what, SV_ARG(at->text),
			     keys_suggest(at->text, names, text, sizeof(text)));
	else
		loader_error(ld, at, "%s has no key `%.*s`; its keys are: %s", what,
			     SV_ARG(at->text), keys_list(names, text, sizeof(text)));
}

static void read_item(struct loader *ld, const struct node *map, const struct item *item,
		      const char *what, const struct key *keys, size_t nkeys, void *out)
{
	const struct key *key;

	if (item->key->kind != NODE_SCALAR)
		return; /* said when it was read */
	key = find(keys, nkeys, item->key->text);
	if (!key && node_is_empty(item->value) && map->source->text.p[map->at] == '{') {
		loader_error(
			ld, item->key,
			"a comma ends a value inside { }: text with a comma must be in quotes");
		ld->misspelt = map;
	} else if (!key) {
		unknown(ld, item->key, what, keys, nkeys);
		ld->misspelt = map;
	} else if (node_is_empty(item->value)) {
		loader_error(ld, item->key, "`%s` has no value: %s", key->name, key->help);
		ld->misspelt = map;
	} else {
		key->read(ld, key, item->value, (char *)out + key->offset);
	}
}

/* Some key of the mapping is near to the name that is missing, or brings others: that is said already. */
static bool is_misspelt(const struct node *map, const char *name)
{
	const char *const names[] = {name, NULL};

	for (const struct item *i = map->first; i; i = i->next)
		if (node_is(i->key, "<<") ||
		    (i->key->kind == NODE_SCALAR && diag_nearest(i->key->text, names)))
			return true;
	return false;
}

bool keys_read(struct loader *ld, const struct node *map, const char *what, const struct key *keys,
	       size_t nkeys, void *out)
{
	if (map->kind != NODE_MAP) {
		loader_error(ld, map, "%s is a mapping of `key: value`, with keys such as `%s`",
			     what, keys[0].name);
		return false;
	}
	for (const struct item *i = map->first; i; i = i->next)
		read_item(ld, map, i, what, keys, nkeys, out);
	for (size_t i = 0; i < nkeys; i++)
		if (keys[i].required && !node_get(map, keys[i].name) &&
		    !is_misspelt(map, keys[i].name))
			loader_error(ld, map, "%s needs `%s`: %s", what, keys[i].name,
				     keys[i].help);
	return true;
}

void read_node(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	*(const struct node **)field = value;
}
