/* The subscriber's protocol: one subscription, statistics, heartbeats. */
#ifndef DAEMON_SUBSCRIBER_H
#define DAEMON_SUBSCRIBER_H

#include "conn.h"

struct cursors;
struct hub;
struct stats;
struct subscribers;

enum { SUBSCRIBER_ERRORS = 3 }; /* refused lines, then it is closed */

struct subscribers_opts {
	int64_t heartbeat_ms;
	int64_t request_timeout_ms; /* without a subscription or another request: closed */
	/* Fills the answer to {"type":"stats"}. */
	void (*stats)(void *user, struct stats *out);
	void *user;
};

/* NULL: out of memory. */
struct subscribers *subscribers_new(const struct subscribers_opts *opts, struct hub *hub,
				    struct cursors *cursors,
				    struct counters *counters) ETQ_MUST_CHECK;
void subscribers_free(struct subscribers *all); /* NULL is fine */

/* What its connections do; their group's service is the struct subscribers. */
extern const struct conn_kind subscriber_kind;

/* Says goodbye to those without a subscription; the others are the hub's: for conns_each. */
void subscriber_shut_down(void *user);

#endif
