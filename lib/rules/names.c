#include "rules/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "rules/keys.h"
#include "rules/scalar.h"
#include "text/utf8.h"

enum { NAME_MAX_BYTES = 100, SUGGEST_SIZE = 150 };

/* Cyrillic letters that look like Latin ones. */
struct look_alike {
	const char *cyrillic;
	char latin;
};

static const struct look_alike look_alikes[] = {
	{"а", 'a'}, {"в", 'b'}, {"с", 'c'}, {"е", 'e'}, {"ё", 'e'}, {"н", 'h'}, {"і", 'i'},
	{"ј", 'j'}, {"к", 'k'}, {"м", 'm'}, {"о", 'o'}, {"р", 'p'}, {"ѕ", 's'}, {"т", 't'},
	{"у", 'y'}, {"х", 'x'}, {"А", 'a'}, {"В", 'b'}, {"С", 'c'}, {"Е", 'e'}, {"Н", 'h'},
	{"К", 'k'}, {"М", 'm'}, {"О", 'o'}, {"Р", 'p'}, {"Т", 't'}, {"Х", 'x'},
};

bool names_init(struct names *names, const char *what, size_t max)
{
	*names = (struct names){.what = what, .max = max, .by_name = table_new(0)};
	return names->by_name;
}

void names_free(struct names *names)
{
	table_free(names->by_name);
	names->by_name = NULL;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* Says what is wrong with the character at p. */
static void bad_char(struct loader *ld, const struct node *node, const char *what, const char *p)
{
	size_t len, at = node_text_at(node, utf8_count((struct etq_str){
						    node->text.p, (size_t)(p - node->text.p)}));

	utf8_decode(p, &len);
	for (size_t i = 0; i < sizeof(look_alikes) / sizeof(*look_alikes); i++) {
		if (strlen(look_alikes[i].cyrillic) == len &&
		    !memcmp(p, look_alikes[i].cyrillic, len)) {
			loader_complain(
				ld, ETQ_DIAG_ERROR, node->source, at,
				"the name of a %s is in Latin letters: `%.*s` here is a Cyrillic letter, write `%c`",
				what, (int)len, p, look_alikes[i].latin);
			return;
		}
	}
	if (*p >= 'A' && *p <= 'Z')
		loader_complain(ld, ETQ_DIAG_ERROR, node->source, at,
				"the name of a %s is in small letters: write `%c`", what,
				*p - 'A' + 'a');
	else if (*p == '_' || *p == ' ')
		loader_complain(ld, ETQ_DIAG_ERROR, node->source, at,
				"the name of a %s can't have `%c`: write a dash", what, *p);
	else
		loader_complain(
			ld, ETQ_DIAG_ERROR, node->source, at,
			"the name of a %s can't have `%.*s`: only a-z, 0-9 and dashes, in parts joined by dots",
			what, (int)len, p);
}

bool name_check(struct loader *ld, const struct node *node, const char *what)
{
	struct etq_str s = node->text;

	if (node->kind != NODE_SCALAR)
		return false;
	if (s.n == 0 || s.n > NAME_MAX_BYTES) {
		loader_error(ld, node, "the name of a %s has 1 to %d letters", what,
			     NAME_MAX_BYTES);
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (is_name_char(s.p[i]))
			continue;
		if (s.p[i] == '.' && i > 0 && i + 1 < s.n && s.p[i - 1] != '.')
			continue;
		if (s.p[i] == '.')
			loader_error(ld, node,
				     "the name of a %s has nothing before or behind a dot", what);
		else
			bad_char(ld, node, what, s.p + i);
		return false;
	}
	return true;
}

struct named *names_find(const struct names *names, struct etq_str name)
{
	return table_get(names->by_name, name);
}

struct named *names_add(struct loader *ld, struct names *names, const struct node *key,
			const struct node *value)
{
	struct named *named;

	if (!name_check(ld, key, names->what))
		return NULL;
	if (names->n == names->max) {
		loader_error(ld, key, "too many: at most %zu %ss", names->max, names->what);
		return NULL;
	}
	named = loader_scratch(ld, 1, sizeof(*named));
	if (!named ||
	    !loader_grow(ld, (void **)&names->v, names->n, &names->cap, sizeof(struct named *)))
		return NULL;
	*named = (struct named){.name = loader_dup(ld, key->text),
				.key = key,
				.value = value,
				.last = key->source,
				.index = (uint16_t)names->n};
	if (!table_put(names->by_name, named->name, named)) {
		ld->out_of_memory = true;
		return NULL;
	}
	names->v[names->n++] = named;
	return named;
}

const char *names_suggest(struct loader *ld, const struct names *names, struct etq_str written,
			  char *buf, size_t size)
{
	const char **all = loader_scratch(ld, names->n + 1, sizeof(*all));
	size_t n = 0;

	buf[0] = '\0';
	if (!all)
		return buf;
	for (size_t i = 0; i < names->n; i++)
		if (!sv_eq(names->v[i]->name, written))
			all[n++] = names->v[i]->name.p;
	return keys_suggest(written, all, buf, size);
}

const struct named *names_refer(struct loader *ld, const struct names *names,
				const struct node *node, const char *what)
{
	char suggestion[SUGGEST_SIZE];
	const struct named *named;
	struct etq_str text;

	if (!scalar_text(ld, node, what, &text))
		return NULL;
	named = names_find(names, text);
	if (!named && !ld->incomplete)
		loader_error(ld, node, "there is no %s `%.*s`%s", names->what, SV_ARG(text),
			     names_suggest(ld, names, text, suggestion, sizeof(suggestion)));
	return named;
}

static int compare_ids(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static size_t without_doubles(uint16_t *ids, size_t n)
{
	size_t k = 0;

	qsort(ids, n, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || ids[k - 1] != ids[i])
			ids[k++] = ids[i];
	return k;
}

bool names_list(struct loader *ld, const struct names *names, const struct node *node,
		const char *what, uint16_t **ids, size_t *n)
{
	size_t count = node->kind == NODE_LIST ? node->n : 1, k = 0;
	const struct named *named;
	uint16_t *v;

	if (count == 0) {
		loader_error(ld, node, "`%s` is an empty list", what);
		return false;
	}
	v = loader_alloc(ld, count, sizeof(*v));
	if (!v)
		return false;
	if (node->kind == NODE_LIST) {
		for (const struct item *i = node->first; i; i = i->next)
			if ((named = names_refer(ld, names, i->value, what)))
				v[k++] = named->index;
	} else if ((named = names_refer(ld, names, node, what))) {
		v[k++] = named->index;
	}
	if (k != count)
		return false;
	*ids = v;
	*n = without_doubles(v, count);
	return true;
}
