#include "rules/scalar.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"

enum { CHOICES_MAX = 32 };

struct unit {
	const char *name;
	double ms;
};

static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits, perhaps with decimals; *rest is what follows. False when text does not begin with a digit. */
static bool parse_number(struct etq_str text, double *value, struct etq_str *rest)
{
	size_t i = 0;
	double v = 0, place = 1;

	for (; i < text.n && is_digit(text.p[i]); i++)
		v = v * 10 + (text.p[i] - '0');
	if (i == 0)
		return false;
	if (i + 1 < text.n && text.p[i] == '.' && is_digit(text.p[i + 1]))
		for (i++; i < text.n && is_digit(text.p[i]); i++) {
			place /= 10;
			v += (text.p[i] - '0') * place;
		}
	while (i < text.n && text.p[i] == ' ')
		i++;
	*value = v;
	*rest = (struct etq_str){text.p + i, text.n - i};
	return true;
}

static bool is_scalar(struct loader *ld, const struct node *node, const char *what)
{
	if (node->kind == NODE_SCALAR)
		return true;
	loader_error(ld, node, "`%s` is one value, not a %s%s", what,
		     node->kind == NODE_LIST ? "list" : "mapping",
		     node->kind == NODE_LIST
			     ? ": text in [ ] must be in single quotes"
			     : ": text with { } or a colon must be in single quotes");
	return false;
}

bool scalar_text(struct loader *ld, const struct node *node, const char *what, struct etq_str *out)
{
	struct etq_str text;

	if (!is_scalar(ld, node, what))
		return false;
	text = node->text;
	while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' '))
		text.n--;
	if (text.n == 0) {
		loader_error(ld, node, "`%s` is empty", what);
		return false;
	}
	*out = text;
	return true;
}

bool scalar_number(struct loader *ld, const struct node *node, const char *what, double *out,
		   struct etq_str *unit)
{
	struct etq_str text;

	if (!scalar_text(ld, node, what, &text))
		return false;
	if (text.p[0] == '-') {
		loader_error(ld, node, "`%s: %.*s` is negative", what, SV_ARG(text));
		return false;
	}
	if (!parse_number(text, out, unit)) {
		loader_error(ld, node, "`%s: %.*s` is not a number", what, SV_ARG(text));
		return false;
	}
	if (unit->n > 1 && (unit->p[0] == ',' || unit->p[0] == '.') && is_digit(unit->p[1])) {
		loader_error(ld, node, "`%s: %.*s`: decimals are written with one point: 2.5", what,
			     SV_ARG(text));
		return false;
	}
	return true;
}

static const struct unit *find_unit(struct etq_str name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (sv_eq(name, sv_of(units[i].name)))
			return &units[i];
	return NULL;
}

bool scalar_is_time(const struct node *node)
{
	struct etq_str rest;
	double v;

	return node->kind == NODE_SCALAR && parse_number(node->text, &v, &rest) && find_unit(rest);
}

bool scalar_time(struct loader *ld, const struct node *node, const char *what, int32_t *ms)
{
	const struct unit *u;
	struct etq_str unit;
	double v;

	if (!scalar_number(ld, node, what, &v, &unit))
		return false;
	u = find_unit(unit);
	if (!u && unit.n == 0)
		loader_error(ld, node, "`%s: %.*s` has no unit: write %.*ss for seconds", what,
			     SV_ARG(node->text), SV_ARG(node->text));
	else if (!u)
		loader_error(ld, node,
			     "`%s: %.*s`: a time has the unit ms, s, m or h: 300ms, 30s, 2m", what,
			     SV_ARG(node->text));
	else if (round(v * u->ms) < 1)
		loader_error(ld, node, "`%s: %.*s`: a time must be more than nothing", what,
			     SV_ARG(node->text));
	else if (v * u->ms > TIME_MAX_MS)
		loader_error(ld, node, "`%s: %.*s` is longer than a day", what, SV_ARG(node->text));
	else {
		*ms = (int32_t)round(v * u->ms);
		return true;
	}
	return false;
}

bool scalar_count(struct loader *ld, const struct node *node, const char *what, uint32_t *out)
{
	struct etq_str unit;
	double v;

	if (!scalar_number(ld, node, what, &v, &unit))
		return false;
	if (unit.n > 0)
		loader_error(ld, node, "`%s: %.*s`: a plain number is expected, without `%.*s`",
			     what, SV_ARG(node->text), SV_ARG(unit));
	else if (v != floor(v) || v < 1)
		loader_error(ld, node, "`%s: %.*s`: a whole number from 1 on is expected", what,
			     SV_ARG(node->text));
	else if (v > COUNT_MAX)
		loader_error(ld, node, "`%s: %.*s` is too large: at most %d", what,
			     SV_ARG(node->text), COUNT_MAX);
	else {
		*out = (uint32_t)v;
		return true;
	}
	return false;
}

