#include "configfile.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/sv.h"
#include "files/files.h"
#include "rules/keys.h"
#include "rules/loader.h"
#include "rules/node.h"
#include "rules/source.h"

enum { NAME_MAX_BYTES = 128, SIBLINGS_MAX = 64, SCRATCH_MAX = 64 * 1024 * 1024 };

/* "bytes" for "ring.bytes" in the group "ring.", "ring" in the group "": into buf. */
static bool name_within(const struct setting *row, const char *group, char *buf, size_t size)
{
	size_t n = strlen(group);

	if (strncmp(row->name, group, n) != 0)
		return false;
	snprintf(buf, size, "%.*s", (int)strcspn(row->name + n, "."), row->name + n);
	return true;
}

static bool is_group(const char *name)
{
	size_t n = strlen(name);

	for (const struct setting *row = settings_table; row->name; row++) {
		if (strncmp(row->name, name, n) == 0 && row->name[n] == '.')
			return true;
	}
	return false;
}

static void complain_unknown(struct loader *ld, const struct node *key, const char *group)
{
	char parts[SIBLINGS_MAX][32], list[512];
	const char *names[SIBLINGS_MAX + 1];
	size_t n = 0;

	for (const struct setting *row = settings_table; row->name && n < SIBLINGS_MAX; row++) {
		if (!name_within(row, group, parts[n], sizeof(parts[n])))
			continue;
		if (n > 0 && strcmp(parts[n], names[n - 1]) == 0)
			continue;
		names[n] = parts[n];
		n++;
	}
	names[n] = NULL;
	if (diag_nearest(key->text, names))
		loader_error(ld, key, "there is no setting `%s%.*s`%s", group, SV_ARG(key->text),
			     keys_suggest(key->text, names, list, sizeof(list)));
	else
		loader_error(ld, key, "there is no setting `%s%.*s`; there are: %s", group,
			     SV_ARG(key->text), keys_list(names, list, sizeof(list)));
}

static void set_one(struct loader *ld, struct config *s, const struct setting *row,
		    const struct node *value)
{
	struct etq_err err;

	if (value->kind != NODE_SCALAR)
		loader_error(ld, value, "`%s` is %s, not a %s", row->name, row->type->syntax,
			     value->kind == NODE_LIST ? "list" : "mapping");
	else if (!settings_set(s, row, value->text, &err))
		loader_error(ld, value, "%s", err.message);
}

static void set_node(struct loader *ld, struct config *s, const struct setting *row,
		     const struct item *item)
{
	if (node_is_empty(item->value) || node_is_null(item->value)) {
		loader_error(ld, item->key, "`%s` has no value; it is %s", row->name,
			     row->type->syntax);
		return;
	}
	settings_clear(s, row);
	if (!row->type->list || item->value->kind != NODE_LIST) {
		set_one(ld, s, row, item->value);
		return;
	}
	if (!item->value->first)
		loader_error(ld, item->value, "`%s` is an empty list", row->name);
	for (const struct item *i = item->value->first; i; i = i->next)
		set_one(ld, s, row, i->value);
}

static void read_group(struct loader *ld, struct config *s, const struct node *map,
		       const char *group);

static void read_key(struct loader *ld, struct config *s, const struct item *item,
		     const char *group)
{
	char name[NAME_MAX_BYTES];

	/* What is no scalar or too long is no name either. */
	if (item->key->kind != NODE_SCALAR)
		return;
	snprintf(name, sizeof(name), "%s%.*s", group, SV_ARG(item->key->text));
	const struct setting *row = settings_find(sv_of(name));
	const char *dot = memchr(item->key->text.p, '.', item->key->text.n);
	if (row && dot) {
		int group_len = (int)(dot - item->key->text.p);
		loader_error(ld, item->key, "`%s` is written as `%s` under `%.*s:`", name,
			     row->name + strlen(group) + group_len + 1, group_len,
			     item->key->text.p);
	} else if (row) {
		set_node(ld, s, row, item);
	} else if (!dot && is_group(name)) {
		snprintf(name, sizeof(name), "%s%.*s.", group, SV_ARG(item->key->text));
		read_group(ld, s, item->value, name);
	} else {
		complain_unknown(ld, item->key, group);
	}
}

static void read_group(struct loader *ld, struct config *s, const struct node *map,
		       const char *group)
{
	/* A group of which all is commented out is fine. */
	if (node_is_empty(map))
		return;
	if (map->kind != NODE_MAP) {
		loader_error(ld, map, "%s%.*s is a mapping of `name: value`",
			     *group ? "the group " : "the file", (int)strcspn(group, "."), group);
		return;
	}
	for (const struct item *i = map->first; i; i = i->next)
		read_key(ld, s, i, group);
}

/* What the reader of YAML says of a file with nothing in it is for rule files: here it is fine. */
static bool only_empty(const struct loader *ld, const struct source *source)
{
	return !ld->out_of_memory && !source->unreadable;
}

bool configfile_read(const char *name, struct etq_str text, struct config *s,
		     struct etq_diags *diags)
{
	struct etq_diags said = {0};
	struct source source = {.name = name, .text = text};
	struct loader ld = {.diags = &said, .scratch = arena_new(SCRATCH_MAX)};
	bool ok = false;

	ld.arena = ld.scratch;
	if (!ld.scratch || !source_index(&source, ld.scratch)) {
		diag_add(diags, ETQ_DIAG_ERROR, name, SV_NONE, 0, 0, "out of memory");
		goto out;
	}
	const struct node *top = yaml_read(&ld, &source);
	if (top) {
		read_group(&ld, s, top, "");
	} else if (only_empty(&ld, &source)) {
		etq_diags_free(&said);
	}
	if (ld.out_of_memory)
		diag_add(&said, ETQ_DIAG_ERROR, name, SV_NONE, 0, 0, "out of memory");
	ok = said.errors == 0;
	etq_diags_free(diags);
	*diags = said;
	said = (struct etq_diags){0}; /* now the caller's */
out:
	arena_free(ld.scratch);
	return ok;
}

bool configfile_load(const char *path, struct config *s, struct etq_diags *diags)
{
	struct buf text = BUF_INIT(CONFIGFILE_MAX);
	struct etq_err err;
	bool ok = false;

	if (!files_read(path, CONFIGFILE_MAX, &text, &err))
		diag_add(diags, ETQ_DIAG_ERROR, path, SV_NONE, 0, 0, "%s", err.message);
	else
		ok = configfile_read(path, (struct etq_str){text.p ? text.p : "", text.n}, s,
				     diags);
	buf_free(&text);
	return ok;
}
