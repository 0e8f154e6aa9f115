#include "persist.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive.h"
#include "ledger.h"
#include "log.h"
#include "recovery.h"
#include "ring.h"
#include "service.h"
#include "settings.h"
#include "store.h"

enum { GRAVES_SPARE_MS = 60 * 1000 };

/* As configured, or where the service manager has made a place for such things; "": nowhere. */
static bool find_path(const struct config *c, char *path, size_t size)
{
	const char *state = getenv("STATE_DIRECTORY");
	int n;

	if (c->store_path && c->store_path[0])
		n = snprintf(path, size, "%s", c->store_path);
	else if (state && state[0])
		n = snprintf(path, size, "%s/etiquetted.db", state);
	else
		n = snprintf(path, size, "%s", "");
	return n < (int)size;
}

/* The engine refuses lines of calls that have ended for as long as a call may be idle. */
static int64_t graves_ms(const struct config *c)
{
	return c->calls_idle + GRAVES_SPARE_MS;
}

static void on_check(void *service)
{
	service_busy(service, "the store is checked");
}

bool persist_open(const struct config *c, struct service *service, const struct log *log,
		  struct store **store)
{
	char path[PATH_MAX];
	struct etq_err err;

	*store = NULL;
	if (!find_path(c, path, sizeof(path))) {
		log_error(log, "the store's path is too long");
		return false;
	}
	if (c->store_durability == DURABILITY_MEMORY || path[0] == '\0') {
		log_info(log, "nothing is kept over a restart: there is no store.path");
		return true;
	}
	const struct store_opts opts = {
		.file = {.path = path,
			 .durability = (enum durability)c->store_durability,
			 .check = c->store_check,
			 .progress = on_check,
			 .user = service},
		.retain = {.age_ms = c->store_retain_age,
			   .bytes = c->store_retain_size,
			   .graves_ms = graves_ms(c)},
		.queue_bytes = (size_t)c->store_queue_bytes,
	};
	*store = store_open(&opts, &err);
	if (*store)
		log_info(log, "events and open calls are kept in %s", path);
	else
		log_error(log, "%s", err.message);
	return *store;
}

struct eventlog *persist_events(struct store *store, const struct config *c, const struct log *log)
{
	struct position p = {0};
	int64_t downtime;
	struct etq_err err = {"out-of-memory", "out of memory"};
	struct eventlog *events = NULL;

	if (!store || dbreader_position(store_reader(store), &p, &downtime, &err))
		events = ring_new((size_t)c->ring_bytes, (size_t)c->ring_events, p.sequence + 1);
	if (store && events)
		events = archive_new(events, store_reader(store), store_first(store));
	if (!events)
		log_error(log, "%s", err.message);
	return events;
}

enum recovered persist_resume(struct store *store, const struct config *c,
			      const struct persist_parts *parts)
{
	struct position p;
	int64_t downtime;
	struct etq_err err;

	if (!store)
		return RECOVERED;
	if (!dbreader_position(store_reader(store), &p, &downtime, &err)) {
		log_error(parts->log, "%s", err.message);
		return RECOVERY_FAILED;
	}
	if (p.at == 0)
		return RECOVERED; /* it is new */
	ledger_resume(parts->ledger, &p, downtime);
	const struct recovery recovery = {
		.reader = store_reader(store),
		.ledger = parts->ledger,
		.intake = parts->intake,
		.cursors = parts->cursors,
		.service = parts->service,
		.log = parts->log,
		.graves_ms = graves_ms(c),
	};
	return recovery_run(&recovery);
}