bool scalar_points(struct loader *ld, const struct node *node, const char *what, int *out)
{
	uint32_t points = 0;

	if (!node_is(node, "0") && !scalar_count(ld, node, what, &points))
		return false;
	if (points > POINTS_MAX) {
		loader_error(ld, node, "`%s: %u` is too large: at most %d", what, points,
			     POINTS_MAX);
		return false;
	}
	*out = (int)points;
	return true;
}

static const struct choice *find_choice(const struct choice *choices, struct etq_str name)
{
	for (; choices->name; choices++)
		if (sv_eq(name, sv_of(choices->name)))
			return choices;
	return NULL;
}

bool scalar_choice(struct loader *ld, const struct node *node, const char *what,
		   const struct choice *choices, int *out)
{
	const char *names[CHOICES_MAX + 1];
	const struct choice *choice;
	struct etq_str text;
	char list[300];
	size_t n = 0;

	if (!scalar_text(ld, node, what, &text))
		return false;
	choice = find_choice(choices, text);
	if (choice) {
		*out = choice->value;
		return true;
	}
	for (; choices[n].name && n < CHOICES_MAX; n++)
		names[n] = choices[n].name;
	names[n] = NULL;
	if (diag_nearest(text, names))
		loader_error(ld, node, "`%s` can't be `%.*s`%s", what, SV_ARG(text),
			     keys_suggest(text, names, list, sizeof(list)));
	else
		loader_error(ld, node, "`%s` can't be `%.*s`; it is one of: %s", what, SV_ARG(text),
			     keys_list(names, list, sizeof(list)));
	return false;
}

/* Calls the reader for one value or for each of a list. */
static bool is_empty_list(struct loader *ld, const struct node *node, const char *what)
{
	if (node->kind != NODE_LIST || node->n > 0)
		return false;
	loader_error(ld, node, "`%s` is an empty list: leave the key out", what);
	return true;
}

bool scalar_choices(struct loader *ld, const struct node *node, const char *what,
		    const struct choice *choices, uint32_t *bits)
{
	uint32_t all = 0;
	bool good = true;
	int value;

	if (is_empty_list(ld, node, what))
		return false;
	if (node->kind != NODE_LIST) {
		if (!scalar_choice(ld, node, what, choices, &value))
			return false;
		*bits = 1u << value;
		return true;
	}
	for (const struct item *i = node->first; i; i = i->next) {
		if (scalar_choice(ld, i->value, what, choices, &value))
			all |= 1u << value;
		else
			good = false;
	}
	if (good)
		*bits = all;
	return good;
}

bool scalar_texts(struct loader *ld, const struct node *node, const char *what,
		  const struct etq_str **v, size_t *n)
{
	size_t count = node->kind == NODE_LIST ? node->n : 1, k = 0;
	struct etq_str *texts;
	bool good = true;

	if (is_empty_list(ld, node, what))
		return false;
	texts = loader_alloc(ld, count, sizeof(*texts));
	if (!texts)
		return false;
	if (node->kind != NODE_LIST) {
		good = scalar_text(ld, node, what, &texts[k++]);
	} else {
		for (const struct item *i = node->first; i; i = i->next)
			good &= scalar_text(ld, i->value, what, &texts[k++]);
	}
	if (!good)
		return false;
	for (k = 0; k < count; k++)
		texts[k] = loader_dup(ld, texts[k]);
	*v = texts;
	*n = count;
	return true;
}

enum { ANY_SIDE = ETQ_SIDES };

bool scalar_sides(struct loader *ld, const struct node *node, bool system, uint32_t *sides)
{
	static const struct choice with_system[] = {
		{"agent", ETQ_AGENT},
		{"customer", ETQ_CUSTOMER},
		{"bot", ETQ_BOT},
		{"unknown", ETQ_UNKNOWN},
		{"any", ANY_SIDE},
		{"system", ETQ_SYSTEM},
		{NULL},
	};
	static const struct choice speakers[] = {
		{"agent", ETQ_AGENT},     {"customer", ETQ_CUSTOMER}, {"bot", ETQ_BOT},
		{"unknown", ETQ_UNKNOWN}, {"any", ANY_SIDE},          {NULL},
	};
	uint32_t bits;

	if (!scalar_choices(ld, node, "by", system ? with_system : speakers, &bits))
		return false;
	if (bits & 1u << ANY_SIDE)
		bits = (bits & ~(1u << ANY_SIDE)) | SIDES_ANY;
	*sides = bits;
	return true;
}

void read_text(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	struct etq_str text;

	if (scalar_text(ld, value, key->name, &text))
		*(struct etq_str *)field = loader_dup(ld, text);
}

void read_bool(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	struct etq_str text;

	if (!scalar_text(ld, value, key->name, &text))
		return;
	if (sv_eq(text, SV("true")) || sv_eq(text, SV("false")))
		*(bool *)field = text.n == 4;
	else
		loader_error(ld, value, "`%s` is `true` or `false`, not `%.*s`", key->name,
			     SV_ARG(text));
}

void read_time(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	int32_t ms;

	if (scalar_time(ld, value, key->name, &ms))
		*(int32_t *)field = ms;
}

void read_count(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	uint32_t n;

	if (scalar_count(ld, value, key->name, &n))
		*(uint32_t *)field = n;
}
