/* The event loop, turn by turn: events first, then the hooks in their order. */
#ifndef DAEMON_LOOP_H
#define DAEMON_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "etiquette.h"

struct event_base;
struct loop;

struct loop *loop_new(void) ETQ_MUST_CHECK; /* NULL: out of memory or no epoll */
void loop_free(struct loop *loop);          /* NULL is fine */
struct event_base *loop_base(struct loop *loop);

/*
 * Runs at the end of every turn, after the hooks added before it. Returns whether it has more to
 * do, in which case the next turn does not wait for events. False: no room for another hook.
 */
bool loop_hook(struct loop *loop, bool (*run)(void *user), void *user) ETQ_MUST_CHECK;

/* From now on signals wait, until loop_run; for work before it that takes long. */
void loop_hold_signals(struct loop *loop);
/* Has one come meanwhile that means the end? */
bool loop_told_to_stop(void) ETQ_MUST_CHECK;
/* Turns until loop_stop, then holds all signals back; false when the loop itself failed. */
bool loop_run(struct loop *loop) ETQ_MUST_CHECK;
void loop_stop(struct loop *loop);

/* Monotonic time in ms, never 0. */
int64_t loop_now(void);
/* A number that outsiders can't know, for hash tables of what comes from outside. */
uint64_t loop_seed(void);
/* Unix time in ms. */
int64_t loop_wall(void);
/* Time since the machine was started in ms, its sleep included. */
int64_t loop_up(void);

#endif
