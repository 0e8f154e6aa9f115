#include "report.h"

#include <stdio.h>
#include <unistd.h>

#include "base/sv.h"
#include "counters.h"
#include "cursors.h"
#include "eventlog.h"
#include "hub.h"
#include "intake.h"
#include "ledger.h"
#include "loop.h"
#include "wire/stats.h"

static void add(struct stats *out, const char *name, uint64_t value)
{
	stats_add(out, name, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

/* A row whose name is put together: "refused_" and "not_json". */
static void add_of(struct report *r, struct stats *out, const char *kind, const char *which,
		   uint64_t value)
{
	if (r->nnames == REPORT_NAMES)
		return;
	char *name = r->names[r->nnames++];
	snprintf(name, REPORT_NAME_BYTES, "%s_%s", kind, which);
	for (char *p = name; *p; p++)
		*p = *p == '-' ? '_' : *p;
	add(out, name, value);
}

/* Resident memory in bytes, 0 when it can't be known. */
static uint64_t memory_now(void)
{
	unsigned long long size, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_now(const struct report *r, struct stats *out)
{
	add(out, "uptime_s", (uint64_t)(loop_now() - r->started) / 1000);
	add(out, "memory_bytes", memory_now());
	add(out, "rules", r->rules);
	add(out, "senders_open", *r->senders);
	add(out, "subscribers_open", *r->subscribers);
	add(out, "reading_bytes", conns_frame_bytes(r->conns));
	add(out, "subscriber_names", cursors_count(r->cursors));
	add(out, "subscribers_slow", hub_count(r->hub, HUB_SLOW));
	add(out, "ready", !ledger_failing(r->ledger));
	add(out, "ring_first", ledger_ring_first(r->ledger));
	add(out, "ring_last", r->events->last);
	add(out, "ring_bytes", r->events->bytes);
	add(out, "events_first", r->events->first);
	add(out, "store_waiting_bytes", ledger_waiting(r->ledger));
}

static void add_engine(struct report *r, struct stats *out)
{
	struct etq_engine_stats s;

	intake_stats(r->intake, &s);
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{"calls_open", s.open_calls},   {"calls_started", s.calls_started},
		{"calls_ended", s.calls_ended}, {"calls_idle", s.calls_idle},
		{"utterances", s.utterances},   {"partials", s.partials},
		{"duplicates", s.duplicates},   {"late", s.late},
		{"reordered", s.reordered},     {"stamped", s.stamped},
		{"findings", s.findings},       {"retracted", s.retracted},
		{"scored", s.scored},           {"match_gave_up", s.match_gave_up},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add(out, rows[i].name, rows[i].value);
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		add_of(r, out, "findings", etq_severity_name((enum etq_severity)i),
		       s.findings_by_severity[i]);
}

static void add_counters(struct report *r, struct stats *out)
{
	const struct counters *c = r->counters;

	for (const struct counter_row *row = counter_rows; row->name; row++)
		add(out, row->name, counter_get(c, row));
	for (size_t i = 0; counters_code(i); i++)
		add_of(r, out, "refused", counters_code(i), c->refused[i]);
	for (int i = 0; i < CONN_REASONS; i++)
		add_of(r, out, "closed", conn_reason_name((enum conn_reason)i), c->closed[i]);
}

void report_fill(struct report *r, struct stats *out)
{
	r->nnames = 0;
	out->version = SV(ETQ_VERSION);
	out->rules_version = sv_of(r->rules_version);
	add_now(r, out);
	add_engine(r, out);
	add_counters(r, out);
}
