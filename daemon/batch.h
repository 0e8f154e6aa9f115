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
#include "sheet.h"

enum op_kind {
	OP_CALL,   /* a call begins: no, wall time; id */
	OP_EVENT,  /* see event_number; see op_text */
	OP_GONE,   /* it is over: see gone_number */
	OP_CURSOR, /* a subscriber has come so far: sequence, wall time; name */
	OP_FORGET, /* nothing is known of one any more: name */
	OP_KINDS
};

enum { OP_NUMBERS = 7, OP_TEXTS = 5 };

/* The numbers of an OP_EVENT; EVENT_OF: the number of the call that it is kept for, or 0. */
enum event_number { EVENT_SEQUENCE, EVENT_WALL, EVENT_SEVERITY, EVENT_KIND, EVENT_OF };
/* The texts of an OP_EVENT; the first of all other kinds is the one that they have. */
enum op_text { EVENT_LINE, EVENT_RULE, EVENT_QUEUE, EVENT_AGENT, EVENT_CALL };
/* The numbers of an OP_GONE: GONE_EVENTS and GONE_POINTS without those withdrawn. */
enum gone_number { GONE_NO, GONE_AT, GONE_WALL, GONE_EVENTS, GONE_POINTS, GONE_SCORE, GONE_FLAGS };
enum { GONE_BURIED = 1, GONE_SCORED = 2 }; /* its lines are refused; it has a score */

/* One row or so of the store; a text with p == NULL is absent. */
struct op {
	enum op_kind kind;
	int64_t number[OP_NUMBERS];
	struct etq_str text[OP_TEXTS];
};

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
	struct sheet sheet;       /* lines of open calls, and which events they gave */
	size_t calls;             /* that begin */
	struct position position; /* filled in when it is handed over */
};

/* Takes memory for room bytes of each at once; each may go over it, up to max. False: out of memory. */
bool batch_init(struct batch *b, size_t room, size_t max) ETQ_MUST_CHECK;
void batch_free(struct batch *b);
void batch_clear(struct batch *b);
size_t batch_bytes(const struct batch *b); /* 0: there is nothing in it */
/* Will a line of so many bytes be taken, and with it the beginning of a call with so long an id? */
bool batch_reserve(struct batch *b, size_t line, size_t id) ETQ_MUST_CHECK;
/* Copies op. key: what an event of a kept call is known by. False: out of memory, or over max; nothing changed. */
bool batch_add(struct batch *b, const struct op *op, struct etq_str key) ETQ_MUST_CHECK;
/* The op at byte *at, which moves on; false at the end. Views live as long as the batch is not changed. */
bool batch_next(const struct batch *b, size_t *at, struct op *op) ETQ_MUST_CHECK;

#endif
