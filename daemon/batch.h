/*
 * What one commit writes, in the order in which it came about. The main thread fills a batch, the
 * store's writer reads it, and the main thread reads it again when it is committed: never two at once.
 */
#ifndef DAEMON_BATCH_H
#define DAEMON_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"

enum op_kind {
	OP_CALL, /* a call begins: no, wall time; id */
	OP_LINE, /* it has accepted a line: key, at, ticked; the line */
	OP_EVENT, /* sequence, wall time, BATCH_SORT, key (0: of no call that is kept); see op_text */
	OP_GONE,   /* it is over: no, at, wall time, sum (see BATCH_SUM); "1": buried */
	OP_CURSOR, /* a subscriber has come so far: sequence, wall time; name */
	OP_FORGET, /* nothing is known of one any more: name */
	OP_KINDS
};

enum { OP_NUMBERS = 4, OP_TEXTS = 6 };

/* The texts of an OP_EVENT; the first of all other kinds is the one that they have. */
enum op_text { EVENT_LINE, EVENT_RULE, EVENT_QUEUE, EVENT_AGENT, EVENT_CALL, EVENT_ID };

/* One row or so of the store; a text with p == NULL is absent. */
struct op {
	enum op_kind kind;
	int64_t number[OP_NUMBERS];
	struct etq_str text[OP_TEXTS];
};

/* A place in what is kept of a call: its number and the number of the line or event in it. */
enum { KEY_BITS = 24, KEY_MAX = (1 << KEY_BITS) - 1 };
#define BATCH_KEY(no, n) ((int64_t)((uint64_t)(no) << KEY_BITS | (uint64_t)(n)))
/* Severity and kind of an event, as one number. */
#define BATCH_SORT(severity, kind) ((int64_t)(severity) | (int64_t)(kind) << 8)
/* Number of events and points lost, as one number. */
#define BATCH_SUM(events, points) ((int64_t)((uint64_t)(events) << 32 | (uint32_t)(points)))

/* Where the daemon was when it handed a batch over: what a later life of it goes on from. */
struct position {
	int64_t at;        /* the calls' clock, ms */
	int64_t ticked;    /* the last time that it let time pass, on that clock */
	int64_t wall, up;  /* Unix time and time since boot, ms, at the same moment */
	uint64_t sequence; /* the last that was given out */
	uint64_t call;     /* number of the last call */
};

struct batch {
	struct buf ops;
	size_t n, events;
	struct position position; /* filled in when it is handed over */
};

/* Takes memory for room bytes at once; ops may go over it, up to max. False: out of memory. */
bool batch_init(struct batch *b, size_t room, size_t max) ETQ_MUST_CHECK;
void batch_free(struct batch *b);
void batch_clear(struct batch *b);
/* Will n more bytes of texts, in up to ops ops, be taken? */
bool batch_reserve(struct batch *b, size_t ops, size_t n) ETQ_MUST_CHECK;
/* Copies op. False: out of memory, or over max; nothing changed. */
bool batch_add(struct batch *b, const struct op *op) ETQ_MUST_CHECK;
/* The op at byte *at, which moves on; false at the end. Views live as long as the batch is not changed. */
bool batch_next(const struct batch *b, size_t *at, struct op *op) ETQ_MUST_CHECK;

#endif
