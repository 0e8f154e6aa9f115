#include "call/emitted.h"

#include <stdlib.h>
#include <string.h>

static uint16_t rule_number(const struct etq_ruleset *rules, const struct etq_rule_info *info)
{
	const struct rule *rule =
		(const struct rule *)((const char *)info - offsetof(struct rule, info));

	return (uint16_t)(rule - rules->rules);
}

bool emitted_add(struct emitted_list *list, const struct etq_finding *f,
		 const struct etq_ruleset *rules)
{
	if (list->n == list->cap) {
		uint32_t cap = list->cap ? list->cap * 2 : 1;
		struct emitted *grown = realloc(list->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		list->v = grown;
		list->cap = cap;
	}
	struct emitted *e = &list->v[list->n++];

	*e = (struct emitted){.as = issued_of(f),
			      .withdrawal = f->kind == ETQ_RETRACTED,
			      .rule = rule_number(rules, f->rule),
			      .t = (int32_t)f->t,
			      .raised = (int32_t)f->raised};
	return true;
}

bool emitted_note(struct emitted_list *list, const struct etq_findings *found, size_t from,
		  const struct etq_ruleset *rules)
{
	for (size_t i = from; i < etq_findings_count(found); i++)
		if (!emitted_add(list, etq_findings_get(found, i), rules))
			return false;
	return true;
}

bool emitted_join(struct emitted_list *list, const struct emitted_list *from)
{
	if (from->n == 0)
		return true;
	struct emitted *grown = realloc(list->v, (list->n + from->n) * sizeof(*grown));

	if (!grown)
		return false;
	memcpy(grown + list->n, from->v, from->n * sizeof(*grown));
	list->v = grown;
	list->cap = list->n += from->n;
	return true;
}

const struct emitted *emitted_find(const struct emitted_list *list, const char *id)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (!list->v[i].withdrawal && !strcmp(list->v[i].as.id, id))
			return &list->v[i];
	return NULL;
}
