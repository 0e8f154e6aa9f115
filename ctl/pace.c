#include "pace.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"

struct start {
	int64_t base; /* where its t = 0 is in the stream */
	struct start *next;
	char id[];
};

struct pace {
	enum send_at at;
	int64_t now; /* where the stream is */
	struct table *calls;
	struct start *first; /* all of them, to free */
};

struct pace *pace_new(enum send_at at)
{
	struct pace *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->at = at;
	p->calls = table_new(0);
	if (!p->calls) {
		free(p);
		return NULL;
	}
	return p;
}

void pace_free(struct pace *p)
{
	if (!p)
		return;
	while (p->first) {
		struct start *start = p->first;

		p->first = start->next;
		free(start);
	}
	table_free(p->calls);
	free(p);
}

static struct start *add_start(struct pace *p, struct etq_str call, int64_t base)
{
	struct start *start = malloc(sizeof *start + call.n);

	if (!start)
		return NULL;
	memcpy(start->id, call.p, call.n);
	if (!table_put(p->calls, (struct etq_str){start->id, call.n}, start)) {
		free(start);
		return NULL;
	}
	start->base = base;
	start->next = p->first;
	p->first = start;
	return start;
}

int64_t pace_due(struct pace *p, const struct etq_input *in)
{
	struct start *start = table_get(p->calls, in->call);
	bool timed = in->t != ETQ_NO_TIME;
	int64_t when = timed && p->at == SEND_AT_END && in->type == ETQ_UTTERANCE && in->end > in->t
			       ? in->end
			       : in->t;

	/* A call that is joined in its middle is not waited for from its beginning on. */
	if (!start)
		start = add_start(p, in->call, p->now - (timed ? in->t : 0));
	if (!start)
		return INT64_MIN;
	if (timed && start->base + when > p->now)
		p->now = start->base + when;
	return p->now;
}
