/* What is counted since the start: one table of names for statistics and documents. */
#ifndef DAEMON_COUNTERS_H
#define DAEMON_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "etiquette.h"

enum { CODES_MAX = 32 };

struct counters {
	uint64_t lines, lines_empty, lines_refused, lines_unfinished;
	uint64_t acks, replies_held;
	uint64_t bytes_in, bytes_out;
	uint64_t accepted, refused_connections, refused_per_address, accept_failures;
	uint64_t closed[CONN_REASONS];
	uint64_t refused[CODES_MAX]; /* lines, by error code: counters_code */
	uint64_t events, events_lost, events_bytes;
	uint64_t deliveries, delivered_bytes;
	uint64_t requests, requests_refused, subscriber_acks, heartbeats;
	uint64_t slow_begins, slow_ends, gaps, gap_events;
	uint64_t reloads, reloads_failed;
	uint64_t commits, store_failures, ingest_blocked;
};

struct counter_row {
	const char *name; /* as in statistics */
	size_t offset;
	const char *help;
};

/* The last has no name. */
extern const struct counter_row counter_rows[];

uint64_t counter_get(const struct counters *c, const struct counter_row *row);

/* Counts a refused line under its code; codes that are not known under the last, "other". */
void counters_refused(struct counters *c, const char *code);
/* Code number i, or NULL behind the last. */
const char *counters_code(size_t i);

#endif
