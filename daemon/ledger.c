#include "ledger.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

#include "archive.h"
#include "base/sv.h"
#include "counters.h"
#include "log.h"
#include "loop.h"
#include "store.h"

enum {
	PACE_MS = 1, /* between the beginnings of two commits, lest they be many and small … */
	PACE_BYTES = 64 * 1024, /* … unless so much has been gathered */
};

struct ledger {
	struct store *store;
	struct event pace; /* wakes up for a commit that had to wait */
	int64_t submitted; /* when the last commit began */
	struct eventlog *events;
	struct counters *counters;
	const struct log *log;
	struct ledger_waiter waiter;
	struct position position;
	int64_t skew; /* of the calls' clock against loop_now() */
	bool blocked, held;
	bool was_blocked; /* at the end of the last turn */
	bool changed;
};

static struct record record_of(const struct op *op)
{
	return (struct record){
		.kind = (enum etq_finding_kind)op->number[EVENT_KIND],
		.severity = (enum etq_severity)op->number[EVENT_SEVERITY],
		.rule = op->text[EVENT_RULE],
		.queue = op->text[EVENT_QUEUE],
		.agent = op->text[EVENT_AGENT],
		.call = op->text[EVENT_CALL],
		.line = op->text[EVENT_LINE],
	};
}

static void on_committed(void *user, const struct batch *b)
{
	struct ledger *l = user;
	struct op op;
	size_t at = 0;

	l->counters->commits++;
	while (batch_next(b, &at, &op)) {
		struct record r = record_of(&op);
		/* The ring has its memory, and room for the largest event that there can be. */
		if (op.kind == OP_EVENT && !eventlog_append(l->events, &r))
			abort();
	}
	l->waiter.committed(l->waiter.user);
}

static void on_failing(void *user, const struct etq_err *err)
{
	struct ledger *l = user;

	if (err) {
		l->counters->store_failures++;
		log_error(l->log,
			  "%s; nothing is taken in and acknowledged until that is over, which "
			  "is looked at every %d ms",
			  err->message, (int)STORE_RETRY_MS);
	} else {
		log_notice(l->log, "the store can be written again: all goes on");
	}
}

static void set_blocked(struct ledger *l, bool on)
{
	l->changed |= l->blocked != on;
	l->blocked = on;
}

/* Full or failing begins and ends here, and only here. */
static void look_whether_blocked(struct ledger *l)
{
	bool full = l->store && store_full(l->store);
	bool blocked = l->held || full || ledger_failing(l);

	set_blocked(l, blocked);
	if (blocked == l->was_blocked)
		return;
	l->was_blocked = blocked;
	l->counters->ingest_blocked += blocked;
	if (l->store && !store_failing(l->store))
		log_debug(l->log, "the store %s",
			  blocked ? "is behind: senders wait" : "has caught up: senders go on");
}

static void submit(struct ledger *l)
{
	struct batch *b = store_batch(l->store);

	b->position = l->position;
	b->position.at = ledger_now(l);
	b->position.wall = loop_wall();
	b->position.up = loop_up();
	l->waiter.sealed(l->waiter.user);
	l->submitted = loop_now();
	store_submit(l->store);
}

static void on_pace(evutil_socket_t fd, short what, void *arg)
{
	/* The turn's end does what is to be done. */
}

/* After a pause a commit begins at once; those of a busy time wait a moment for more. */
static bool is_due(struct ledger *l)
{
	const struct timeval pace = {.tv_usec = PACE_MS * 1000};

	if (loop_now() - l->submitted >= PACE_MS ||
	    batch_bytes(store_batch(l->store)) >= PACE_BYTES)
		return true;
	return !event_pending(&l->pace, EV_TIMEOUT, NULL) && event_add(&l->pace, &pace) != 0;
}

static bool ledger_end_turn(void *arg)
{
	struct ledger *l = arg;

	look_whether_blocked(l);
	if (!l->store) {
		l->waiter.sealed(l->waiter.user);
		l->waiter.committed(l->waiter.user);
		return false;
	}
	archive_dropped(l->events, store_first(l->store));
	if (!store_idle(l->store))
		return false;
	if (batch_bytes(store_batch(l->store)) > 0) {
		if (!is_due(l))
			return false;
		submit(l);
		look_whether_blocked(l);
	} else if (l->waiter.waiting(l->waiter.user)) {
		/* There was nothing to be kept, and all that was kept before is permanent. */
		l->waiter.sealed(l->waiter.user);
		l->waiter.committed(l->waiter.user);
	}
	return false;
}

