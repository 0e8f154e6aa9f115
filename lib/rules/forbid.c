/* `forbid`: said, or happened, though it must not be. */
#include "rules/bound.h"
#include "rules/form.h"
#include "rules/scalar.h"
#include "rules/signal.h"
#include "rules/window.h"

struct forbid_keys {
	struct signal_keys signal;
	struct bound_keys bound;
	const struct node *after, *within, *each, *whole;
};

static const struct key forbid_keys[] = {
	SIGNAL_KEYS(struct forbid_keys, signal.),
	BOUND_KEYS(struct forbid_keys, bound.),
	RATE_KEYS(struct forbid_keys, bound.),
	{"after", "a signal that must have come before", read_node,
	 offsetof(struct forbid_keys, after)},
	{"within", "window from `after` on", read_node, offsetof(struct forbid_keys, within)},
	{"each", "what makes one finding: utterance, hit, turn or call", read_node,
	 offsetof(struct forbid_keys, each)},
	{"whole", "`turn`: only when the turn has nothing else in it", read_node,
	 offsetof(struct forbid_keys, whole)},
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
	static const struct choice whole[] = {{"turn", 1}, {NULL}};
	int value;

	if (keys->each && scalar_choice(ld, keys->each, "each", each, &value))
		out->each = (enum each)value;
	if (keys->whole && scalar_choice(ld, keys->whole, "whole", whole, &value))
		out->whole_turn = true;
	if (keys->whole && keys->signal.event)
		loader_error(ld, keys->whole, "`whole: turn` is about words: it needs `said`");
	if (keys->whole && (keys->bound.above || keys->bound.below))
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

void forbid_read(struct loader *ld, const struct node *value, struct rule *rule,
		 struct form_info *info)
{
	struct forbid_keys keys = {0};
	struct forbid *out = &rule->forbid;

	*out = (struct forbid){.what = NO_SIGNAL, .after = NO_SIGNAL};
	if (!keys_read(ld, value, "`forbid`", forbid_keys, KEY_COUNT(forbid_keys), &keys))
		return;
	if (signal_is_silence(&keys.signal)) {
		keys.signal.above = keys.bound.above;
		keys.bound.above = NULL;
	}
	out->what = signal_make(ld, &keys.signal, value);
	read_each(ld, &keys, out);
	read_count_bound(ld, &keys, out);
	if (keys.after)
		out->after = signal_read(ld, keys.after, "after");
	if (keys.within)
		read_window(ld, &within_key, keys.within, &out->within);
	if (keys.within && !keys.after)
		loader_error(ld, keys.within, "`within` is counted from `after`, which is missing");
	window_check(ld, keys.within, &out->within, signal_sides(ld, out->what));
	info->has_side = out->what != NO_SIGNAL && signal_side(ld, out->what, &info->side);
}
