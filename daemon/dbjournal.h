/*
 * The journal: what is kept of open calls, a row for each commit, in the order in which it came. A
 * call that is over leaves its bytes behind as waste; when there is more of that than of what is
 * still needed, the oldest rows are written again without it, each run of them as one row in its
 * place, so that the order stays. What the journal takes is thus bounded by the open calls.
 *
 * Writing goes in three steps: within a transaction, and then, as that has ended, one of the two.
 */
#ifndef DAEMON_DBJOURNAL_H
#define DAEMON_DBJOURNAL_H

#include <sqlite3.h>

#include "batch.h"

enum {
	JOURNAL_ROW = 256 * 1024,  /* bytes of a row, about, at most */
	JOURNAL_WASTE = 256 * 1024 /* so much waste is always let be */
};

struct dbjournal;

/* Reads what there is. NULL: err says why. */
struct dbjournal *dbjournal_new(sqlite3 *db, struct etq_err *err) ETQ_MUST_CHECK;
void dbjournal_free(struct dbjournal *j); /* NULL is fine */

/* Will so many new calls be known? False: out of memory. */
bool dbjournal_reserve(struct dbjournal *j, size_t calls) ETQ_MUST_CHECK;
/* False: as SQLite says, or out of memory. */
bool dbjournal_write(struct dbjournal *j, const struct sheet *s) ETQ_MUST_CHECK;
/* Is there too much waste? */
bool dbjournal_wastes(const struct dbjournal *j);
/* Reads up to budget bytes of rows, and writes again what is needed of them. False: as above. */
bool dbjournal_tidy(struct dbjournal *j, size_t budget) ETQ_MUST_CHECK;

/* It has been committed; b: with that, or NULL. */
void dbjournal_committed(struct dbjournal *j, const struct batch *b);
void dbjournal_undone(struct dbjournal *j);

#endif
