/* `forbid`: said, or happened, though it must not be. */
#include "rules/bound.h"
#include "rules/form.h"
#include "rules/scalar.h"
#include "rules/severity.h"
#include "rules/signal.h"
#include "rules/tally.h"
#include "rules/window.h"

struct forbid_keys {
	struct signal_keys signal;
	struct bound_keys bound;
	struct tally_keys tally;
	const struct node *after, *within, *each, *whole, *severity, *points;
};

/* Rows that a forbid of one thing and an item of a list have in common. */
#define FORBIDDEN_KEYS(type)                                                             \
	SIGNAL_KEYS(type, signal.),                                                      \
		{"above", "more often than so, or a longer silence", read_node,          \
		 offsetof(type, bound.above)},                                           \
		{"after", "a signal that must have come before", read_node,              \
		 offsetof(type, after)},                                                 \
		{"within", "window from `after` on", read_node, offsetof(type, within)}, \
	{                                                                                \
		"whole", "`turn`: only when the turn has nothing else in it", read_node, \
			offsetof(type, whole)                                            \
	}

static const struct key forbid_keys[] = {
	FORBIDDEN_KEYS(struct forbid_keys),
	RATE_KEYS(struct forbid_keys, bound.),
	TALLY_KEYS(struct forbid_keys, tally.),
	{"below", "not for a forbid", read_node, offsetof(struct forbid_keys, bound.below)},
	{"each", "what makes one finding: utterance, hit, turn or call", read_node,
	 offsetof(struct forbid_keys, each)},
};

static const struct key item_keys[] = {
	FORBIDDEN_KEYS(struct forbid_keys),
	{"severity", "of this one, where it is not the rule's", read_node,
	 offsetof(struct forbid_keys, severity)},
	{"points", "of this one, where they are not the rule's", read_node,
	 offsetof(struct forbid_keys, points)},
};

static const struct key within_key = {"within", "", read_window, 0, false};

static void read_each(struct loader *ld, const struct forbid_keys *keys, struct forbid *out)
{
	static const struct choice each[] = {
		{"utterance", EACH_UTTERANCE},
		{"hit", EACH_HIT},
		{"turn", EACH_TURN},
		{"call", EACH_CALL},
		{NULL},
	};
	int value;

	if (keys->each && scalar_choice(ld, keys->each, "each", each, &value))
		out->each = (enum each)value;
}

static void read_whole(struct loader *ld, const struct forbid_keys *keys, struct forbidden *out)
{
	static const struct choice whole[] = {{"turn", 1}, {NULL}};
	int value;

	if (!keys->whole)
		return;
	if (scalar_choice(ld, keys->whole, "whole", whole, &value))
		out->whole_turn = true;
	if (keys->signal.event)
		loader_error(ld, keys->whole, "`whole: turn` is about words: it needs `said`");
	if (keys->bound.above || keys->bound.below)
		loader_error(ld, keys->whole, "`whole: turn` can't be counted: leave `above` out");
}

static void read_count_bound(struct loader *ld, const struct forbid_keys *keys, struct forbid *out)
{
	const struct bound_unit unit = {.name = "said", .ms = false};

	if (keys->bound.below) {
		loader_error(ld, keys->bound.below,
			     "a forbid has no `below`: what must be said is an `expect`");
		return;
	}
	if (!bound_make(ld, &keys->bound, unit, &out->above))
		out->above.set = false;
}

/* What the keys of a single forbid and those of a list's item have in common. */
static void read_forbidden(struct loader *ld, const struct node *value, struct forbid_keys *keys,
			   struct forbidden *out)
{
	if (signal_is_silence(&keys->signal)) {
		keys->signal.above = keys->bound.above;
		keys->bound.above = NULL;
	}
	out->what = signal_make(ld, &keys->signal, value);
	read_whole(ld, keys, out);
	if (keys->after)
		out->after = signal_read(ld, keys->after, "after");
	if (keys->within)
		read_window(ld, &within_key, keys->within, &out->within);
	if (keys->within && !keys->after)
		loader_error(ld, keys->within,
			     "`within` is counted from `after`, which is missing");
	window_check(ld, keys->within, &out->within, signal_sides(ld, out->what));
}

