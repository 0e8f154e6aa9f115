#include "call/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "match/spoken.h"

void facts_init(struct facts *f, struct etq_str id, const struct etq_ruleset *rules)
{
	*f = (struct facts){
		.call = id,
		.meta = {.started_at = ETQ_NO_TIME, .ring_ms = ETQ_NO_TIME, .rings = -1},
	};
	f->values.v[VALUE_COMPANY] = rules->company.v;
	f->values.n[VALUE_COMPANY] = rules->company.n;
	f->values.first_names = rules->first_names;
}

void facts_free(struct facts *f)
{
	free(f->block);
	free(f->company);
}

enum { META_STRINGS = 7 };

static void meta_strings(struct etq_meta *m, struct etq_str *out[META_STRINGS])
{
	struct etq_str *all[META_STRINGS] = {&m->agent_id,      &m->agent_name, &m->customer_id,
					     &m->customer_name, &m->queue,      &m->company,
					     &m->lang};

	memcpy(out, all, sizeof(all));
}

/* The merged metadata, with its strings in one block of their own. */
static bool merge_meta(const struct etq_meta *old, const struct etq_meta *update,
		       struct etq_meta *merged, char **block)
{
	struct etq_meta next = *update;
	struct etq_meta base = *old;
	struct etq_str *s[META_STRINGS];
	struct etq_str *b[META_STRINGS];
	size_t size = 0;

	if (next.started_at == ETQ_NO_TIME)
		next.started_at = old->started_at;
	if (next.ring_ms == ETQ_NO_TIME)
		next.ring_ms = old->ring_ms;
	if (next.rings < 0)
		next.rings = old->rings;
	if (next.direction == ETQ_DIRECTION_UNKNOWN)
		next.direction = old->direction;
	meta_strings(&next, s);
	meta_strings(&base, b);
	for (int i = 0; i < META_STRINGS; i++) {
		if (!s[i]->p)
			*s[i] = *b[i];
		size += s[i]->n;
	}
	char *at = malloc(size + 1);

	if (!at)
		return false;
	*block = at;
	for (int i = 0; i < META_STRINGS; i++) {
		if (!s[i]->p)
			continue;
		memcpy(at, s[i]->p, s[i]->n);
		s[i]->p = at;
		at += s[i]->n;
	}
	*merged = next;
	return true;
}

static void set_name(struct facts *f, enum value_name name, struct etq_str text, bool from_meta)
{
	struct value v;

	if (!text.n || (f->from_meta[name] && !from_meta))
		return;
	value_make(&v, name, text);
	if (!v.nwords)
		return;
	f->names[name] = v;
	f->from_meta[name] = from_meta;
	f->values.v[name] = &f->names[name];
	f->values.n[name] = 1;
	memset(f->values.like[name], 0, sizeof(f->values.like[name]));
	first_names_like(f->values.first_names, text, f->values.like[name]);
}

/* The company's spellings that rules give, its name in the metadata, and how that is said. */
static struct value *company_values(const struct etq_ruleset *rules, struct etq_str name, size_t *n)
{
	struct value *all = calloc(rules->company.n + 2, sizeof(*all));
	char spoken[2 * ETQ_MAX_META];
	size_t length;

	if (!all)
		return NULL;
	*n = rules->company.n;
	if (*n)
		memcpy(all, rules->company.v, *n * sizeof(*all));
	value_make_company(&all[*n], name, rules->business);
	*n += all[*n].nwords > 0;
	length = spoken_name(name, spoken, sizeof(spoken));
	value_make_company(&all[*n], (struct etq_str){spoken, length}, rules->business);
	*n += all[*n].nwords > 0;
	return all;
}

bool facts_update(struct facts *f, const struct etq_meta *update, const struct etq_ruleset *rules)
{
	struct etq_meta merged;
	struct value *company = NULL;
	size_t ncompany = 0;
	char *block = NULL;

	if (update->company.n) {
		company = company_values(rules, update->company, &ncompany);
		if (!company)
			return false;
	}
	if (!merge_meta(&f->meta, update, &merged, &block)) {
		free(company);
		return false;
	}
	free(f->block);
	f->block = block;
	f->meta = merged;
	if (company) {
		free(f->company);
		f->company = company;
		f->values.v[VALUE_COMPANY] = company;
		f->values.n[VALUE_COMPANY] = ncompany;
	}
	set_name(f, VALUE_AGENT_NAME, update->agent_name, true);
	set_name(f, VALUE_CUSTOMER_NAME, update->customer_name, true);
	return true;
}

void facts_hear(struct facts *f, enum value_name name, struct etq_str text)
{
	if (name == VALUE_AGENT_NAME || name == VALUE_CUSTOMER_NAME)
		set_name(f, name, text, false);
}