/* ---- what is told ---------------------------------------------------------------------------- */

bool ledger_reserve(struct ledger *l, size_t line, size_t id)
{
	return !l->store || batch_reserve(store_batch(l->store), line, id);
}

/* Within a turn, too: what comes next in it may wait. */
static bool added(struct ledger *l)
{
	if (l->store && store_full(l->store))
		set_blocked(l, true);
	return true;
}

bool ledger_add(struct ledger *l, const struct op *op)
{
	if (l->store && !batch_add(store_batch(l->store), op, SV_NONE))
		return false;
	return added(l);
}

bool ledger_add_event(struct ledger *l, const struct op *op, struct etq_str key)
{
	struct record r = record_of(op);

	if (l->store ? !batch_add(store_batch(l->store), op, key) : !eventlog_append(l->events, &r))
		return false;
	l->position.sequence = (uint64_t)op->number[EVENT_SEQUENCE];
	return added(l);
}

bool ledger_add_line(struct ledger *l, uint64_t call, struct etq_str text, int64_t now)
{
	const struct sheet_line line = {call, now, l->position.ticked, text};

	if (l->store && !sheet_add_line(&store_batch(l->store)->sheet, &line))
		return false;
	return added(l);
}

int64_t ledger_now(const struct ledger *l)
{
	return loop_now() + l->skew;
}

void ledger_ticked(struct ledger *l, int64_t at)
{
	if (at > l->position.ticked)
		l->position.ticked = at;
}

int64_t ledger_last_tick(const struct ledger *l)
{
	return l->position.ticked;
}

void ledger_resume(struct ledger *l, const struct position *p, int64_t downtime_ms)
{
	l->position = *p;
	l->skew = p->at + downtime_ms - loop_now();
}

uint64_t ledger_next_sequence(const struct ledger *l)
{
	return l->position.sequence + 1;
}

uint64_t ledger_next_call(struct ledger *l)
{
	return ++l->position.call;
}

/* ---- how it is ------------------------------------------------------------------------------- */

const bool *ledger_blocked(const struct ledger *l)
{
	return &l->blocked;
}

bool ledger_changed(struct ledger *l)
{
	bool changed = l->changed;

	l->changed = false;
	return changed;
}

void ledger_hold(struct ledger *l, bool on)
{
	l->held = on;
	if (on)
		set_blocked(l, true);
}

bool ledger_failing(const struct ledger *l)
{
	return l->store && store_failing(l->store);
}

size_t ledger_waiting(const struct ledger *l)
{
	return l->store ? batch_bytes(store_batch(l->store)) : 0;
}

uint64_t ledger_ring_first(const struct ledger *l)
{
	return l->store ? archive_ring(l->events)->first : l->events->first;
}

bool ledger_keeps(const struct ledger *l)
{
	return l->store;
}

bool ledger_settled(const struct ledger *l)
{
	return !l->store || (store_idle(l->store) && batch_bytes(store_batch(l->store)) == 0);
}

bool ledger_flush(struct ledger *l)
{
	if (!l->store)
		return true;
	if (!store_wait(l->store))
		return false;
	if (batch_bytes(store_batch(l->store)) > 0)
		submit(l);
	return store_wait(l->store);
}

static void nobody_hears(void *user)
{
}

static bool nobody_waits(void *user)
{
	return false;
}

static const struct ledger_waiter nobody = {nobody_hears, nobody_hears, nobody_waits, NULL};

void ledger_wait(struct ledger *l, const struct ledger_waiter *waiter)
{
	l->waiter = waiter ? *waiter : nobody;
}

struct ledger *ledger_new(struct store *store, struct eventlog *events, struct loop *loop,
			  struct counters *counters, const struct log *log)
{
	struct ledger *l = calloc(1, sizeof(*l));
	const struct store_handler handler = {on_committed, on_failing, l};

	if (!l)
		return NULL;
	*l = (struct ledger){
		.events = events,
		.counters = counters,
		.log = log,
		.waiter = nobody,
		.position = {.sequence = events->last},
	};
	event_assign(&l->pace, loop_base(loop), -1, 0, on_pace, l);
	if (!loop_hook(loop, ledger_end_turn, l) ||
	    (store && !store_start(store, loop, &handler))) {
		free(l);
		return NULL;
	}
	l->store = store; /* the caller's, until here */
	return l;
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	if (l->store && !ledger_flush(l))
		log_error(l->log, "the store can't be written: what was not acknowledged is lost "
				  "to the daemon, and has to be sent again");
	event_del(&l->pace);
	free(l);
}
