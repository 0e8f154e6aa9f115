#include "call/wakes.h"

#include <stdlib.h>

void wakes_free(struct wakes *w)
{
	free(w->v);
}

static void put(struct wakes *w, size_t i, struct call *c)
{
	w->v[i] = c;
	c->place = i;
}

static void up(struct wakes *w, size_t i)
{
	struct call *c = w->v[i];

	while (i > 0 && w->v[(i - 1) / 2]->wake > c->wake) {
		put(w, i, w->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(w, i, c);
}

static void down(struct wakes *w, size_t i)
{
	struct call *c = w->v[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < w->n && w->v[child + 1]->wake < w->v[child]->wake)
			child++;
		if (child >= w->n || w->v[child]->wake >= c->wake)
			break;
		put(w, i, w->v[child]);
		i = child;
	}
	put(w, i, c);
}

bool wakes_add(struct wakes *w, struct call *c)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		struct call **grown = realloc(w->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		w->v = grown;
		w->cap = cap;
	}
	put(w, w->n++, c);
	up(w, c->place);
	return true;
}

void wakes_move(struct wakes *w, struct call *c)
{
	up(w, c->place);
	down(w, c->place);
}

void wakes_remove(struct wakes *w, struct call *c)
{
	struct call *last = w->v[--w->n];

	if (last == c)
		return;
	put(w, c->place, last);
	wakes_move(w, last);
}

struct call *wakes_first(const struct wakes *w)
{
	return w->n ? w->v[0] : NULL;
}
