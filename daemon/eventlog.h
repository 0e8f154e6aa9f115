/*
 * The log of events that subscribers read: numbered without gaps, the oldest dropped first. A
 * subscriber is a cursor and a filter over it. This is the interface; ring.h keeps it in memory,
 * archive.h on disk.
 */
#ifndef DAEMON_EVENTLOG_H
#define DAEMON_EVENTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/* An event as it goes out, and the facts that filters ask for. */
struct record {
	enum etq_finding_kind kind;
	enum etq_severity severity;
	struct etq_str rule, queue, agent, call; /* n == 0: absent */
	struct etq_str line;                     /* with its '\n' */
};

enum eventlog_result {
	EVENTLOG_OK,
	EVENTLOG_GONE,   /* dropped already: older than the first */
	EVENTLOG_END,    /* not there yet: later than the last */
	EVENTLOG_FAILED, /* it is on a disk that can't be read */
};

struct eventlog;

struct eventlog_ops {
	bool (*append)(struct eventlog *log, const struct record *r);
	enum eventlog_result (*read)(struct eventlog *log, uint64_t sequence, struct record *r);
	void (*rest)(struct eventlog *log); /* NULL: nothing to do */
	void (*free)(struct eventlog *log);
};

/* The head of every kind of log. Empty: first == last + 1. */
struct eventlog {
	const struct eventlog_ops *ops;
	uint64_t first, last; /* sequence numbers that can be read, from 1 */
	size_t bytes;         /* that they take */
};

/* Copies r as number last + 1. False: it does not fit or memory ran out; nothing changed. */
ETQ_MUST_CHECK static inline bool eventlog_append(struct eventlog *log, const struct record *r)
{
	return log->ops->append(log, r);
}

/* Views in *r live until the next call. */
ETQ_MUST_CHECK static inline enum eventlog_result eventlog_read(struct eventlog *log,
								uint64_t sequence, struct record *r)
{
	return log->ops->read(log, sequence, r);
}

/* Reading is over for now: gives back what it took hold of. */
static inline void eventlog_rest(struct eventlog *log)
{
	if (log->ops->rest)
		log->ops->rest(log);
}

/* NULL is fine. */
static inline void eventlog_free(struct eventlog *log)
{
	if (log)
		log->ops->free(log);
}

#endif
