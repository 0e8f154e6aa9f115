/* An event log on disk: the latest events from memory, older ones from the store. */
#ifndef DAEMON_ARCHIVE_H
#define DAEMON_ARCHIVE_H

#include "eventlog.h"

struct dbreader;

/*
 * ring, which is then the archive's, holds what has been committed last; what is appended goes
 * there. first: the oldest event in the store. NULL: out of memory; ring is freed.
 */
struct eventlog *archive_new(struct eventlog *ring, struct dbreader *reader,
			     uint64_t first) ETQ_MUST_CHECK;
/* The store has dropped what is older than that. */
void archive_dropped(struct eventlog *archive, uint64_t first);
/* Events that memory holds. */
const struct eventlog *archive_ring(const struct eventlog *archive);

#endif
