/* `expect`: what must be said after something, or before it. */
#include "base/sv.h"
#include "rules/form.h"
#include "rules/signal.h"
#include "rules/window.h"

struct expect_keys {
	struct signal_keys signal;
	const struct node *after, *before, *within;
};

static const struct key expect_keys[] = {
	SIGNAL_KEYS(struct expect_keys, signal.),
	{"above", "length of a silence", read_node, offsetof(struct expect_keys, signal.above)},
	{"after", "the signal from which on it is expected", read_node,
	 offsetof(struct expect_keys, after)},
	{"before", "the signal before which it is expected", read_node,
	 offsetof(struct expect_keys, before)},
	{"within", "the window from that signal", read_node, offsetof(struct expect_keys, within)},
};

static const struct key within_key = {"within", "", read_window, 0, false};

void expect_read(struct loader *ld, const struct node *value, struct rule *rule,
		 struct form_info *info)
{
	struct expect_keys keys = {0};
	struct expect *out = &rule->expect;

	*out = (struct expect){.said = NO_SIGNAL, .anchor = NO_SIGNAL};
	if (!keys_read(ld, value, "`expect`", expect_keys, KEY_COUNT(expect_keys), &keys))
		return;
	out->said = signal_make(ld, &keys.signal, value);
	out->before = keys.before;
	if (keys.after && keys.before)
		loader_error(ld, keys.before,
			     "`after` and `before` exclude each other: make two rules of it");
	else if (keys.after)
		out->anchor = signal_read(ld, keys.after, "after");
	else if (keys.before)
		out->anchor = signal_read(ld, keys.before, "before");
	else
		loader_error(
			ld, value,
			"`expect` needs `after` or `before`: {said: SET, after: hold.end, within: 30s}");
	if (keys.within)
		read_window(ld, &within_key, keys.within, &out->within);
	window_check(ld, keys.within, &out->within, signal_sides(ld, out->said));
	info->has_side = out->said != NO_SIGNAL && signal_side(ld, out->said, &info->side);
}
