#include "archive.h"

#include <stdlib.h>

#include "dbreader.h"

struct archive {
	struct eventlog log;
	struct eventlog *ring;
	struct dbreader *reader;
};

static bool archive_append(struct eventlog *log, const struct record *r)
{
	struct archive *a = (struct archive *)log;

	if (!eventlog_append(a->ring, r))
		return false;
	log->last = a->ring->last;
	log->bytes = a->ring->bytes;
	return true;
}

static enum eventlog_result archive_read(struct eventlog *log, uint64_t sequence, struct record *r)
{
	struct archive *a = (struct archive *)log;
	uint64_t found = sequence;

	if (sequence >= a->ring->first)
		return eventlog_read(a->ring, sequence, r);
	if (sequence < log->first)
		return EVENTLOG_GONE;
	switch (dbreader_event(a->reader, &found, r)) {
	case DBREAD_ROW:
		if (found == sequence)
			return EVENTLOG_OK;
		/* Dropped, of which the main thread has not been told yet. */
		archive_dropped(log, found);
		return EVENTLOG_GONE;
	case DBREAD_END:
		archive_dropped(log, a->ring->first);
		return EVENTLOG_GONE;
	case DBREAD_FAILED:
		break;
	}
	return EVENTLOG_FAILED;
}

static void archive_rest(struct eventlog *log)
{
	dbreader_rest(((struct archive *)log)->reader);
}

static void archive_free(struct eventlog *log)
{
	struct archive *a = (struct archive *)log;

	eventlog_free(a->ring);
	free(a);
}

static const struct eventlog_ops archive_ops = {
	.append = archive_append,
	.read = archive_read,
	.rest = archive_rest,
	.free = archive_free,
};

void archive_dropped(struct eventlog *archive, uint64_t first)
{
	if (first > archive->first)
		archive->first = first <= archive->last ? first : archive->last + 1;
}

const struct eventlog *archive_ring(const struct eventlog *archive)
{
	return ((const struct archive *)archive)->ring;
}

struct eventlog *archive_new(struct eventlog *ring, struct dbreader *reader, uint64_t first)
{
	struct archive *a = ring ? calloc(1, sizeof(*a)) : NULL;

	if (!a) {
		eventlog_free(ring);
		return NULL;
	}
	*a = (struct archive){
		.log = {.ops = &archive_ops, .first = first, .last = ring->last},
		.ring = ring,
		.reader = reader,
	};
	return &a->log;
}
