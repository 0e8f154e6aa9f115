/* An event log in memory: the latest events, up to a number and an amount of bytes. */
#ifndef DAEMON_RING_H
#define DAEMON_RING_H

#include "eventlog.h"

/* NULL: out of memory. Free with eventlog_free. */
struct eventlog *ring_new(size_t max_bytes, size_t max_events) ETQ_MUST_CHECK;

#endif
