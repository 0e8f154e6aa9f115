#include "call/firm.h"

#include <stdlib.h>
#include <string.h>

#include "match/spoken.h"

/* How the rules spell it, its name in the metadata, and how that is said. */
static void spell(struct firm *f, struct value *all, const struct etq_ruleset *rules)
{
	char spoken[2 * ETQ_MAX_META];
	size_t n = rules->company.n;

	if (n)
		memcpy(all, rules->company.v, n * sizeof(*all));
	value_make_company(&all[n], f->name, rules->business);
	n += all[n].nwords > 0;
	size_t length = spoken_name(f->name, spoken, sizeof(spoken));

	value_make_company(&all[n], (struct etq_str){spoken, length}, rules->business);
	n += all[n].nwords > 0;
	f->spellings = (struct value_span){all, n};
}

/* One with its key, and no more than room for the rest. */
static struct firm *draft(struct table *home, const struct etq_ruleset *rules, struct etq_str name)
{
	size_t values = (rules->company.n + 2) * sizeof(struct value);
	struct firm *f = malloc(sizeof(*f) + values + sizeof(rules) + name.n);

	if (!f)
		return NULL;
	char *key = (char *)(f + 1) + values;

	memcpy(key, &rules, sizeof(rules));
	memcpy(key + sizeof(rules), name.p, name.n);
	*f = (struct firm){.home = home,
			   .refs = 1,
			   .key = {key, sizeof(rules) + name.n},
			   .name = {key + sizeof(rules), name.n}};
	return f;
}

struct firm *firm_get(struct table *home, const struct etq_ruleset *rules, struct etq_str name)
{
	struct firm *f = draft(home, rules, name);
	struct firm *known = f ? table_get(home, f->key) : NULL;

	if (known) {
		free(f);
		return firm_ref(known);
	}
	if (!f)
		return NULL;
	spell(f, (struct value *)(f + 1), rules);
	if (table_put(home, f->key, f))
		return f;
	free(f);
	return NULL;
}

struct firm *firm_ref(struct firm *f)
{
	if (f)
		f->refs++;
	return f;
}

void firm_unref(struct firm *f)
{
	if (!f || --f->refs)
		return;
	table_remove(f->home, f->key);
	free(f);
}
