#include "rules/bound.h"

#include <math.h>

#include "base/sv.h"
#include "rules/scalar.h"

enum { OVER_WORDS = 50, BOUND_MAX = 1000000 };

static bool read_value(struct loader *ld, const struct node *node, const char *what,
		       struct bound_unit unit, bool rate, double *out)
{
	struct etq_str rest;
	int32_t ms;

	if (unit.ms) {
		if (!scalar_is_time(node) && node->kind == NODE_SCALAR && node->text.n > 0 &&
		    node->text.p[node->text.n - 1] >= '0' &&
		    node->text.p[node->text.n - 1] <= '9') {
			loader_error(ld, node, "`%s: %.*s`: `%s` is a time: write %.*ss", what,
				     SV_ARG(node->text), unit.name, SV_ARG(node->text));
			return false;
		}
		if (!scalar_time(ld, node, what, &ms))
			return false;
		*out = ms;
		return true;
	}
	if (!scalar_number(ld, node, what, out, &rest))
		return false;
	if (rest.n > 0 && scalar_is_time(node))
		loader_error(
			ld, node,
			"`%s: %.*s`: `%s` is counted, not a time: write a number without a unit",
			what, SV_ARG(node->text), unit.name);
	else if (rest.n > 0)
		loader_error(
			ld, node,
			"`%s: %.*s`: write a plain number; a rate has its unit in `per: 100 words`",
			what, SV_ARG(node->text));
	else if (!rate && *out != floor(*out))
		loader_error(ld, node, "`%s: %.*s`: `%s` is a whole number", what,
			     SV_ARG(node->text), unit.name);
	else if (*out > BOUND_MAX)
		loader_error(ld, node, "`%s: %.*s` is too large: at most %d", what,
			     SV_ARG(node->text), BOUND_MAX);
	else
		return true;
	return false;
}

static bool read_rate(struct loader *ld, const struct bound_keys *keys, struct bound *out)
{
	static const struct choice rates[] = {
		{"100 words", RATE_WORDS}, {"minute", RATE_MINUTE}, {NULL}};
	struct etq_str unit;
	double n;
	int rate;

	if (!scalar_choice(ld, keys->per, "per", rates, &rate))
		return false;
	out->rate = (enum rate)rate;
	if (!keys->over) {
		out->over_words = rate == RATE_WORDS ? OVER_WORDS : 0;
		return true;
	}
	if (scalar_is_time(keys->over))
		return scalar_time(ld, keys->over, "over", &out->over_ms);
	if (!scalar_number(ld, keys->over, "over", &n, &unit))
		return false;
	if (!sv_eq(unit, SV("words")) || n != floor(n) || n < 1 || n > COUNT_MAX) {
		loader_error(ld, keys->over, "`over: %.*s`: write `50 words` or `20s`",
			     SV_ARG(keys->over->text));
		return false;
	}
	out->over_words = (uint32_t)n;
	return true;
}

bool bound_make(struct loader *ld, const struct bound_keys *keys, struct bound_unit unit,
		struct bound *out)
{
	const struct node *value = keys->above ? keys->above : keys->below;
	const struct node *loose = keys->per ? keys->per : keys->over;

	*out = (struct bound){0};
	if (keys->above && keys->below) {
		loader_error(ld, keys->below, "`above` and `below` exclude each other");
		return false;
	}
	if (!value && loose) {
		loader_error(ld, loose,
			     "a rate needs `above`: {above: 4, per: 100 words, over: 50 words}");
		return false;
	}
	if (keys->over && !keys->per) {
		loader_error(ld, keys->over,
			     "`over` goes with `per`: {above: 4, per: 100 words, over: 50 words}");
		return false;
	}
	if (!value)
		return true;
	out->below = keys->below;
	if (!read_value(ld, value, keys->above ? "above" : "below", unit, keys->per, &out->value))
		return false;
	if (out->below && out->value <= 0) {
		loader_error(ld, value, "`below: 0` is never reached");
		return false;
	}
	if (keys->per && !read_rate(ld, keys, out))
		return false;
	out->set = true;
	return true;
}
