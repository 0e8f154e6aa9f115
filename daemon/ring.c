#include "ring.h"

#include <stdlib.h>
#include <string.h>

enum { FACTS = 4, ALIGN = 8 };

/* What stands in the bytes: this, the facts one after the other, the line. Never split by the end. */
struct entry {
	uint32_t size; /* all of it, aligned */
	uint32_t line; /* bytes of the line */
	uint16_t facts[FACTS];
	uint8_t severity;
	uint8_t kind;
};

struct ring {
	struct eventlog log;
	char *bytes;
	size_t cap;    /* of bytes */
	size_t *at;    /* of event number s: at[s % max_events] */
	size_t events; /* length of at */
	size_t head;   /* the next entry goes here */
	bool wrapped;  /* the oldest are behind head, the free bytes between */
};

static void ring_free(struct eventlog *log)
{
	struct ring *r = (struct ring *)log;

	free(r->bytes);
	free(r->at);
	free(r);
}

static size_t ring_count(const struct ring *r)
{
	return (size_t)(r->log.last + 1 - r->log.first);
}

/* The bytes are aligned, and so is every entry's size. */
static struct entry *entry_at(const struct ring *r, uint64_t sequence)
{
	return (struct entry *)(void *)(r->bytes + r->at[sequence % r->events]);
}

static size_t ring_tail(const struct ring *r)
{
	return r->at[r->log.first % r->events];
}

static void ring_drop_first(struct ring *r)
{
	size_t tail = ring_tail(r);

	r->log.bytes -= entry_at(r, r->log.first)->size;
	r->log.first++;
	if (ring_count(r) == 0) {
		r->head = 0;
		r->wrapped = false;
	} else if (ring_tail(r) < tail) {
		r->wrapped = false;
	}
}

/* Is [head, head + size) free of entries? */
static bool ring_fits(const struct ring *r, size_t size)
{
	size_t end = r->wrapped ? ring_tail(r) : r->cap;

	return end - r->head >= size;
}

/* Drops the oldest until size bytes are free at head, going round at the end. */
static void ring_make_room(struct ring *r, size_t size)
{
	if (ring_count(r) == r->events)
		ring_drop_first(r);
	while (!ring_fits(r, size)) {
		if (r->wrapped) {
			ring_drop_first(r);
		} else {
			r->wrapped = true;
			r->head = 0;
		}
	}
}

static size_t entry_size(const struct record *rec)
{
	size_t n = sizeof(struct entry) + rec->rule.n + rec->queue.n + rec->agent.n + rec->call.n +
		   rec->line.n;

	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static bool ring_append(struct eventlog *log, const struct record *rec)
{
	struct ring *r = (struct ring *)log;
	const struct etq_str facts[FACTS] = {rec->rule, rec->queue, rec->agent, rec->call};

	for (size_t i = 0; i < FACTS; i++) {
		if (facts[i].n > UINT16_MAX)
			return false;
	}
	if (rec->line.n > UINT32_MAX / 2 || entry_size(rec) > r->cap)
		return false;

	size_t size = entry_size(rec);
	ring_make_room(r, size);
	r->at[(log->last + 1) % r->events] = r->head;
	log->last++;
	log->bytes += size;

	struct entry *e = entry_at(r, log->last);
	*e = (struct entry){.size = (uint32_t)size,
			    .line = (uint32_t)rec->line.n,
			    .severity = (uint8_t)rec->severity,
			    .kind = (uint8_t)rec->kind};
	char *p = (char *)(e + 1);
	for (size_t i = 0; i < FACTS; i++) {
		e->facts[i] = (uint16_t)facts[i].n;
		if (facts[i].n > 0)
			memcpy(p, facts[i].p, facts[i].n);
		p += facts[i].n;
	}
	if (rec->line.n > 0)
		memcpy(p, rec->line.p, rec->line.n);
	r->head += size;
	return true;
}

static enum eventlog_result ring_read(struct eventlog *log, uint64_t sequence, struct record *rec)
{
	const struct ring *r = (const struct ring *)log;

	if (sequence > log->last)
		return EVENTLOG_END;
	if (sequence < log->first)
		return EVENTLOG_GONE;

	const struct entry *e = entry_at(r, sequence);
	struct etq_str *facts[FACTS] = {&rec->rule, &rec->queue, &rec->agent, &rec->call};
	const char *p = (const char *)(e + 1);
	rec->severity = (enum etq_severity)e->severity;
	rec->kind = (enum etq_finding_kind)e->kind;
	for (size_t i = 0; i < FACTS; i++) {
		*facts[i] = (struct etq_str){e->facts[i] ? p : NULL, e->facts[i]};
		p += e->facts[i];
	}
	rec->line = (struct etq_str){p, e->line};
	return EVENTLOG_OK;
}

static const struct eventlog_ops ring_ops = {
	.append = ring_append,
	.read = ring_read,
	.free = ring_free,
};

struct eventlog *ring_new(size_t max_bytes, size_t max_events, uint64_t first)
{
	struct ring *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->log = (struct eventlog){.ops = &ring_ops, .first = first, .last = first - 1};
	r->cap = max_bytes / ALIGN * ALIGN;
	r->events = max_events;
	/* Neither is touched before it is needed, so that a quiet daemon stays small. */
	r->bytes = malloc(r->cap);
	r->at = calloc(max_events, sizeof *r->at);
	if (!r->bytes || !r->at) {
		ring_free(&r->log);
		return NULL;
	}
	return &r->log;
}
