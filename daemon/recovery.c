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

enum {
	PROGRESS_MS = 1000,
	LOOK_LINES = 64,                 /* between two looks whether it is told to stop */
	MANY_LINES = 10000,              /* worth a word before it begins */
	WINDOW_BYTES = 64 * 1024 * 1024, /* of lines that are put in the order of calls */
};

/* Calls by number, as lines name them. */
struct numbered {
	uint64_t no;
	struct kept_call *call;
};

/* A line in the window. */
struct place {
	struct kept_call *call;
	struct sheet_place at;
};

struct work {
	const struct recovery *r;
	struct raised *known;
	struct numbered *calls; /* sorted */
	size_t ncalls, cap;
	struct sheet window;
	struct place *places; /* of the window's lines */
	size_t nplaces, places_cap;
	int64_t lines, lines_done, refused;
	int64_t started, told;
	bool stopped;
	struct etq_err err; /* why a step said false; empty: the file could not be read */
};

static bool no_memory(struct work *w)
{
	w->err = (struct etq_err){"out-of-memory", "out of memory"};
	return false;
}

static void tell_progress(struct work *w)
{
	w->told = loop_now();
	service_busy(w->r->service, "open calls are rebuilt: %lld of %lld lines",
		     (long long)w->lines_done, (long long)w->lines);
	log_info(w->r->log, "open calls are rebuilt: %lld of %lld lines", (long long)w->lines_done,
		 (long long)w->lines);
}

/* ---- one function for each kind of row ------------------------------------------------------- */

static bool take_buried(void *user, const struct dbrow *row)
{
	struct work *w = user;

	intake_bury(w->r->intake, row->text[0], row->number[0]);
	return true;
}

