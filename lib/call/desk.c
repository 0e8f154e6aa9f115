#include "call/desk.h"

#include <stdlib.h>

static struct papers *papers_new(const struct etq_ruleset *rules)
{
	struct papers *p = calloc(1, sizeof(*p) + rules->nrules * sizeof(*p->card.counts));

	if (!p)
		return NULL;
	p->card.counts = (struct score_counts *)(p + 1);
	p->nrules = rules->nrules;
	p->state = state_new(rules);
	if (p->state)
		return p;
	free(p);
	return NULL;
}

void papers_free(struct papers *p)
{
	if (!p)
		return;
	state_free(p->state);
	facts_free(&p->facts);
	free(p);
}

static bool has_room(const struct papers *p, size_t state, size_t nrules)
{
	return p->state->room >= state && p->nrules >= nrules;
}

struct papers *desk_take(struct desk *d, const struct etq_ruleset *rules)
{
	struct papers *p = d->free;

	if (!p || !has_room(p, state_size(rules), rules->nrules))
		return papers_new(rules);
	d->free = NULL;
	return p;
}

void desk_put(struct desk *d, struct papers *p)
{
	state_clear(p->state);
	facts_free(&p->facts);
	if (d->free && has_room(d->free, p->state->room, p->nrules)) {
		papers_free(p);
		return;
	}
	papers_free(d->free);
	d->free = p;
}

void desk_free(struct desk *d)
{
	papers_free(d->free);
}
