#include "call/partial.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"

static void partial_clear(struct partial *p)
{
	free(p->id);
	free(p->emitted.v);
	*p = (struct partial){0};
}

void partials_free(struct partials *p)
{
	for (size_t i = 0; i < p->n; i++)
		partial_clear(&p->v[i]);
	free(p->v);
	*p = (struct partials){0};
}

struct partial *partials_find(const struct partials *p, const struct etq_input *in)
{
	for (size_t i = 0; i < p->n; i++) {
		struct partial *each = &p->v[i];

		if (in->id.n ? sv_eq(each->uid, in->id) : !each->uid.n && each->by == in->by)
			return each;
	}
	return NULL;
}

static struct partial *add(struct partials *p)
{
	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 1;
		struct partial *grown = realloc(p->v, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		p->v = grown;
		p->cap = cap;
	}
	p->v[p->n] = (struct partial){0};
	return &p->v[p->n];
}

bool partials_note(struct partials *p, const struct etq_input *in, int32_t now, struct partial **at)
{
	struct partial *known = partials_find(p, in);
	struct partial *partial = known ? known : add(p);
	char *block = malloc(in->id.n + in->text.n + 1);

	if (!block || !partial) {
		free(block);
		return false;
	}
	if (in->id.n)
		memcpy(block, in->id.p, in->id.n);
	if (in->text.n)
		memcpy(block + in->id.n, in->text.p, in->text.n);
	free(partial->id);
	partial->id = block;
	partial->uid = (struct etq_str){in->id.p ? block : NULL, in->id.n};
	partial->text = (struct etq_str){block + in->id.n, in->text.n};
	partial->by = in->by;
	p->n += !known;
	partial->t = (int32_t)in->t; /* recognition may think better of that, too */
	partial->end = (int32_t)in->end;
	partial->news_t = now;
	*at = partial;
	return true;
}

void partials_remove(struct partials *p, struct partial *partial)
{
	size_t i = (size_t)(partial - p->v);

	partial_clear(partial);
	p->n--;
	memmove(&p->v[i], &p->v[i + 1], (p->n - i) * sizeof(*p->v));
}

int32_t partials_held(const struct partials *p)
{
	int32_t held = NEVER;

	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].over && p->v[i].t < held)
			held = p->v[i].t;
	return held;
}
