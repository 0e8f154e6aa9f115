/* Reads the store's file, by a connection of its own: old events, and all that a new life goes on from. */
#ifndef DAEMON_DBREADER_H
#define DAEMON_DBREADER_H

#include <stdbool.h>

#include "batch.h"
#include "eventlog.h"

struct dbreader;

/* NULL: err says why. */
struct dbreader *dbreader_new(const char *path, struct etq_err *err) ETQ_MUST_CHECK;
void dbreader_free(struct dbreader *r); /* NULL is fine */

enum dbread { DBREAD_ROW, DBREAD_END, DBREAD_FAILED };

/* The first event from *sequence on, and its number; views live until the next call or dbreader_rest. */
enum dbread dbreader_event(struct dbreader *r, uint64_t *sequence,
			   struct record *event) ETQ_MUST_CHECK;
/* Lets go of the file, so that what has been written meanwhile is seen, and can be tidied up. */
void dbreader_rest(struct dbreader *r);

/* The number of the oldest event; last + 1 when there is none. */
bool dbreader_first(struct dbreader *r, uint64_t last, uint64_t *first,
		    struct etq_err *err) ETQ_MUST_CHECK;
/* Where the last life ended; downtime_ms: how long ago that is. All 0 in a new file. */
bool dbreader_position(struct dbreader *r, struct position *p, int64_t *downtime_ms,
		       struct etq_err *err) ETQ_MUST_CHECK;

enum { DBROW_NUMBERS = 2, DBROW_TEXTS = 3 };

/* What dbreader_scan gives: the columns of a row. */
struct dbrow {
	int64_t number[DBROW_NUMBERS];
	struct etq_str text[DBROW_TEXTS];
};

enum dbscan {
	DBSCAN_OPEN_CALLS, /* no; id */
	DBSCAN_HEADS,      /* heads, raised: rows of the journal without the texts, see sheet.h */
	DBSCAN_SHEETS,     /* … heads, raised, texts */
	DBSCAN_BURIED,     /* gone; call id: those of number[0] and later, oldest first */
	DBSCAN_CURSORS,    /* sequence, wall time of use; name */
	DBSCANS
};

/* Calls each for every row until it says false. False: the file can't be read, or each said so. */
bool dbreader_scan(struct dbreader *r, enum dbscan what, int64_t from,
		   bool (*each)(void *user, const struct dbrow *row), void *user,
		   struct etq_err *err) ETQ_MUST_CHECK;

#endif
