#include "intake.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/sv.h"
#include "counters.h"
#include "eventlog.h"
#include "log.h"
#include "loop.h"
#include "wire/event.h"
#include "wire/native.h"

enum { RETRY_MS = 1000 };

struct intake {
	struct etq_engine *engine;
	struct native_decoder *decoder;
	struct etq_findings *findings;
	struct buf line; /* the event that is being encoded */
	struct event_opts opts;
	struct eventlog *events;
	struct counters *counters;
	const struct log *log;
	struct event timer;
	int64_t due; /* what the timer is set to; INT64_MAX: it is not */
	bool stale;  /* the engine was at work since: look again when it is due */
	bool losing; /* the last event could not be recorded */
	bool tick_fails;
};

/* Said when it begins and when it ends; counted each time. */
static void note_lost(struct intake *in, bool lost)
{
	in->counters->events_lost += lost;
	if (lost == in->losing)
		return;
	in->losing = lost;
	if (lost)
		log_error(in->log, "events are lost: out of memory, or larger than the ring");
	else
		log_notice(in->log, "events are recorded again; %llu were lost since the start",
			   (unsigned long long)in->counters->events_lost);
}

static bool record(struct intake *in, const struct etq_finding *f)
{
	buf_clear(&in->line);
	if (!event_encode(f, &in->opts, &in->line) ||
	    !event_finish(in->events->last + 1, loop_wall(), &in->line))
		return false;
	const struct record r = {
		.kind = f->kind,
		.severity = f->severity,
		.rule = f->rule ? f->rule->id : SV_NONE,
		.queue = f->meta ? f->meta->queue : SV_NONE,
		.agent = f->meta ? f->meta->agent_id : SV_NONE,
		.call = f->call,
		.line = {in->line.p, in->line.n},
	};
	if (!eventlog_append(in->events, &r))
		return false;
	in->counters->events++;
	in->counters->events_bytes += in->line.n;
	return true;
}

static void record_all(struct intake *in)
{
	in->stale = true;
	for (size_t i = 0; i < etq_findings_count(in->findings); i++)
		note_lost(in, !record(in, etq_findings_get(in->findings, i)));
	etq_findings_clear(in->findings);
}

bool intake_line(struct intake *in, struct etq_str line, struct etq_err *err)
{
	struct etq_input input;
	bool ok = native_decode(in->decoder, line, &input, err);

	if (ok) {
		ok = etq_engine_feed(in->engine, &input, loop_now(), in->findings, err);
		record_all(in);
	}
	if (!ok)
		counters_refused(in->counters, err->code);
	return ok;
}

static void set_timer(struct intake *in, int64_t due)
{
	int64_t ms = due - loop_now();
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

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct intake *in = arg;
	struct etq_err err;
	bool ok = etq_engine_tick(in->engine, loop_now(), in->findings, &err);

	in->due = INT64_MAX;
	record_all(in);
	if (!ok) {
		if (!in->tick_fails)
			log_error(in->log, "deadlines can't be judged: %s", err.message);
		in->stale = false;
		set_timer(in, loop_now() + RETRY_MS);
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

void intake_set_rules(struct intake *in, struct etq_ruleset *rules)
{
	etq_engine_set_rules(in->engine, rules);
}

void intake_stats(const struct intake *in, struct etq_engine_stats *stats)
{
	etq_engine_stats(in->engine, stats);
}

struct intake *intake_new(const struct intake_opts *opts, struct etq_ruleset *rules,
			  struct eventlog *events, struct loop *loop, struct counters *counters,
			  const struct log *log)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	*in = (struct intake){
		.line = BUF_INIT(EVENT_LINE_MAX),
		.opts = {.source = opts->source, .unmasked = opts->unmasked},
		.events = events,
		.counters = counters,
		.log = log,
		.due = INT64_MAX,
	};
	event_assign(&in->timer, loop_base(loop), -1, 0, on_timer, in);
	in->engine = etq_engine_new(&opts->engine, rules);
	in->decoder = native_decoder_new();
	in->findings = etq_findings_new();
	if (!in->engine || !in->decoder || !in->findings || !loop_hook(loop, intake_end_turn, in)) {
		intake_free(in);
		return NULL;
	}
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
	buf_free(&in->line);
	free(in);
}
