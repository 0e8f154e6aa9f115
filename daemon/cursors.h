/*
 * How far named subscribers have come: kept for them, in the store if there is one, and moved by
 * their acks. A name has one holder at a time.
 */
#ifndef DAEMON_CURSORS_H
#define DAEMON_CURSORS_H

#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

struct cursors;
struct ledger;
struct loop;

struct cursor {
	struct etq_str name;
	uint64_t sequence; /* the last event that it has dealt with */
	int64_t used;      /* Unix time in ms */
	void *holder;      /* who is connected under this name; NULL: nobody */
	bool dirty;        /* not in the ledger yet */
};

/* At most max names. Adds a hook to the loop. NULL: out of memory. */
struct cursors *cursors_new(size_t max, struct ledger *ledger, struct loop *loop) ETQ_MUST_CHECK;
void cursors_free(struct cursors *all); /* NULL is fine */

/* From an earlier life; names beyond max are left out. False: out of memory. */
bool cursors_restore(struct cursors *all, struct etq_str name, uint64_t sequence,
		     int64_t used) ETQ_MUST_CHECK;
/* NULL: not known. */
struct cursor *cursors_find(const struct cursors *all, struct etq_str name);
/*
 * A name that is not known, and has dealt with all up to sequence. first: the oldest event that is
 * kept; when there are too many names, one that nobody holds and that waits for an older one gives
 * way. NULL: err says "too-many-names" or "out-of-memory".
 */
struct cursor *cursors_add(struct cursors *all, struct etq_str name, uint64_t sequence,
			   uint64_t first, struct etq_err *err) ETQ_MUST_CHECK;
/* It has dealt with all up to sequence; never back. */
void cursors_move(struct cursors *all, struct cursor *c, uint64_t sequence);
size_t cursors_count(const struct cursors *all);

#endif
