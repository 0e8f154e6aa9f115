/* What a ruleset tells of itself, and its life. */
#include "rules/ruleset.h"

#include "base/sv.h"

struct etq_ruleset *etq_ruleset_ref(struct etq_ruleset *rules)
{
	__atomic_fetch_add(&rules->refs, 1, __ATOMIC_RELAXED);
	return rules;
}

void etq_ruleset_unref(struct etq_ruleset *rules)
{
	if (!rules || __atomic_sub_fetch(&rules->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	matcher_free(rules->matcher);
	arena_free(rules->arena); /* the ruleset is in it */
}

size_t etq_ruleset_count(const struct etq_ruleset *rules)
{
	return rules->nrules;
}

const struct etq_rule_info *etq_ruleset_rule(const struct etq_ruleset *rules, size_t i)
{
	return i < rules->nrules ? &rules->rules[i].info : NULL;
}

const struct etq_rule_info *etq_ruleset_find(const struct etq_ruleset *rules, struct etq_str id)
{
	for (size_t i = 0; i < rules->nrules; i++)
		if (sv_eq(rules->rules[i].info.id, id))
			return &rules->rules[i].info;
	return NULL;
}

const char *etq_ruleset_version(const struct etq_ruleset *rules)
{
	return rules->version;
}

size_t etq_ruleset_examples(const struct etq_ruleset *rules)
{
	return rules->nexamples;
}

const struct etq_example *etq_ruleset_example(const struct etq_ruleset *rules, size_t i)
{
	return i < rules->nexamples ? &rules->examples[i] : NULL;
}
