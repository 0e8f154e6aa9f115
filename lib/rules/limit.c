/* `limit`: a measure of the call over its bound. */
#include <string.h>

#include "base/sv.h"
#include "rules/bound.h"
#include "rules/form.h"
#include "rules/measure.h"
#include "rules/scalar.h"

enum { ALTERNATIVES_MAX = 16 };

struct limit_keys {
	const struct node *measure, *by, *every;
	struct bound_keys bound;
};

static const struct key limit_keys[] = {
	{"measure", "what is measured, such as hold, silence or rings", read_node,
	 offsetof(struct limit_keys, measure), true},
	{"by", "agent or customer, for what is measured of a side", read_node,
	 offsetof(struct limit_keys, by)},
	BOUND_KEYS(struct limit_keys, bound.),
	{"every", "again each time it has grown by so much", read_node,
	 offsetof(struct limit_keys, every)},
};

static bool read_by(struct loader *ld, const struct limit_keys *keys, struct measure_bound *out)
{
	static const struct choice sides[] = {
		{"agent", ETQ_AGENT}, {"customer", ETQ_CUSTOMER}, {NULL}};
	int side = ETQ_AGENT;

	if (keys->by && !measure_infos[out->measure].by) {
		loader_error(ld, keys->by, "`measure: %s` has no side: leave `by` out",
			     measure_infos[out->measure].name);
		return false;
	}
	if (keys->by && !scalar_choice(ld, keys->by, "by", sides, &side))
		return false;
	out->by = (enum etq_side)side;
	return true;
}

static bool read_every(struct loader *ld, const struct node *node, enum measure measure,
		       double *every)
{
	const struct measure_info *info = &measure_infos[measure];
	uint32_t count;
	int32_t ms;

	if (!info->running) {
		loader_error(ld, node, "`every` can't be here: `measure: %s` is judged once a call",
			     info->name);
		return false;
	}
	if (info->ms) {
		if (!scalar_time(ld, node, "every", &ms))
			return false;
		*every = ms;
		return true;
	}
	if (!scalar_count(ld, node, "every", &count))
		return false;
	*every = count;
	return true;
}

/* every: NULL where it can't be. */
static bool read_one(struct loader *ld, const struct node *node, struct measure_bound *out,
		     double *every)
{
	struct limit_keys keys = {0};
	struct bound_unit unit;
	int measure;

	if (!keys_read(ld, node, "a limit", limit_keys, KEY_COUNT(limit_keys), &keys) ||
	    !keys.measure || !scalar_choice(ld, keys.measure, "measure", measure_choices, &measure))
		return false;
	out->measure = (enum measure)measure;
	unit = (struct bound_unit){measure_infos[measure].name, measure_infos[measure].ms};
	if (!keys.bound.above && !keys.bound.below) {
		loader_error(
			ld, node,
			"a limit needs its bound, `above` or `below`: {measure: %s, above: %s}",
			unit.name, unit.ms ? "60s" : "3");
		return false;
	}
	if (keys.every && !every) {
		loader_error(ld, keys.every,
			     "`every` can't be here: it belongs to a limit of one measure");
		return false;
	}
	if (keys.bound.below && measure_infos[measure].running) {
		loader_error(ld, keys.bound.below,
			     "`measure: %s` is judged while it grows: it can only be `above`",
			     unit.name);
		return false;
	}
	if (keys.every && !read_every(ld, keys.every, out->measure, every))
		return false;
	return read_by(ld, &keys, out) && bound_make(ld, &keys.bound, unit, &out->bound);
}

static bool read_all(struct loader *ld, const struct node *value, struct limit *out, double *every)
{
	size_t n = value->kind == NODE_LIST ? value->n : 1, k = 0;
	struct measure_bound *any;
	bool good = true;

	if (n == 0 || n > ALTERNATIVES_MAX) {
		loader_error(ld, value, "`limit` has 1 to %d measures", ALTERNATIVES_MAX);
		return false;
	}
	any = loader_alloc(ld, n, sizeof(*any));
	if (!any)
		return false;
	if (value->kind == NODE_LIST) {
		for (const struct item *i = value->first; i; i = i->next)
			good &= read_one(ld, i->value, &any[k++], n == 1 ? every : NULL);
	} else {
		good = read_one(ld, value, any, every);
	}
	out->any = any;
	out->n = good ? n : 0;
	return good;
}

bool limit_make(struct loader *ld, const struct node *value, struct limit *out)
{
	return read_all(ld, value, out, NULL);
}

void limit_read(struct loader *ld, const struct node *value, struct rule *rule,
		struct form_info *info)
{
	rule->limit = (struct limit){0};
	if (!read_all(ld, value, &rule->limit, &rule->limit.every))
		return;
	info->has_side = true;
	info->side = rule->limit.any[0].by;
}
