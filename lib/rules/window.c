#include "rules/window.h"

#include <math.h>
#include <stddef.h>

#include "base/sv.h"
#include "rules/scalar.h"

static void read_seconds(struct loader *ld, const struct key *key, const struct node *value,
			 void *field)
{
	int32_t *ms = field;
	struct etq_str unit;
	double seconds;

	if (scalar_is_time(value)) {
		read_time(ld, key, value, field);
		return;
	}
	if (!scalar_number(ld, value, key->name, &seconds, &unit))
		return;
	if (unit.n > 0)
		loader_error(ld, value, "`%s: %.*s`: a time has the unit ms, s, m or h", key->name,
			     SV_ARG(value->text));
	else if (round(seconds * 1000) < 1)
		loader_error(ld, value, "`%s: %.*s`: a time must be more than nothing", key->name,
			     SV_ARG(value->text));
	else if (seconds * 1000 > TIME_MAX_MS)
		loader_error(ld, value, "`%s: %.*s` is longer than a day", key->name,
			     SV_ARG(value->text));
	else
		*ms = (int32_t)round(seconds * 1000);
}

static void read_small(struct loader *ld, const struct key *key, const struct node *value,
		       void *field)
{
	uint32_t n;

	if (scalar_count(ld, value, key->name, &n))
		*(uint16_t *)field = (uint16_t)n;
}

static const struct key window_keys[] = {
	{"seconds", "time", read_seconds, offsetof(struct window, ms)},
	{"turns", "turns of the side that is listened to", read_small,
	 offsetof(struct window, turns)},
	{"words", "words of that side", read_small, offsetof(struct window, words)},
	{"utterances", "utterances of that side", read_small, offsetof(struct window, utterances)},
};

void read_window(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	struct window *window = field;
	struct etq_str unit;
	double n;

	if (value->kind == NODE_MAP) {
		keys_read(ld, value, "a window", window_keys, KEY_COUNT(window_keys), window);
		if (value->n == 0)
			loader_error(ld, value,
				     "the window is empty: leave `%s` out for the whole call",
				     key->name);
		return;
	}
	if (value->kind == NODE_SCALAR && value->text.n > 0 && value->text.p[0] != '-' &&
	    !scalar_is_time(value) && scalar_number(ld, value, key->name, &n, &unit)) {
		if (unit.n == 0)
			loader_error(
				ld, value,
				"`%s: %.*s` has no unit: write %.*ss for seconds, or {turns: %.*s}",
				key->name, SV_ARG(value->text), SV_ARG(value->text),
				SV_ARG(value->text));
		else
			loader_error(
				ld, value,
				"`%s: %.*s` is no time: write 30s, or {turns: 2}, with seconds, turns, words or utterances",
				key->name, SV_ARG(value->text));
		return;
	}
	if (value->kind == NODE_LIST)
		loader_error(ld, value, "`%s` is a time like 30s or a mapping like {turns: 2}",
			     key->name);
	else if (value->text.n > 0 && (value->text.p[0] == '-' || scalar_is_time(value)))
		read_time(ld, key, value, &window->ms);
}

void window_check(struct loader *ld, const struct node *node, const struct window *window,
		  uint32_t sides)
{
	if (!node || !(window->turns || window->words || window->utterances))
		return;
	if (sides != SIDES_ALL && (sides & (1u << ETQ_AGENT | 1u << ETQ_CUSTOMER)))
		return;
	loader_error(
		ld, node,
		"turns, words and utterances are counted of the side that is listened to, and here that is neither the agent nor the customer: give a time");
}
