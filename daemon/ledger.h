/*
 * Where what has been judged becomes permanent, and is then told: events to the log that
 * subscribers read, acks to the senders. With a store that is when its commit is done, without one
 * at the end of the turn. One that can't keep up, or can't write, is a reason not to judge more:
 * ledger_blocked.
 */
#ifndef DAEMON_LEDGER_H
#define DAEMON_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "eventlog.h"

struct counters;
struct ledger;
struct log;
struct loop;
struct store;

/* How those who wait for commits are told of them. */
struct ledger_waiter {
	void (*sealed)(void *user);    /* what came before this goes into the next commit */
	void (*committed)(void *user); /* what came before the last sealed is permanent */
	bool (*waiting)(void *user);   /* is there anything that has not been sealed? */
	void *user;
};

/*
 * store: NULL for none. It, events and the loop are still the caller's. Adds a hook to the loop. NULL: out of memory, or no thread for the store.
 */
struct ledger *ledger_new(struct store *store, struct eventlog *events, struct loop *loop,
			  struct counters *counters, const struct log *log) ETQ_MUST_CHECK;
/* Writes the rest, as far as it can be written. NULL is fine. */
void ledger_free(struct ledger *l);
/* NULL: nobody waits any more. */
void ledger_wait(struct ledger *l, const struct ledger_waiter *waiter);

/* True while nothing more should be judged; others may look whenever they like. */
const bool *ledger_blocked(const struct ledger *l);
/* Has that changed since this was asked last? Also when it has changed back. */
bool ledger_changed(struct ledger *l);
/* Something could not be told to it: blocked until that has been. */
void ledger_hold(struct ledger *l, bool on);
/* Can't it be written? */
bool ledger_failing(const struct ledger *l);
/* Bytes that have been gathered for the next commit; the oldest event that memory holds. */
size_t ledger_waiting(const struct ledger *l);
uint64_t ledger_ring_first(const struct ledger *l);
/* Is all permanent that there was? */
bool ledger_settled(const struct ledger *l);
/* Does what it is told survive? False: lines and calls need not be told to it. */
bool ledger_keeps(const struct ledger *l);
/* For times when no loop runs: writes all that there is. False: it can't be written. */
bool ledger_flush(struct ledger *l) ETQ_MUST_CHECK;

/* Goes on from where an earlier life was, so long ago. */
void ledger_resume(struct ledger *l, const struct position *p, int64_t downtime_ms);
/* The calls' clock in ms: goes on over restarts, and nobody can set it. Never 0. */
int64_t ledger_now(const struct ledger *l);
/* Time has been let pass in the calls up to at. */
void ledger_ticked(struct ledger *l, int64_t at);
int64_t ledger_last_tick(const struct ledger *l);
/* The number that the next event gets; the number of a new call. */
uint64_t ledger_next_sequence(const struct ledger *l);
uint64_t ledger_next_call(struct ledger *l);

/* Will a line of so many bytes be taken, and with it the beginning of a call with so long an id? */
bool ledger_reserve(struct ledger *l, size_t line, size_t id) ETQ_MUST_CHECK;
/* All but events and lines; without a store that is nothing. False: out of memory; nothing changed. */
bool ledger_add(struct ledger *l, const struct op *op) ETQ_MUST_CHECK;
/* key: what the event is known by in its call. False: as above. */
bool ledger_add_event(struct ledger *l, const struct op *op, struct etq_str key) ETQ_MUST_CHECK;
/* A line of that call, accepted now. False: as above. */
bool ledger_add_line(struct ledger *l, uint64_t call, struct etq_str text,
		     int64_t now) ETQ_MUST_CHECK;

#endif
