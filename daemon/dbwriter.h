/* Writes batches into the store's file, one transaction each, and drops what is not kept any more. */
#ifndef DAEMON_DBWRITER_H
#define DAEMON_DBWRITER_H

#include "batch.h"
#include "dbfile.h"

enum { RETAIN_STEP = 256 }; /* rows that are dropped at once */

/* What is kept; 0: no limit. */
struct retain {
	int64_t age_ms;    /* events, and calls that are over, older than that go */
	int64_t bytes;     /* so much of the file is in use: beyond, the oldest go */
	int64_t graves_ms; /* calls that are over are needed for so long, whatever else */
};

struct dbwriter;

/* db is then the writer's. NULL: err says why; db is closed. */
struct dbwriter *dbwriter_new(sqlite3 *db, const struct retain *retain,
			      struct etq_err *err) ETQ_MUST_CHECK;
void dbwriter_free(struct dbwriter *w); /* NULL is fine */

/* From now on a thread of its own copies the log into the file. False: err says why not. */
bool dbwriter_start_copying(struct dbwriter *w, struct etq_err *err) ETQ_MUST_CHECK;
/* After commits, when nobody waits for their news any more. */
void dbwriter_look(struct dbwriter *w);

/* All of it or, on false, nothing; then it may be tried again. */
bool dbwriter_commit(struct dbwriter *w, const struct batch *b, struct etq_err *err) ETQ_MUST_CHECK;
/*
 * Drops a step's worth of what is too old or too much. *more: there is more to drop at once;
 * *first: the oldest event that is left, or the number after the last that there was.
 */
bool dbwriter_retain(struct dbwriter *w, int64_t wall, bool *more, uint64_t *first,
		     struct etq_err *err) ETQ_MUST_CHECK;

#endif
