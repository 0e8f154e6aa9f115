/* The ingest protocol: lines of calls in, acks and errors back. */
#ifndef DAEMON_SENDER_H
#define DAEMON_SENDER_H

#include "conn.h"

struct intake;
struct ledger;
struct senders;

struct senders_opts {
	int64_t first_ms, idle_ms; /* without a first line, without another one: closed; 0: never */
	size_t calls;              /* open ones that began on one connection */
};

/* Waits on the ledger: acks are for what is permanent. NULL: out of memory. */
struct senders *senders_new(const struct senders_opts *opts, struct intake *intake,
			    struct ledger *ledger, struct counters *counters) ETQ_MUST_CHECK;
void senders_free(struct senders *all); /* NULL is fine */

/* What its connections do; their group's service is the struct senders. */
extern const struct conn_kind sender_kind;

/* Acks what is permanent, says goodbye, closes: for conns_each. */
void sender_shut_down(void *user);

#endif
