#include "rules/scoring.h"

#include "base/sv.h"
#include "rules/names.h"
#include "rules/scalar.h"

enum { START = 100, SUGGEST_SIZE = 150 };

struct score_keys {
	const struct node *start, *floor, *cap, *points;
};

static const struct key score_keys[] = {
	{"start", "the score of a call without findings", read_node,
	 offsetof(struct score_keys, start)},
	{"floor", "the lowest score", read_node, offsetof(struct score_keys, floor)},
	{"cap", "points that a rule can cost at most in a call, by id; `default`: all others",
	 read_node, offsetof(struct score_keys, cap)},
	{"points", "points that a finding costs, by id of its rule", read_node,
	 offsetof(struct score_keys, points)},
};

/* The ruleset is not shared yet: what it points to is still ours. */
static struct rule *rule_of(const struct loader *ld, struct etq_str id)
{
	for (size_t i = 0; i < ld->out->nrules; i++)
		if (sv_eq(ld->out->rules[i].info.id, id))
			return (struct rule *)(uintptr_t)&ld->out->rules[i];
	return NULL;
}

/* The rule that a key of `cap` or `points` names, or NULL after a complaint. */
static struct rule *refer(struct loader *ld, const struct node *key)
{
	char suggestion[SUGGEST_SIZE];

	if (key->kind != NODE_SCALAR)
		return NULL; /* said when it was read */
	if (names_find(&ld->rule_names, key->text))
		return rule_of(ld, key->text);
	if (!ld->incomplete)
		loader_error(ld, key, "there is no rule `%.*s`%s", SV_ARG(key->text),
			     names_suggest(ld, &ld->rule_names, key->text, suggestion,
					   sizeof(suggestion)));
	return NULL;
}

static bool is_map(struct loader *ld, const struct node *node, const char *what)
{
	if (node->kind == NODE_MAP)
		return true;
	loader_error(ld, node, "`%s` is a mapping of rule ids to points: {hold.too-long: 10}",
		     what);
	return false;
}

/* The points that the rule names itself count when a later layer says so: a site over its pack. */
static bool is_overruled(const struct loader *ld, const struct item *item)
{
	const struct named *named = names_find(&ld->rule_names, item->key->text);
	const struct node *own = named && named->value->kind == NODE_MAP
					 ? node_get(named->value, "points")
					 : NULL;

	return own && own->source->layer > item->value->source->layer;
}

static void read_points(struct loader *ld, const struct node *map)
{
	for (const struct item *i = map->first; i; i = i->next) {
		struct rule *rule = refer(ld, i->key);
		int points;

		if (rule && scalar_points(ld, i->value, "points", &points) && !is_overruled(ld, i))
			rule->info.points = points;
	}
}

/* The most that a finding of the rule costs. */
static int dearest(const struct rule *rule)
{
	int points = rule->info.points;

	if (rule->inferred_points_set && rule->inferred_points > points)
		points = rule->inferred_points;
	for (size_t i = 0; rule->form == FORM_FORBID && i < rule->forbid.n; i++)
		if (rule->forbid.any[i].points_set && rule->forbid.any[i].points > points)
			points = rule->forbid.any[i].points;
	for (size_t i = 0; rule->form == FORM_SEQUENCE && i < rule->sequence.n; i++)
		if (rule->sequence.steps[i].points_set && rule->sequence.steps[i].points > points)
			points = rule->sequence.steps[i].points;
	return points;
}

/* What a single finding costs should not be cut: that is most likely a slip. */
static void check_cap(struct loader *ld, const struct node *at, const struct rule *rule)
{
	if (rule->info.status < ETQ_DRAFT && rule->cap < dearest(rule))
		loader_warning(ld, at,
			       "a single finding of `%.*s` costs %d points, which is more than "
			       "the cap of %d",
			       SV_ARG(rule->info.id), dearest(rule), rule->cap);
}

static void read_default_cap(struct loader *ld, const struct node *map)
{
	const struct node *node = node_get(map, "default");
	int cap;

	if (!node || !scalar_points(ld, node, "default", &cap))
		return;
	for (size_t i = 0; i < ld->out->nrules; i++) {
		struct rule *rule = rule_of(ld, ld->out->rules[i].info.id);

		if (rule->cap != NO_CAP)
			continue;
		rule->cap = cap;
		check_cap(ld, node, rule);
	}
}

static void read_caps(struct loader *ld, const struct node *map)
{
	for (const struct item *i = map->first; i; i = i->next) {
		struct rule *rule = node_is(i->key, "default") ? NULL : refer(ld, i->key);
		int cap;

		if (!rule && node_is(i->key, "default"))
			continue;
		if (!scalar_points(ld, i->value, "cap", &cap) || !rule)
			continue;
		rule->cap = cap;
		check_cap(ld, i->value, rule);
	}
	read_default_cap(ld, map);
}

static void read_range(struct loader *ld, const struct score_keys *keys, struct scoring *out)
{
	int start = START, floor = 0;

	if ((keys->start && !scalar_points(ld, keys->start, "start", &start)) ||
	    (keys->floor && !scalar_points(ld, keys->floor, "floor", &floor)))
		return;
	if (floor >= start)
		loader_error(ld, keys->floor ? keys->floor : keys->start,
			     "`floor: %d` is not below `start: %d`: no call could lose anything",
			     floor, start);
	*out = (struct scoring){.start = start, .floor = floor};
}

bool scoring_read(struct loader *ld)
{
	struct score_keys keys = {0};

	ld->out->scoring = (struct scoring){.start = START};
	if (!ld->score ||
	    !keys_read(ld, ld->score, "`score`", score_keys, KEY_COUNT(score_keys), &keys))
		return !ld->out_of_memory;
	read_range(ld, &keys, &ld->out->scoring);
	if (keys.points && is_map(ld, keys.points, "points"))
		read_points(ld, keys.points);
	if (keys.cap && is_map(ld, keys.cap, "cap"))
		read_caps(ld, keys.cap);
	return !ld->out_of_memory;
}
