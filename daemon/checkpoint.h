/*
 * Copies SQLite's log into the store's file, by a thread and a connection of its own: that takes
 * tens of milliseconds of waiting for the disk, in which commits go on. Only what the log has got
 * meanwhile is copied by the writer itself, when the log is to begin anew, lest it grow for ever.
 */
#ifndef DAEMON_CHECKPOINT_H
#define DAEMON_CHECKPOINT_H

#include <sqlite3.h>

#include "etiquette.h"

/* Pages of the log. */
enum {
	CHECKPOINT_FRAMES = 2000, /* that are copied at once, at least */
	CHECKPOINT_LOG = 16000,   /* with which it begins anew; with twice as many at any cost */
};

struct checkpoint;

/* From now on the writer copies nothing by itself. NULL: err says why. */
struct checkpoint *checkpoint_new(sqlite3 *writer, struct etq_err *err) ETQ_MUST_CHECK;
void checkpoint_free(struct checkpoint *c); /* NULL is fine */
/* For the writer's thread, after its commits. */
void checkpoint_look(struct checkpoint *c);

#endif
