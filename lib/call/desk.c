#include "call/desk.h"

struct state *desk_take(struct desk *d, const struct etq_ruleset *rules)
{
	struct state *s = d->free;

	if (!s || s->room < state_size(rules))
		return state_new(rules);
	d->free = NULL;
	return s;
}

void desk_put(struct desk *d, struct state *s)
{
	state_clear(s);
	if (d->free && d->free->room >= s->room) {
		state_free(s);
		return;
	}
	state_free(d->free);
	d->free = s;
}

void desk_free(struct desk *d)
{
	state_free(d->free);
}
