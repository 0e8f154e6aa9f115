/* The store as configured: where it is, whether there is one, and what it remembers. */
#ifndef DAEMON_PERSIST_H
#define DAEMON_PERSIST_H

#include <stdbool.h>

#include "etiquette.h"
#include "recovery.h"

struct config;
struct cursors;
struct eventlog;
struct intake;
struct ledger;
struct log;
struct service;
struct store;

/* *store is NULL when nothing is to be kept. False: it can't be used, and why has been said. */
bool persist_open(const struct config *c, struct service *service, const struct log *log,
		  struct store **store) ETQ_MUST_CHECK;
/* The log of events that goes with it; store may be NULL. NULL: it can't be had, and it was said. */
struct eventlog *persist_events(struct store *store, const struct config *c,
				const struct log *log) ETQ_MUST_CHECK;
/* Those who get back what they knew. */
struct persist_parts {
	struct ledger *ledger;
	struct intake *intake;
	struct cursors *cursors;
	struct service *service;
	const struct log *log;
};

/* What an earlier life left goes on; does nothing without a store. */
enum recovered persist_resume(struct store *store, const struct config *c,
			      const struct persist_parts *parts) ETQ_MUST_CHECK;

#endif
