#include "counters.h"

#include <string.h>

#define ROW(field, help)                                       \
	{                                                      \
#field, offsetof(struct counters, field), help \
	}

const struct counter_row counter_rows[] = {
	ROW(lines, "lines that senders sent"),
	ROW(lines_empty, "empty ones among them"),
	ROW(lines_refused, "lines that were refused, by code below"),
	ROW(lines_unfinished, "lines that had no end when their connection had one"),
	ROW(acks, "acks sent; one stands for many lines"),
	ROW(replies_held, "times that a connection was not read because it did not read"),
	ROW(bytes_in, "bytes read, from all connections"),
	ROW(bytes_out, "bytes written"),
	ROW(accepted, "connections taken"),
	ROW(refused_connections, "connections over the limit"),
	ROW(refused_per_address, "those among them that were too many from one address"),
	ROW(accept_failures, "times that taking one failed, and was paused"),
	ROW(events, "events recorded"),
	ROW(events_lost, "events that could not be recorded"),
	ROW(events_bytes, "bytes of recorded events"),
	ROW(deliveries, "events handed to a subscriber, each time"),
	ROW(delivered_bytes, "bytes of them"),
	ROW(requests, "lines that subscribers sent"),
	ROW(requests_refused, "refused ones among them"),
	ROW(subscriber_acks, "acks that named subscribers sent"),
	ROW(heartbeats, "heartbeats sent"),
	ROW(slow_begins, "times that a subscriber fell behind"),
	ROW(slow_ends, "times that one caught up again"),
	ROW(gaps, "times that a subscriber was told of a gap"),
	ROW(gap_events, "events in these gaps"),
	ROW(reloads, "times that rules were loaded anew"),
	ROW(reloads_failed, "times that they were wrong and the old ones stayed"),
	ROW(commits, "commits of the store"),
	ROW(store_failures, "times that the store could not be written, until it could again"),
	ROW(ingest_blocked, "times that senders had to wait for the store"),
	{NULL, 0, NULL},
};

static const char *const codes[] = {
	"line-too-long",  "unfinished-line",    "not-utf8",      "nul-in-text",
	"not-json",       "too-deep",           "not-an-object", "missing-field",
	"bad-type",       "unknown-type",       "bad-call-id",   "text-too-long",
	"late",           "bad-time",           "bad-text",      "call-ended",
	"too-many-calls", "too-many-partials",  "out-of-memory", "unknown-call",
	"call-too-long",  "too-many-own-calls", "other",
};

#define CODES (sizeof(codes) / sizeof(codes[0]))
_Static_assert(CODES <= (size_t)CODES_MAX, "room for every code");

uint64_t counter_get(const struct counters *c, const struct counter_row *row)
{
	uint64_t v;

	memcpy(&v, (const char *)c + row->offset, sizeof(v));
	return v;
}

const char *counters_code(size_t i)
{
	return i < CODES ? codes[i] : NULL;
}

void counters_refused(struct counters *c, const char *code)
{
	size_t i = 0;

	while (i < CODES - 1 && strcmp(codes[i], code) != 0)
		i++;
	c->refused[i]++;
	c->lines_refused++;
}
