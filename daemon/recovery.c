#include "recovery.h"

#include <stdlib.h>
#include <string.h>

#include "callbook.h"
#include "cursors.h"
#include "dbreader.h"
#include "intake.h"
#include "ledger.h"
#include "log.h"
#include "loop.h"
#include "raised.h"
#include "service.h"

enum { PROGRESS_MS = 1000 };

/* Calls by number, as lines name them. */
struct numbered {
	uint64_t no;
	struct kept_call *call;
};

struct work {
	const struct recovery *r;
	struct raised *known;
	struct numbered *calls; /* sorted */
	size_t ncalls, cap;
	int64_t lines, lines_done, refused;
	int64_t started, told;
	struct etq_err err; /* why a step said false; empty: the file could not be read */
};

static bool no_memory(struct work *w)
{
	w->err = (struct etq_err){"out-of-memory", "out of memory"};
	return false;
}

static void tell_progress(struct work *w)
{
	int64_t now = loop_now();

	if (now - w->told < PROGRESS_MS)
		return;
	w->told = now;
	service_busy(w->r->service, "open calls are rebuilt: %lld of %lld lines",
		     (long long)w->lines_done, (long long)w->lines);
	log_info(w->r->log, "open calls are rebuilt: %lld of %lld lines", (long long)w->lines_done,
		 (long long)w->lines);
}

/* ---- one function for each kind of row ------------------------------------------------------- */

static bool take_buried(void *user, const struct dbrow *row)
{
	struct work *w = user;

	intake_bury(w->r->intake, row->text, row->number[0]);
	return true;
}

static bool take_cursor(void *user, const struct dbrow *row)
{
	struct work *w = user;

	return cursors_restore(w->r->cursors, row->text, (uint64_t)row->number[0],
			       row->number[1]) ||
	       no_memory(w);
}

static bool take_call(void *user, const struct dbrow *row)
{
	struct work *w = user;
	uint64_t no = (uint64_t)row->number[0];

	if (w->ncalls == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		struct numbered *calls = realloc(w->calls, cap * sizeof(*calls));

		if (!calls)
			return no_memory(w);
		w->calls = calls;
		w->cap = cap;
	}
	struct kept_call *call = callbook_add(intake_calls(w->r->intake), row->text, no, NULL);
	if (!call)
		return no_memory(w);
	w->calls[w->ncalls++] = (struct numbered){no, call};
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
}

/* The call that a key is of; the number of its next line or event will be behind it. NULL: none. */
static struct kept_call *call_of(struct work *w, int64_t key)
{
	const struct numbered wanted = {.no = (uint64_t)key >> KEY_BITS};
	struct numbered *found =
		w->ncalls ? bsearch(&wanted, w->calls, w->ncalls, sizeof(wanted), by_number) : NULL;
	uint32_t n = (uint32_t)(key & KEY_MAX);

	if (!found)
		return NULL;
	if (found->call->n <= n)
		found->call->n = n < KEY_MAX ? n + 1 : n;
	return found->call;
}

static bool take_raised(void *user, const struct dbrow *row)
{
	struct work *w = user;
	struct kept_call *call = call_of(w, row->number[0]);

	return !call || raised_add(w->known, call->no, row->text) || no_memory(w);
}

static bool make_room(struct work *w)
{
	if (!*ledger_blocked(w->r->ledger) || ledger_flush(w->r->ledger))
		return true;
	w->err = (struct etq_err){"store-failed", "the store can't be written"};
	return false;
}

/* A line that is refused now was not then: the limits or the language of the rules are others. */
static bool take_line(void *user, const struct dbrow *row)
{
	struct work *w = user;
	struct kept_call *call = call_of(w, row->number[0]);

	w->lines_done++;
	tell_progress(w);
	if (!call)
		return true;
	if (!intake_again(w->r->intake, call, row->text, row->number[1], row->number[2], &w->err)) {
		if (strcmp(w->err.code, "out-of-memory") == 0)
			return false;
		if (w->refused++ == 0)
			log_warning(w->r->log, "a kept line of call %.*s is refused now: %s",
				    (int)call->id.n, call->id.p, w->err.message);
		w->err = (struct etq_err){0};
	}
	return make_room(w);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Calls that nothing came of, and that would else be kept for ever. */
static bool forget_empty(struct work *w)
{
	for (size_t i = 0; i < w->ncalls; i++) {
		struct kept_call *call = w->calls[i].call;
		if (!call->fed && !intake_forget(w->r->intake, call))
			return no_memory(w);
	}
	return true;
}

static bool scan_all(struct work *w)
{
	struct dbreader *reader = w->r->reader;
	struct etq_err *err = &w->err;
	int64_t from = ledger_now(w->r->ledger) - w->r->graves_ms;

	if (!dbreader_count(reader, DBSCAN_LINES, &w->lines, err) ||
	    !dbreader_scan(reader, DBSCAN_BURIED, from, take_buried, w, err) ||
	    !dbreader_scan(reader, DBSCAN_CURSORS, 0, take_cursor, w, err) ||
	    !dbreader_scan(reader, DBSCAN_OPEN_CALLS, 0, take_call, w, err))
		return false;
	if (w->ncalls > 0)
		qsort(w->calls, w->ncalls, sizeof(*w->calls), by_number);
	if (!dbreader_scan(reader, DBSCAN_RAISED, 0, take_raised, w, err))
		return false;
	intake_know(w->r->intake, w->known);
	if (!dbreader_scan(reader, DBSCAN_LINES, 0, take_line, w, err))
		return false;
	/* What time had brought to light before is known, too; then all goes on. */
	int64_t ticked = ledger_last_tick(w->r->ledger);
	return (ticked == 0 || intake_pass(w->r->intake, ticked, err)) && forget_empty(w);
}

bool recovery_run(const struct recovery *r)
{
	struct work w = {.r = r, .known = raised_new(), .started = loop_now(), .told = loop_now()};
	bool ok = w.known ? scan_all(&w) : no_memory(&w);

	intake_know(r->intake, NULL);
	if (!ok)
		log_error(r->log, "the open calls can't be rebuilt: %s", w.err.message);
	else if (w.lines > 0)
		log_info(r->log, "%zu open calls rebuilt from %lld lines in %lld ms, %lld refused",
			 w.ncalls, (long long)w.lines, (long long)(loop_now() - w.started),
			 (long long)w.refused);
	raised_free(w.known);
	free(w.calls);
	return ok;
}
