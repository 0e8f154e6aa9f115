#include "call/roster.h"

void roster_add(struct roster *r, struct call *c)
{
	c->older = r->newest;
	if (r->newest)
		r->newest->newer = c;
	else
		r->oldest = c;
	r->newest = c;
}

void roster_end(struct roster *r, struct call *c)
{
	c->prev_ended = r->last_ended;
	if (r->last_ended)
		r->last_ended->next_ended = c;
	else
		r->first_ended = c;
	r->last_ended = c;
	r->ended++;
}

static void unlink_start(struct roster *r, struct call *c)
{
	if (c->older)
		c->older->newer = c->newer;
	else
		r->oldest = c->newer;
	if (c->newer)
		c->newer->older = c->older;
	else
		r->newest = c->older;
}

static void unlink_ended(struct roster *r, struct call *c)
{
	if (c != r->first_ended && !c->prev_ended)
		return;
	if (c->prev_ended)
		c->prev_ended->next_ended = c->next_ended;
	else
		r->first_ended = c->next_ended;
	if (c->next_ended)
		c->next_ended->prev_ended = c->prev_ended;
	else
		r->last_ended = c->prev_ended;
	r->ended--;
}

void roster_remove(struct roster *r, struct call *c)
{
	unlink_ended(r, c);
	unlink_start(r, c);
}

void roster_leave(struct roster *r, struct call *c)
{
	c->newer = NULL;
	if (r->last_gone)
		r->last_gone->newer = c;
	else
		r->gone = c;
	r->last_gone = c;
}

static void drop_gone(struct roster *r)
{
	struct call *first = r->gone;

	r->gone = first->newer;
	if (!r->gone)
		r->last_gone = NULL;
	call_free(first);
}

struct call *roster_next_gone(struct roster *r)
{
	if (r->gone && r->gone->told)
		drop_gone(r);
	if (r->gone)
		r->gone->told = true;
	return r->gone;
}

void roster_free(struct roster *r)
{
	while (r->gone)
		drop_gone(r);
}
