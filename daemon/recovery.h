/* After a restart: what the store kept becomes what the daemon knows. */
#ifndef DAEMON_RECOVERY_H
#define DAEMON_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "etiquette.h"

struct cursors;
struct dbreader;
struct intake;
struct ledger;
struct log;
struct service;

struct recovery {
	struct dbreader *reader;
	struct ledger *ledger; /* has been resumed */
	struct intake *intake;
	struct cursors *cursors;
	struct service *service;
	const struct log *log;
	int64_t graves_ms; /* calls that are over are known for so long */
};

/*
 * Judges the kept lines of open calls again; events that were given are not given again, those that
 * were lost are. False: the store can't be read or written, or memory ran out, and it has been said.
 */
bool recovery_run(const struct recovery *r) ETQ_MUST_CHECK;

#endif
