#include "rules/order.h"

#include <stdio.h>
#include <string.h>

#include "base/sv.h"

enum { CYCLE_TEXT = 300 };

/* Sorting: depth first in file order, so that a rule goes right behind what it needs. */
struct sorting {
	struct loader *ld;
	size_t n;
	uint16_t *sorted; /* numbers of drafts, in the new order */
	size_t nsorted;
	uint16_t *place;       /* of each draft in the new order */
	uint8_t *state;        /* 0: not seen, 1: on the path, 2: placed */
	uint16_t *path;        /* drafts on the way here */
	uint16_t *item, *test; /* where in its `unless` each draft on the path is */
	size_t depth;
};

static bool next_fired(const struct sorting *s, uint16_t draft, uint16_t *fired)
{
	const struct rule *rule = s->ld->drafts[draft].rule;

	for (; s->item[draft] < rule->nunless; s->item[draft]++, s->test[draft] = 0) {
		const struct unless *u = &rule->unless[s->item[draft]];

		while (s->test[draft] < u->n) {
			const struct exception *e = &u->all[s->test[draft]++];

			if (e->kind == EX_FIRED && e->fired != NO_RULE) {
				*fired = e->fired;
				return true;
			}
		}
	}
	return false;
}

static void say_cycle(const struct sorting *s, uint16_t from)
{
	struct draft *drafts = s->ld->drafts;
	char text[CYCLE_TEXT];
	size_t i = 0, n = 0;

	while (s->path[i] != from)
		i++;
	for (; i < s->depth && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s → ",
				      SV_ARG(drafts[s->path[i]].named->name));
	loader_error(s->ld, drafts[from].named->key,
		     "rules wait for each other by `unless: fired`: %s%.*s",
		     n < sizeof(text) ? text : "", SV_ARG(drafts[from].named->name));
}

static void visit(struct sorting *s, uint16_t start)
{
	s->path[s->depth++] = start;
	s->state[start] = 1;
	while (s->depth > 0) {
		uint16_t draft = s->path[s->depth - 1], fired;

		if (!next_fired(s, draft, &fired)) {
			s->state[draft] = 2;
			s->place[draft] = (uint16_t)s->nsorted;
			s->sorted[s->nsorted++] = draft;
			s->depth--;
		} else if (s->state[fired] == 1) {
			say_cycle(s, fired);
		} else if (s->state[fired] == 0) {
			s->state[fired] = 1;
			s->path[s->depth++] = fired;
		}
	}
}

static void place_fired(const struct sorting *s, struct rule *rule)
{
	for (size_t i = 0; i < rule->nunless; i++)
		for (size_t k = 0; k < rule->unless[i].n; k++) {
			/* The ruleset is not shared yet: what it points to is still ours. */
			struct exception *e =
				(struct exception *)(uintptr_t)&rule->unless[i].all[k];

			if (e->kind == EX_FIRED && e->fired != NO_RULE)
				e->fired = s->place[e->fired];
		}
}

bool rules_order(struct loader *ld)
{
	size_t n = ld->rule_names.n;
	struct sorting s = {.ld = ld, .n = n};
	struct rule *rules = loader_alloc(ld, n, sizeof(*rules));

	s.sorted = loader_scratch(ld, n, sizeof(*s.sorted));
	s.place = loader_scratch(ld, n, sizeof(*s.place));
	s.state = loader_scratch(ld, n, sizeof(*s.state));
	s.path = loader_scratch(ld, n, sizeof(*s.path));
	s.item = loader_scratch(ld, n, sizeof(*s.item));
	s.test = loader_scratch(ld, n, sizeof(*s.test));
	if (ld->out_of_memory || !rules)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s.state[i] == 0)
			visit(&s, (uint16_t)i);
	for (size_t i = 0; i < n; i++) {
		rules[i] = *ld->drafts[s.sorted[i]].rule;
		place_fired(&s, &rules[i]);
	}
	ld->out->rules = rules;
	ld->out->nrules = n;
	return true;
}
