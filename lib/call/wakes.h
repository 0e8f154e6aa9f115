/* Calls by when they want to be looked at next: a heap. */
#ifndef CALL_WAKES_H
#define CALL_WAKES_H

#include "call/call.h"

struct wakes {
	struct call **v;
	size_t n, cap;
};

void wakes_free(struct wakes *w);
/* Adds a call (its wake is set). False when out of memory. */
bool wakes_add(struct wakes *w, struct call *c) ETQ_MUST_CHECK;
/* The call's wake has changed. */
void wakes_move(struct wakes *w, struct call *c);
void wakes_remove(struct wakes *w, struct call *c);
/* The one that is due first, or NULL. */
struct call *wakes_first(const struct wakes *w);

#endif
