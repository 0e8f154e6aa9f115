/*
 * Calls by when they want to be looked at next: a heap. With most lines a call's wake moves to
 * later; its place is then left as it is until it has come to the top, so that a line does not
 * touch other calls.
 */
#ifndef CALL_WAKES_H
#define CALL_WAKES_H

#include "call/call.h"

struct wake {
	int64_t at; /* no later than the call's wake */
	struct call *call;
};

struct wakes {
	struct wake *v;
	size_t n, cap;
};

void wakes_free(struct wakes *w);
/* Adds a call (its wake is set). False when out of memory. */
bool wakes_add(struct wakes *w, struct call *c) ETQ_MUST_CHECK;
/* The call's wake has changed. */
void wakes_move(struct wakes *w, struct call *c);
void wakes_remove(struct wakes *w, struct call *c);
/* The one that is due first, or NULL. */
struct call *wakes_first(struct wakes *w);

#endif
