#include "call/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { FINDINGS_ARENA_MAX = 256 * 1024 * 1024 };

struct etq_findings {
	struct arena *arena;
	struct etq_finding *v;
	size_t n, cap;
	struct etq_ruleset **kept; /* references: what the findings' rules are in */
	size_t nkept, kept_cap;
};

struct etq_findings *etq_findings_new(void)
{
	struct etq_findings *list = calloc(1, sizeof(*list));

	if (!list)
		return NULL;
	list->arena = arena_new(FINDINGS_ARENA_MAX);
	if (!list->arena) {
		free(list);
		return NULL;
	}
	return list;
}

void etq_findings_free(struct etq_findings *list)
{
	if (!list)
		return;
	etq_findings_clear(list);
	arena_free(list->arena);
	free(list->kept);
	free(list->v);
	free(list);
}

void etq_findings_clear(struct etq_findings *list)
{
	if (list->n)
		arena_reset(list->arena);
	list->n = 0;
	while (list->nkept > 0)
		etq_ruleset_unref(list->kept[--list->nkept]);
}

size_t etq_findings_count(const struct etq_findings *list)
{
	return list->n;
}

const struct etq_finding *etq_findings_get(const struct etq_findings *list, size_t i)
{
	return &list->v[i];
}

bool findings_keep(struct etq_findings *list, struct etq_ruleset *rules)
{
	for (size_t i = 0; i < list->nkept; i++)
		if (list->kept[i] == rules)
			return true;
	if (list->nkept == list->kept_cap) {
		size_t cap = list->kept_cap ? list->kept_cap * 2 : 2;
		struct etq_ruleset **grown = realloc(list->kept,
						     cap * sizeof(struct etq_ruleset *));

		if (!grown)
			return false;
		list->kept = grown;
		list->kept_cap = cap;
	}
	list->kept[list->nkept++] = etq_ruleset_ref(rules);
	return true;
}

void findings_cut(struct etq_findings *list, size_t n)
{
	list->n = n;
}

static bool dup(struct arena *a, struct etq_str *s)
{
	if (!s->p)
		return true;
	*s = arena_dup(a, *s);
	return s->p;
}

static const struct etq_meta *dup_meta(struct arena *a, const struct etq_meta *meta)
{
	struct etq_meta *m = arena_alloc(a, sizeof(*m));

	if (!m)
		return NULL;
	*m = *meta;
	if (!dup(a, &m->agent_id) || !dup(a, &m->agent_name) || !dup(a, &m->customer_id) ||
	    !dup(a, &m->customer_name) || !dup(a, &m->queue) || !dup(a, &m->company) ||
	    !dup(a, &m->lang))
		return NULL;
	return m;
}

/* Names of rules and topics stay where they are: in the rules. */
static const struct etq_score *dup_score(struct arena *a, const struct etq_score *score)
{
	struct etq_score *s = arena_alloc(a, sizeof(*s));
	struct etq_score_rule *rules = arena_array(a, score->nrules + 1, sizeof(*rules));
	struct etq_score_topic *topics = arena_array(a, score->ntopics + 1, sizeof(*topics));

	if (!s || !rules || !topics)
		return NULL;
	if (score->nrules)
		memcpy(rules, score->rules, score->nrules * sizeof(*rules));
	if (score->ntopics)
		memcpy(topics, score->topics, score->ntopics * sizeof(*topics));
	*s = *score;
	s->rules = rules;
	s->topics = topics;
	return s;
}

bool findings_add(struct etq_findings *list, const struct etq_finding *f)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct etq_finding *grown = realloc(list->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		list->v = grown;
		list->cap = cap;
	}
	struct etq_finding *copy = &list->v[list->n];
	struct arena *a = list->arena;

	*copy = *f;
	copy->meta = dup_meta(a, f->meta);
	if (!copy->meta || !dup(a, &copy->call) || !dup(a, &copy->trigger) ||
	    !dup(a, &copy->measure))
		return false;
	if (f->score && !(copy->score = dup_score(a, f->score)))
		return false;
	for (size_t i = 0; i < copy->nquotes; i++)
		if (!dup(a, &copy->quotes[i].utterance) || !dup(a, &copy->quotes[i].words))
			return false;
	list->n++;
	return true;
}