static void read_weight(struct loader *ld, const struct forbid_keys *keys, struct forbidden *out)
{
	if (keys->severity) {
		read_severity(ld, &(struct key){.name = "severity"}, keys->severity,
			      &out->severity);
		out->severity_set = true;
	}
	if (keys->points)
		out->points_set = scalar_points(ld, keys->points, "points", &out->points);
}

/* An item of the list. */
static void read_item(struct loader *ld, const struct node *value, struct forbidden *out)
{
	struct forbid_keys keys = {0};

	if (!keys_read(ld, value, "an item of `forbid`", item_keys, KEY_COUNT(item_keys), &keys))
		return;
	read_forbidden(ld, value, &keys, out);
	read_weight(ld, &keys, out);
	if (keys.bound.above || keys.bound.below)
		loader_error(
			ld, keys.bound.above ? keys.bound.above : keys.bound.below,
			"what stands in a list can't be counted: make a rule of its own of it");
}

/* The sides that the rule is about are those of all that it forbids. */
static void check_item(struct loader *ld, const struct node *value, const struct forbidden *first,
		       const struct forbidden *item)
{
	if (item->what == NO_SIGNAL || first->what == NO_SIGNAL)
		return;
	if (signal_sides(ld, item->what) != signal_sides(ld, first->what))
		loader_error(
			ld, value,
			"all that a rule forbids is said by the same side: make two rules of it");
}

static void read_list(struct loader *ld, const struct node *list, struct forbidden *any,
		      struct forbid *out)
{
	bool whole = false;

	for (const struct item *i = list->first; i; i = i->next) {
		struct forbidden *item = &any[out->n++];

		read_item(ld, i->value, item);
		check_item(ld, i->value, any, item);
		if (whole && item->whole_turn)
			loader_error(ld, i->value, "`whole: turn` can be in one item only");
		whole |= item->whole_turn;
	}
}

static void read_single(struct loader *ld, const struct node *value, struct forbidden *any,
			struct forbid *out)
{
	struct forbid_keys keys = {0};

	out->n = 1;
	if (!keys_read(ld, value, "`forbid`", forbid_keys, KEY_COUNT(forbid_keys), &keys))
		return;
	read_forbidden(ld, value, &keys, any);
	read_each(ld, &keys, out);
	read_count_bound(ld, &keys, out);
	uint32_t sides = signal_sides(ld, any->what);

	if (any->after != NO_SIGNAL)
		sides |= signal_sides(ld, any->after);
	tally_read(ld, &keys.tally, keys.after, keys.within, sides, &out->tally);
	if (keys.tally.times && (any->whole_turn || out->above.set || keys.signal.event))
		loader_error(
			ld, keys.tally.times,
			"`times` is about words said, and goes with neither `above` nor `whole`");
}

void forbid_read(struct loader *ld, const struct node *value, struct rule *rule,
		 struct form_info *info)
{
	bool list = value->kind == NODE_LIST;
	struct forbidden *any;

	rule->forbid = (struct forbid){.tally = {.until = NO_SIGNAL, .kinds = NO_SIGNAL}};
	if (list && (value->n == 0 || value->n > FORBIDDEN_MAX)) {
		loader_error(ld, value, "a rule forbids 1 to %d things, and this has %zu",
			     FORBIDDEN_MAX, value->n);
		return;
	}
	any = loader_alloc(ld, list ? value->n : 1, sizeof(*any));
	if (!any)
		return;
	for (size_t i = 0; i < (list ? value->n : 1); i++)
		any[i] = (struct forbidden){.what = NO_SIGNAL, .after = NO_SIGNAL};
	rule->forbid.any = any;
	if (list)
		read_list(ld, value, any, &rule->forbid);
	else
		read_single(ld, value, any, &rule->forbid);
	info->has_side = any->what != NO_SIGNAL && signal_side(ld, any->what, &info->side);
}