static bool take_cursor(void *user, const struct dbrow *row)
{
	struct work *w = user;

	return cursors_restore(w->r->cursors, row->text[0], (uint64_t)row->number[0],
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
	struct kept_call *call = callbook_add(intake_calls(w->r->intake), row->text[0], no, NULL);
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

/* NULL: it is over. */
static struct kept_call *call_of(struct work *w, uint64_t no)
{
	const struct numbered wanted = {.no = no};
	struct numbered *found =
		w->ncalls ? bsearch(&wanted, w->calls, w->ncalls, sizeof(wanted), by_number) : NULL;

	return found ? found->call : NULL;
}

/* What is known before the first line is judged: what each call has given, and how many there are. */
static bool take_heads(void *user, const struct dbrow *row)
{
	struct work *w = user;
	const struct sheet_view v = {.heads = row->text[0], .raised = row->text[1]};
	struct sheet_place at = {0};
	struct sheet_line line;
	struct kept_call *call;
	struct etq_str key;
	uint64_t no;
	size_t raised = 0;

	while (sheet_line(&v, &at, &line)) {
		if (!(call = call_of(w, line.call)))
			continue;
		call->n++;
		w->lines++;
	}
	while (sheet_raised(&v, &raised, &no, &key)) {
		if (!(call = call_of(w, no)))
			continue;
		call->n++;
		if (!raised_add(w->known, no, key))
			return no_memory(w);
	}
	return true;
}

static bool make_room(struct work *w)
{
	if (!*ledger_blocked(w->r->ledger) || ledger_flush(w->r->ledger))
		return true;
	w->err = (struct etq_err){"store-failed", "the store can't be written"};
	return false;
}

/* A line that is refused now was not then: the limits or the language of the rules are others. */
static bool take_line(struct work *w, struct kept_call *call, const struct sheet_line *line)
{
	if (w->lines_done++ % LOOK_LINES == 0) {
		if (loop_now() - w->told >= PROGRESS_MS)
			tell_progress(w);
		w->stopped = loop_told_to_stop();
		if (w->stopped)
			return false;
	}
	if (!intake_again(w->r->intake, call, line->text, line->at, line->ticked, &w->err)) {
		if (strcmp(w->err.code, "out-of-memory") == 0)
			return false;
		if (w->refused++ == 0)
			log_warning(w->r->log, "a kept line of call %.*s is refused now: %s",
				    (int)call->id.n, call->id.p, w->err.message);
		w->err = (struct etq_err){0};
	}
	return make_room(w);
}

/* By call, and the lines of one in their order. */
static int by_call(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->call->no != y->call->no)
		return x->call->no < y->call->no ? -1 : 1;
	return x->at.head < y->at.head ? -1 : 1;
}

static bool judge_window(struct work *w)
{
	const struct sheet_view v = sheet_view(&w->window);
	struct sheet_line line;

	if (w->nplaces > 0)
		qsort(w->places, w->nplaces, sizeof(*w->places), by_call);
	for (size_t i = 0; i < w->nplaces; i++) {
		struct place *p = &w->places[i];

		if (sheet_line(&v, &p->at, &line) && !take_line(w, p->call, &line))
			return false;
	}
	w->nplaces = 0;
	sheet_clear(&w->window);
	return true;
}

static bool add_to_window(struct work *w, const struct sheet_line *line)
{
	struct kept_call *call = call_of(w, line->call);

	if (!call)
		return true;
	if (w->nplaces == w->places_cap) {
		size_t cap = w->places_cap ? w->places_cap * 2 : 1024;
		struct place *places = realloc(w->places, cap * sizeof(*places));

		if (!places)
			return no_memory(w);
		w->places = places;
		w->places_cap = cap;
	}
	w->places[w->nplaces++] = (struct place){call, {w->window.heads.n, w->window.texts.n}};
	return sheet_add_line(&w->window, line) || no_memory(w);
}

static bool take_sheet(void *user, const struct dbrow *row)
{
	struct work *w = user;
	const struct sheet_view v = {row->text[0], row->text[2], row->text[1]};
	struct sheet_place at = {0};
	struct sheet_line line;

	while (sheet_line(&v, &at, &line)) {
		if (!add_to_window(w, &line))
			return false;
	}
	return sheet_bytes(&w->window) < WINDOW_BYTES || judge_window(w);
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

	if (!dbreader_scan(reader, DBSCAN_BURIED, from, take_buried, w, err) ||
	    !dbreader_scan(reader, DBSCAN_CURSORS, 0, take_cursor, w, err) ||
	    !dbreader_scan(reader, DBSCAN_OPEN_CALLS, 0, take_call, w, err))
		return false;
	if (w->ncalls > 0)
		qsort(w->calls, w->ncalls, sizeof(*w->calls), by_number);
	if (!dbreader_scan(reader, DBSCAN_HEADS, 0, take_heads, w, err))
		return false;
	if (w->lines >= MANY_LINES)
		tell_progress(w);
	intake_know(w->r->intake, w->known);
	if (!dbreader_scan(reader, DBSCAN_SHEETS, 0, take_sheet, w, err) || !judge_window(w))
		return false;
	/* What time had brought to light before is known, too; then all goes on. */
	int64_t ticked = ledger_last_tick(w->r->ledger);
	return (ticked == 0 || intake_pass(w->r->intake, ticked, err)) && forget_empty(w);
}

static void tell_end(const struct work *w, bool ok)
{
	const struct log *log = w->r->log;

	if (w->stopped)
		log_notice(log, "told to stop: the open calls stay in the store as they were");
	else if (!ok)
		log_error(log, "the open calls can't be rebuilt: %s", w->err.message);
	else if (w->lines > 0)
		log_info(log, "%zu open calls rebuilt from %lld lines in %lld ms, %lld refused",
			 w->ncalls, (long long)w->lines, (long long)(loop_now() - w->started),
			 (long long)w->refused);
}

enum recovered recovery_run(const struct recovery *r)
{
	struct work w = {.r = r, .known = raised_new(), .started = loop_now(), .told = loop_now()};
	bool ok = w.known && sheet_init(&w.window, 0, 2 * WINDOW_BYTES);

	ok = ok ? scan_all(&w) : no_memory(&w);
	intake_know(r->intake, NULL);
	tell_end(&w, ok);
	raised_free(w.known);
	sheet_free(&w.window);
	free(w.places);
	free(w.calls);
	return w.stopped ? RECOVERY_STOPPED : ok ? RECOVERED : RECOVERY_FAILED;
}
