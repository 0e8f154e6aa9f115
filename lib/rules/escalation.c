#include "rules/escalation.h"

#include "base/sv.h"
#include "rules/bound.h"
#include "rules/scalar.h"
#include "rules/severity.h"
#include "rules/when.h"

enum { TIMES_MAX = 1000 };

struct escalation_keys {
	struct bound_keys bound;
	const struct node *times, *when;
	int severity;
};

static const struct key escalation_keys[] = {
	BOUND_KEYS(struct escalation_keys, bound.),
	RATE_KEYS(struct escalation_keys, bound.),
	{"times", "for a limit: so many times its own bound", read_node,
	 offsetof(struct escalation_keys, times)},
	{"when", "metadata that must hold", read_node, offsetof(struct escalation_keys, when)},
	{"severity", "the severity beyond it", read_severity,
	 offsetof(struct escalation_keys, severity), true},
};

static void read_times(struct loader *ld, const struct node *node, const struct rule *rule,
		       struct escalation *out)
{
	struct etq_str unit;
	double times;

	if (rule->form != FORM_LIMIT) {
		loader_error(ld, node,
			     "`times` multiplies the bound of a `limit`; here write `above`");
		return;
	}
	if (!scalar_number(ld, node, "times", &times, &unit))
		return;
	if (unit.n > 0 || times <= 1 || times > TIMES_MAX) {
		loader_error(ld, node, "`times: %.*s`: a number above 1 is expected, such as 2",
			     SV_ARG(node->text));
		return;
	}
	out->times = times;
	if (rule->limit.n == 1) {
		out->bound = rule->limit.any[0].bound;
		out->bound.value *= times;
	}
}

/* What the escalation's bound is of, or false after a complaint. */
static bool find_unit(struct loader *ld, const struct escalation_keys *keys, const struct node *at,
		      const struct rule *rule, struct bound_unit *unit)
{
	const struct measure_info *info;

	*unit = (struct bound_unit){"hits", false};
	if (rule->form != FORM_LIMIT)
		return true;
	if (rule->limit.n != 1) {
		if (rule->limit.n > 1)
			loader_error(
				ld, at,
				"the limit has several measures: write `times: 2`, so many times each bound");
		return false;
	}
	if (keys->bound.per) {
		loader_error(ld, keys->bound.per,
			     "a rate can't be here: the bound is of the limit's measure");
		return false;
	}
	info = &measure_infos[rule->limit.any[0].measure];
	*unit = (struct bound_unit){info->name, info->ms};
	return true;
}

static void read_one(struct loader *ld, const struct node *node, const struct rule *rule,
		     struct escalation *out)
{
	struct escalation_keys keys = {.severity = -1};
	const struct node *bound;
	struct bound_unit unit;

	if (!keys_read(ld, node, "an escalation", escalation_keys, KEY_COUNT(escalation_keys),
		       &keys))
		return;
	out->when = WHEN_ALWAYS;
	if (keys.when)
		read_when(ld, &(struct key){.name = "when"}, keys.when, &out->when);
	bound = keys.bound.above ? keys.bound.above : keys.bound.below;
	if (keys.severity >= 0)
		out->severity = (enum etq_severity)keys.severity;
	if (keys.severity >= 0 && out->severity <= rule->info.severity)
		loader_warning(ld, node,
			       "this changes nothing: the rule's own severity is `%s` already",
			       etq_severity_name(rule->info.severity));
	if (keys.times && bound)
		loader_error(ld, keys.times, "`times` and `above` exclude each other");
	else if (keys.times)
		read_times(ld, keys.times, rule, out);
	else if (!bound && keys.when)
		out->always = true;
	else if (!bound)
		loader_error(ld, node,
			     "an escalation needs its bound: {above: 4, severity: major}");
	else if (find_unit(ld, &keys, bound, rule, &unit) &&
		 !bound_make(ld, &keys.bound, unit, &out->bound))
		out->bound.set = false;
}

void escalations_read(struct loader *ld, const struct node *value, struct rule *rule)
{
	if (value->kind != NODE_LIST) {
		loader_error(ld, value, "`escalate` is a list: - {above: 4, severity: major}");
		return;
	}
	if (value->n > ESCALATIONS_MAX) {
		loader_error(ld, value, "too many escalations: at most %d", ESCALATIONS_MAX);
		return;
	}
	for (const struct item *i = value->first; i; i = i->next)
		read_one(ld, i->value, rule, &rule->escalations[rule->nescalations++]);
}
