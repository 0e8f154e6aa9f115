/* What the daemon says besides events: one JSON object a line, both ways. */
#ifndef WIRE_REPLY_H
#define WIRE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"
#include "wire/event.h"

enum { REPLY_MAX = 2048 }; /* no reply but stats and events is longer */

/* Each appends one line with its '\n'. False: did not fit, out is as it was. */

/* Lines 1..n of this connection were judged or refused. */
bool reply_ack(uint64_t n, struct buf *out) ETQ_MUST_CHECK;
/* Line n was refused; n == 0: not about a line. */
bool reply_error(uint64_t n, const char *code, const char *message, struct buf *out) ETQ_MUST_CHECK;
/* The subscription holds; from: the lowest sequence number that it can get. */
bool reply_subscribed(uint64_t from, struct buf *out) ETQ_MUST_CHECK;
/* sequence: the latest one given out to anybody; time: Unix ms. */
bool reply_heartbeat(uint64_t sequence, int64_t time, struct buf *out) ETQ_MUST_CHECK;
/* Findings from..to (both included) are not kept any more; the stream goes on behind them. */
bool reply_gap(uint64_t from, uint64_t to, struct buf *out) ETQ_MUST_CHECK;
/* The last line before the daemon closes; reasons: doc/protocol.md. */
bool reply_bye(const char *reason, const char *message, struct buf *out) ETQ_MUST_CHECK;

enum reply_type {
	REPLY_ACK,
	REPLY_ERROR,
	REPLY_SUBSCRIBED,
	REPLY_HEARTBEAT,
	REPLY_GAP,
	REPLY_BYE,
	REPLY_STATS, /* to be read with stats_decode */
	REPLY_EVENT,
	REPLY_OTHER, /* of a later version: skip it */
};

/* Which fields are set depends on the type; the rest is 0 or absent. */
struct reply {
	enum reply_type type;
	uint64_t n;             /* ack, error */
	uint64_t sequence;      /* heartbeat */
	uint64_t from, to;      /* subscribed: from; gap: both */
	int64_t time;           /* heartbeat */
	struct etq_str code;    /* error: code; bye: reason */
	struct etq_str message; /* error, bye */
	struct event_view event;
};

/* A line from the daemon, as clients read it. Views live until d decodes again. */
bool reply_decode(struct native_decoder *d, struct etq_str line, struct reply *r,
		  struct etq_err *err) ETQ_MUST_CHECK;

#endif
