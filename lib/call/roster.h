/*
 * The engine's calls in order: all of them by their start, those that have ended by their end, and
 * those that have left and are still to be told of. The links are in the calls.
 */
#ifndef CALL_ROSTER_H
#define CALL_ROSTER_H

#include "call/call.h"

struct roster {
	struct call *newest, *oldest; /* all calls, by start */
	struct call *first_ended, *last_ended;
	size_t ended;                  /* calls that have ended and are still there */
	struct call *gone, *last_gone; /* calls that have left, to be told of */
};

/* A call that has just begun. */
void roster_add(struct roster *r, struct call *c);
/* It has ended, and waits for late lines. */
void roster_end(struct roster *r, struct call *c);
/* Takes the call out, ended or not. */
void roster_remove(struct roster *r, struct call *c);

/* A call that was taken out joins those to be told of, who own it from then on. */
void roster_leave(struct roster *r, struct call *c);
/* The next one to be told of, which stays until this is called again; NULL: no more. */
struct call *roster_next_gone(struct roster *r);
/* Frees those that were to be told of. */
void roster_free(struct roster *r);

#endif
