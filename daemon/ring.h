/* An event log in memory: the latest events, up to a number and an amount of bytes. */
#ifndef DAEMON_RING_H
#define DAEMON_RING_H

#include "eventlog.h"

/* The first event will have the number first. NULL: out of memory. Free with eventlog_free. */
struct eventlog *ring_new(size_t max_bytes, size_t max_events, uint64_t first) ETQ_MUST_CHECK;

#endif
