#include "recorder.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/sv.h"
#include "counters.h"
#include "ledger.h"
#include "log.h"
#include "loop.h"
#include "raised.h"

enum { ATTEMPTS_MAX = 50 }; /* to record an event; then it is lost */

struct recorder {
	struct event_opts opts;
	uint32_t max_lines;
	struct ledger *ledger;
	struct callbook *calls;
	struct raised *known; /* while lines of before are judged again */
	struct counters *counters;
	const struct log *log;
	struct buf line; /* the event that is being encoded */
	int attempts;    /* to record the next one */
};

/* ---- events ---------------------------------------------------------------------------------- */

static void count_of_call(struct kept_call *call, const struct etq_finding *f)
{
	int sign = f->kind == ETQ_FINDING ? 1 : f->kind == ETQ_RETRACTED ? -1 : 0;

	call->events += (uint32_t)sign;
	call->points += sign * f->points;
	if (f->kind == ETQ_SCORED) {
		call->scored = true;
		call->score = f->score->score;
	}
}

static bool encode(struct recorder *r, const struct etq_finding *f, uint64_t sequence,
		   int64_t recorded)
{
	buf_clear(&r->line);
	return event_encode(f, &r->opts, &r->line) && event_finish(sequence, recorded, &r->line);
}

static bool write_event(struct recorder *r, const struct etq_finding *f, struct kept_call *call,
			struct etq_str key)
{
	uint64_t sequence = ledger_next_sequence(r->ledger);
	int64_t now = loop_wall();

	if (!encode(r, f, sequence, now))
		return false;
	const struct op op = {
		.kind = OP_EVENT,
		.number = {[EVENT_SEQUENCE] = (int64_t)sequence,
			   [EVENT_WALL] = now,
			   [EVENT_SEVERITY] = f->severity,
			   [EVENT_KIND] = f->kind,
			   [EVENT_OF] = call ? (int64_t)call->no : 0},
		.text = {[EVENT_LINE] = {r->line.p, r->line.n},
			 [EVENT_RULE] = f->rule ? f->rule->id : SV_NONE,
			 [EVENT_QUEUE] = f->meta ? f->meta->queue : SV_NONE,
			 [EVENT_AGENT] = f->meta ? f->meta->agent_id : SV_NONE,
			 [EVENT_CALL] = f->call},
	};
	if (!ledger_add_event(r->ledger, &op, key))
		return false;
	r->counters->events++;
	r->counters->events_bytes += r->line.n;
	return true;
}

/* False: for want of memory, or it is too long ever to be recorded. */
static bool record(struct recorder *r, const struct etq_finding *f)
{
	struct kept_call *call = callbook_find(r->calls, f->call);
	char buf[RAISED_KEY_MAX];
	struct etq_str key = raised_key(f, buf);
	bool known = r->known && call && raised_take(r->known, call->no, key);

	if (!known && !write_event(r, f, call, key))
		return false;
	if (call) {
		count_of_call(call, f);
		call->n += !known;
	}
	return true;
}

bool recorder_event(struct recorder *r, const struct etq_finding *f)
{
	if (record(r, f)) {
		r->attempts = 0;
		return true;
	}
	if (r->attempts++ == 0)
		log_error(r->log, "an event can't be recorded: out of memory; tried again");
	if (r->attempts < ATTEMPTS_MAX)
		return false;
	r->attempts = 0;
	r->counters->events_lost++;
	log_error(r->log,
		  "an event is lost: out of memory, or it is too long; %llu since the start",
		  (unsigned long long)r->counters->events_lost);
	return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool no_memory(struct etq_err *err)
{
	err_set(err, "out-of-memory", "out of memory");
	return false;
}

bool recorder_expect(struct recorder *r, struct kept_line *line, struct etq_str call,
		     struct etq_err *err)
{
	line->call = callbook_find(r->calls, call);
	line->fresh = !line->call;
	if (!ledger_reserve(r->ledger, line->text.n, call.n))
		return no_memory(err);
	if (line->fresh && line->owner->open >= line->owner->max) {
		err_set(err, "too-many-own-calls",
			"%zu calls that began on this connection are open, which is the limit",
			line->owner->open);
		return false;
	}
	if (line->fresh)
		line->call = callbook_add(r->calls, call, ledger_next_call(r->ledger), line->owner);
	if (!line->call)
		return no_memory(err);
	if (line->call->n < r->max_lines)
		return true;
	err_set(err, "call-too-long", "the call has %u lines and events, which is the limit",
		(unsigned)line->call->n);
	return false;
}

/* It can't fail: there is room. */
void recorder_keep(struct recorder *r, struct kept_line *line, int64_t now)
{
	struct kept_call *call = line->call;
	const struct op begins = {
		.kind = OP_CALL, .number = {(int64_t)call->no, loop_wall()}, .text = {call->id}};

	call->fed = true;
	if ((line->fresh && !ledger_add(r->ledger, &begins)) ||
	    !ledger_add_line(r->ledger, call->no, line->text, now))
		log_error(r->log, "a line could not be kept");
	call->n++;
}

void recorder_drop(struct recorder *r, struct kept_line *line)
{
	if (line->fresh)
		callbook_remove(r->calls, line->call);
}

/* ---- the end --------------------------------------------------------------------------------- */

bool recorder_can_end(struct recorder *r)
{
	return ledger_reserve(r->ledger, 0, 0);
}

bool recorder_end(struct recorder *r, struct kept_call *call, bool buried)
{
	const struct op op = {
		.kind = OP_GONE,
		.number = {[GONE_NO] = (int64_t)call->no,
			   [GONE_AT] = ledger_now(r->ledger),
			   [GONE_WALL] = loop_wall(),
			   [GONE_EVENTS] = call->events,
			   [GONE_POINTS] = call->points,
			   [GONE_SCORE] = call->score,
			   [GONE_FLAGS] = (buried ? GONE_BURIED : 0) |
					  (call->scored ? GONE_SCORED : 0)},
	};

	if (!ledger_add(r->ledger, &op))
		return false;
	callbook_remove(r->calls, call);
	return true;
}

/* ---- making it ------------------------------------------------------------------------------- */

struct callbook *recorder_calls(struct recorder *r)
{
	return r->calls;
}

void recorder_know(struct recorder *r, struct raised *known)
{
	r->known = known;
}

bool recorder_knows(const struct recorder *r)
{
	return r->known;
}

struct recorder *recorder_new(const struct event_opts *opts, uint32_t max_lines,
			      struct ledger *ledger, struct counters *counters,
			      const struct log *log)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct recorder){.opts = *opts,
			       .max_lines = max_lines,
			       .ledger = ledger,
			       .counters = counters,
			       .log = log,
			       .line = BUF_INIT(EVENT_LINE_MAX)};
	r->calls = callbook_new();
	if (r->calls)
		return r;
	free(r);
	return NULL;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	callbook_free(r->calls);
	buf_free(&r->line);
	free(r);
}
