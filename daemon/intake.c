#include "intake.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

#include "counters.h"
#include "ledger.h"
#include "log.h"
#include "loop.h"
#include "recorder.h"
#include "wire/native.h"

enum { RETRY_MS = 200 }; /* when memory has run out, or the ledger is blocked */

struct intake {
	struct etq_engine *engine;
	struct native_decoder *decoder;
	struct etq_findings *findings;
	size_t recorded; /* findings of these that have been; the rest could not be yet */
	struct ledger *ledger;
	struct recorder *recorder;
	struct callbook *calls; /* the recorder's */
	struct counters *counters;
	const struct log *log;
	struct event timer;
	int64_t due; /* what the timer is set to, on the ledger's clock; INT64_MAX: it is not */
	bool stale;  /* the engine was at work since: look again when it is due */
	bool tick_fails;
};

/* What the engine has let go of need not be kept. While lines are judged again, all stay. */
static void let_go(struct intake *in)
{
	struct etq_gone gone;

	while (!recorder_knows(in->recorder) && recorder_can_end(in->recorder) &&
	       etq_engine_gone(in->engine, &gone)) {
		struct kept_call *call = callbook_find(in->calls, gone.call);

		if (call && !recorder_end(in->recorder, call, gone.buried))
			return;
	}
}

/* One that can't be recorded is tried again for a while, in which nothing else is judged. */
static void record_all(struct intake *in)
{
	size_t n = etq_findings_count(in->findings);

	in->stale = true;
	while (in->recorded < n &&
	       recorder_event(in->recorder, etq_findings_get(in->findings, in->recorded)))
		in->recorded++;
	ledger_hold(in->ledger, in->recorded < n);
	if (in->recorded < n)
		return;
	in->recorded = 0;
	etq_findings_clear(in->findings);
	let_go(in);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool judge(struct intake *in, const struct etq_input *input, struct etq_str text,
		  struct call_owner *owner, struct etq_err *err)
{
	int64_t now = ledger_now(in->ledger);
	struct kept_line line = {.text = text, .owner = owner};

	if (!recorder_expect(in->recorder, &line, input->call, err))
		return false;
	bool ok = etq_engine_feed(in->engine, input, now, in->findings, err);
	if (ok)
		recorder_keep(in->recorder, &line, now);
	else
		recorder_drop(in->recorder, &line);
	return ok;
}

bool intake_line(struct intake *in, struct etq_str line, struct call_owner *owner,
		 struct etq_err *err)
{
	struct etq_input input;
	bool ok = native_decode(in->decoder, line, &input, err);

	if (ok) {
		ok = judge(in, &input, line, owner, err);
		record_all(in);
	}
	if (!ok)
		counters_refused(in->counters, err->code);
	return ok;
}

/* ---- time ------------------------------------------------------------------------------------ */

static void set_timer(struct intake *in, int64_t due)
{
	int64_t ms = due - ledger_now(in->ledger);
	struct timeval tv;

	if (ms < 0)
		ms = 0;
	tv = (struct timeval){.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
	in->due = due;
	event_del(&in->timer);
	/* Without a timer the next line sets it again. */
	if (due != INT64_MAX && event_add(&in->timer, &tv) != 0)
		in->due = INT64_MAX;
}

bool intake_pass(struct intake *in, int64_t at, struct etq_err *err)
{
	bool ok = etq_engine_tick(in->engine, at, in->findings, err);

	ledger_ticked(in->ledger, at);
	record_all(in);
	return ok;
}

static void retry_later(struct intake *in)
{
	in->stale = false;
	set_timer(in, ledger_now(in->ledger) + RETRY_MS);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct intake *in = arg;
	struct etq_err err;

	in->due = INT64_MAX;
	if (in->recorded < etq_findings_count(in->findings))
		record_all(in);
	/* What time brings to light must find room, too. */
	if (*ledger_blocked(in->ledger)) {
		retry_later(in);
		return;
	}
	bool ok = intake_pass(in, ledger_now(in->ledger), &err);
	if (!ok) {
		if (!in->tick_fails)
			log_error(in->log, "deadlines can't be judged: %s", err.message);
		retry_later(in);
	}
	in->tick_fails = !ok;
}

/* At the end of a turn: one timer for the engine's next deadline. */
static bool intake_end_turn(void *arg)
{
	struct intake *in = arg;

	if (!in->stale)
		return false;
	in->stale = false;
	int64_t due = etq_engine_next_tick(in->engine);
	if (in->recorded < etq_findings_count(in->findings))
		due = ledger_now(in->ledger) + RETRY_MS;
	if (due != in->due)
		set_timer(in, due);
	return false;
}

bool intake_finish(struct intake *in)
{
	struct etq_err err;
	bool ok = etq_engine_finish(in->engine, in->findings, &err);

	record_all(in);
	if (!ok)
		log_error(in->log, "not all calls were ended: %s", err.message);
	return ok;
}

/* ---- an earlier life ------------------------------------------------------------------------- */

struct callbook *intake_calls(struct intake *in)
{
	return in->calls;
}

void intake_know(struct intake *in, struct raised *known)
{
	recorder_know(in->recorder, known);
	record_all(in);
}

void intake_bury(struct intake *in, struct etq_str call, int64_t at)
{
	etq_engine_bury(in->engine, call, at);
}

bool intake_again(struct intake *in, struct kept_call *call, struct etq_str line, int64_t at,
		  int64_t ticked, struct etq_err *err)
{
	struct etq_input input;

	if (etq_engine_next_tick(in->engine) <= ticked && !intake_pass(in, ticked, err))
		return false;
	if (!native_decode(in->decoder, line, &input, err) ||
	    !etq_engine_feed(in->engine, &input, at, in->findings, err))
		return false;
	call->fed = true;
	record_all(in);
	return true;
}

bool intake_forget(struct intake *in, struct kept_call *call)
{
	return recorder_end(in->recorder, call, false);
}

/* ---- making it ------------------------------------------------------------------------------- */

void intake_set_rules(struct intake *in, struct etq_ruleset *rules)
{
	etq_engine_set_rules(in->engine, rules);
}

void intake_stats(const struct intake *in, struct etq_engine_stats *stats)
{
	etq_engine_stats(in->engine, stats);
}

struct intake *intake_new(const struct intake_opts *opts, struct etq_ruleset *rules,
			  struct ledger *ledger, struct loop *loop, struct counters *counters,
			  const struct log *log)
{
	struct intake *in = calloc(1, sizeof(*in));
	struct etq_engine_config engine = opts->engine;
	const struct event_opts events = {.source = opts->source, .unmasked = opts->unmasked};

	if (!in)
		return NULL;
	*in = (struct intake){
		.ledger = ledger,
		.counters = counters,
		.log = log,
		.due = INT64_MAX,
	};
	event_assign(&in->timer, loop_base(loop), -1, 0, on_timer, in);
	engine.keep_gone = true;
	in->engine = etq_engine_new(&engine, rules);
	in->decoder = native_decoder_new();
	in->findings = etq_findings_new();
	in->recorder = recorder_new(&events, opts->max_lines, ledger, counters, log);
	if (!in->engine || !in->decoder || !in->findings || !in->recorder ||
	    !loop_hook(loop, intake_end_turn, in)) {
		intake_free(in);
		return NULL;
	}
	in->calls = recorder_calls(in->recorder);
	return in;
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	event_del(&in->timer);
	etq_engine_free(in->engine);
	native_decoder_free(in->decoder);
	etq_findings_free(in->findings);
	recorder_free(in->recorder);
	free(in);
}
