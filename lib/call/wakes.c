#include "call/wakes.h"

#include <stdlib.h>

void wakes_free(struct wakes *w)
{
	free(w->v);
}

static void put(const struct wakes *w, size_t i, struct wake x)
{
	w->v[i] = x;
	x.call->place = (uint32_t)i;
}

static void up(const struct wakes *w, size_t i)
{
	struct wake x = w->v[i];

	while (i > 0 && w->v[(i - 1) / 2].at > x.at) {
		put(w, i, w->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(w, i, x);
}

static void down(const struct wakes *w, size_t i)
{
	struct wake x = w->v[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < w->n && w->v[child + 1].at < w->v[child].at)
			child++;
		if (child >= w->n || w->v[child].at >= x.at)
			break;
		put(w, i, w->v[child]);
		i = child;
	}
	put(w, i, x);
}

bool wakes_add(struct wakes *w, struct call *c)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		struct wake *grown = realloc(w->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		w->v = grown;
		w->cap = cap;
	}
	w->v[w->n] = (struct wake){.at = c->wake, .call = c};
	up(w, w->n++);
	return true;
}

void wakes_move(struct wakes *w, struct call *c)
{
	if (c->wake >= w->v[c->place].at)
		return; /* looked at when that comes */
	w->v[c->place].at = c->wake;
	up(w, c->place);
}

void wakes_remove(struct wakes *w, struct call *c)
{
	struct wake last = w->v[--w->n];
	size_t i = c->place;

	if (last.call == c)
		return;
	put(w, i, last);
	up(w, i);
	down(w, last.call->place);
}

struct call *wakes_first(struct wakes *w)
{
	while (w->n && w->v[0].at < w->v[0].call->wake) {
		w->v[0].at = w->v[0].call->wake;
		down(w, 0);
	}
	return w->n ? w->v[0].call : NULL;
}
