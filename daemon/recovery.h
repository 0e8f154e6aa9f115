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

enum recovered {
	RECOVERED,
	RECOVERY_STOPPED, /* a signal said so (loop_told_to_stop): the next start does it all again */
	RECOVERY_FAILED, /* the store can't be read or written, or no memory: it has been said */
};

/*
 * Judges the kept lines of open calls again; events that were given are not given again, those that
 * were lost are.
 */
enum recovered recovery_run(const struct recovery *r) ETQ_MUST_CHECK;

#endif
