/* `sequence`: one thing after another. */
#include "base/sv.h"
#include "rules/form.h"
#include "rules/scalar.h"
#include "rules/severity.h"
#include "rules/signal.h"
#include "rules/window.h"

struct step_keys {
	struct signal_keys signal;
	const struct node * not, *within, *severity, *points;
	struct etq_str name;
	bool optional;
};

static const struct key step_keys[] = {
	SIGNAL_KEYS(struct step_keys, signal.),
	{"above", "length of a silence", read_node, offsetof(struct step_keys, signal.above)},
	{"not", "a signal that must not come here", read_node, offsetof(struct step_keys, not )},
	{"within", "window since the step before", read_node, offsetof(struct step_keys, within)},
	{"name", "what the step is called", read_text, offsetof(struct step_keys, name)},
	{"optional", "true: it may be left out", read_bool, offsetof(struct step_keys, optional)},
	{"severity", "when it is missing, where it is not the rule's", read_node,
	 offsetof(struct step_keys, severity)},
	{"points", "when it is missing, where they are not the rule's", read_node,
	 offsetof(struct step_keys, points)},
};

struct sequence_keys {
	const struct node *steps, *report;
};

static const struct key sequence_keys[] = {
	{"steps", "list of steps", read_node, offsetof(struct sequence_keys, steps), true},
	{"report", "`missing`: a finding for each step that was left out", read_node,
	 offsetof(struct sequence_keys, report)},
};

static const struct key within_key = {"within", "", read_window, 0, false};

static void read_absent(struct loader *ld, const struct step_keys *keys, struct step *out)
{
	const struct node *extra = keys->signal.said ? keys->signal.said : keys->signal.event;

	if (!extra)
		extra = keys->within;
	if (extra)
		loader_error(
			ld, extra,
			"a `not` step has its signal inside, and no window: {not: {said: SET, by: agent}}");
	if (keys->optional)
		loader_error(ld, keys->not, "a `not` step can't be optional");
	out->absent = true;
	out->signal = signal_read(ld, keys->not, "not");
}

/* What it weighs that the step is missing. */
static void read_weight(struct loader *ld, const struct step_keys *keys, bool missing,
			struct step *out)
{
	const struct node *weight = keys->severity ? keys->severity : keys->points;

	if (weight && (!missing || keys->optional || keys->not ))
		loader_error(ld, weight,
			     "only a step that can be reported missing has a severity and points");
	if (keys->severity) {
		read_severity(ld, &(struct key){.name = "severity"}, keys->severity,
			      &out->severity);
		out->severity_set = true;
	}
	if (keys->points)
		out->points_set = scalar_points(ld, keys->points, "points", &out->points);
}

static void read_step(struct loader *ld, const struct node *node, bool first, bool missing,
		      struct step *out)
{
	struct step_keys keys = {0};

	out->signal = NO_SIGNAL;
	if (node->kind == NODE_SCALAR) {
		out->signal = signal_read(ld, node, "step");
		return;
	}
	if (!keys_read(ld, node, "a step", step_keys, KEY_COUNT(step_keys), &keys))
		return;
	out->name = keys.name;
	out->optional = keys.optional;
	read_weight(ld, &keys, missing, out);
	if (keys.not &&first)
		loader_error(ld, keys.not,
			     "the first step can't be `not`: there is nothing before it");
	if (keys.not ) {
		read_absent(ld, &keys, out);
		return;
	}
	out->signal = signal_make(ld, &keys.signal, node);
	if (keys.within && first)
		loader_error(ld, keys.within,
			     "the first step can't have `within`: there is no step before it");
	if (keys.within)
		read_window(ld, &within_key, keys.within, &out->within);
	window_check(ld, keys.within, &out->within, signal_sides(ld, out->signal));
}

static bool read_steps(struct loader *ld, const struct node *list, struct sequence *out)
{
	size_t errors = ld->diags->errors, k = 0, needed = 0;
	struct step *steps;

	if (list->kind != NODE_LIST) {
		loader_error(ld, list, "steps are a list: a dash for each");
		return false;
	}
	if (list->n < (out->missing ? 1 : 2) || list->n > STEPS_MAX) {
		loader_error(ld, list, "a sequence has %d to %d steps, not %zu%s",
			     out->missing ? 1 : 2, STEPS_MAX, list->n,
			     list->n == 1 ? ": one alone is a `forbid`" : "");
		return false;
	}
	steps = loader_alloc(ld, list->n, sizeof(*steps));
	if (!steps)
		return false;
	for (const struct item *i = list->first; i; i = i->next, k++) {
		read_step(ld, i->value, k == 0, out->missing, &steps[k]);
		needed += !steps[k].optional && !steps[k].absent;
	}
	if (needed == 0 && errors == ld->diags->errors)
		loader_error(ld, list, "all steps are optional: nothing would ever be found");
	out->steps = steps;
	out->n = list->n;
	if (out->missing) {
		out->chain = (uint16_t)ld->nchains;
		ld->nchains += list->n;
	}
	return errors == ld->diags->errors;
}

bool sequence_make(struct loader *ld, const struct node *value, struct sequence *out)
{
	static const struct choice reports[] = {{"missing", 1}, {NULL}};
	struct sequence_keys keys = {0};
	int missing = 0;

	*out = (struct sequence){.slot = (uint16_t)ld->nsequences++};
	if (value->kind != NODE_MAP)
		return read_steps(ld, value, out);
	if (!keys_read(ld, value, "`sequence`", sequence_keys, KEY_COUNT(sequence_keys), &keys))
		return false;
	if (keys.report && !scalar_choice(ld, keys.report, "report", reports, &missing))
		return false;
	out->missing = missing;
	return keys.steps && read_steps(ld, keys.steps, out);
}

void sequence_read(struct loader *ld, const struct node *value, struct rule *rule,
		   struct form_info *info)
{
	if (sequence_make(ld, value, &rule->sequence))
		info->has_side = signal_side(ld, rule->sequence.steps[0].signal, &info->side);
}
