#include "call/facts.h"

#include <stdlib.h>
#include <string.h>

static void set_company(struct facts *f, struct value_span spellings)
{
	f->values.v[VALUE_COMPANY] = spellings.v;
	f->values.n[VALUE_COMPANY] = spellings.n;
}

static void set_value(struct facts *f, enum value_name name)
{
	const struct known_name *known = &f->names[name];

	f->values.v[name] = &known->value;
	f->values.n[name] = known->value.nwords > 0;
	for (size_t i = 0; i < NAME_GROUPS_OF; i++)
		f->values.like[name][i] =
			i < known->nlike ? first_names_group(f->values.first_names, known->like[i])
					 : (struct value_span){0};
}

void facts_value(struct facts *f, const struct etq_ruleset *rules)
{
	set_company(f, f->firm ? f->firm->spellings : rules->company);
	f->values.first_names = rules->first_names;
	for (int i = 0; i < KNOWN_NAMES; i++)
		set_value(f, (enum value_name)i);
}

void facts_init(struct facts *f, struct etq_str id, const struct etq_ruleset *rules)
{
	*f = (struct facts){
		.call = id,
		.meta = {.started_at = ETQ_NO_TIME, .ring_ms = ETQ_NO_TIME, .rings = -1},
		.changed = true,
	};
	facts_value(f, rules);
}

void facts_free(struct facts *f)
{
	free(f->block);
	firm_unref(f->firm);
	f->block = NULL;
	f->firm = NULL;
}

void facts_strings(struct etq_meta *m, struct etq_str *out[META_STRINGS])
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
	facts_strings(&next, s);
	facts_strings(&base, b);
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
	struct known_name *known = &f->names[name];
	struct value v;

	if (!text.n || (known->from_meta && !from_meta))
		return;
	value_make(&v, name, text);
	if (!v.nwords)
		return;
	known->value = v;
	known->from_meta = from_meta;
	known->nlike = (uint8_t)first_names_like(f->values.first_names, text, known->like);
	set_value(f, name);
	f->changed = true;
	f->heard += !from_meta;
}

bool facts_update(struct facts *f, const struct etq_meta *update, const struct etq_ruleset *rules,
		  struct table *firms)
{
	struct firm *firm = NULL;
	struct etq_meta merged;
	char *block = NULL;

	if (update->company.n) {
		firm = firm_get(firms, rules, update->company);
		if (!firm)
			return false;
	}
	if (!merge_meta(&f->meta, update, &merged, &block)) {
		firm_unref(firm);
		return false;
	}
	free(f->block);
	f->block = block;
	f->meta = merged;
	f->changed = true;
	if (firm) {
		firm_unref(f->firm);
		f->firm = firm;
		set_company(f, firm->spellings);
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

void facts_unhear(struct facts *f, const struct known_name were[KNOWN_NAMES])
{
	for (int i = 0; i < KNOWN_NAMES; i++) {
		if (f->names[i].from_meta)
			continue;
		f->names[i] = were[i];
		set_value(f, (enum value_name)i);
		f->changed = true;
	}
}
