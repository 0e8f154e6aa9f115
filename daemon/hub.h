/*
 * Hands the log of events to its readers. A reader is a cursor and a filter; it is on one of three
 * lists: live (has everything), behind (reads more at the end of this turn), slow (its connection
 * is held; it costs nothing until that has room again).
 */
#ifndef DAEMON_HUB_H
#define DAEMON_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "wire/subscribe.h"

struct conn;
struct counters;
struct eventlog;
struct hub;
struct log;
struct loop;

enum hub_list { HUB_NONE, HUB_LIVE, HUB_BEHIND, HUB_SLOW, HUB_LISTS };

/* Part of a subscriber; zeroed before hub_join. What every event looks at comes first. */
struct reader {
	struct conn *conn;
	uint64_t cursor;    /* the next event to look at */
	int64_t written_at; /* when something was last sent */
	TAILQ_ENTRY(reader) link;
	enum hub_list list;
	bool wants_all; /* the filter lets everything pass; set by hub_join */
	bool caught_up; /* has been live: falling behind is worth a word */
	bool slow;      /* has been live and was held since */
	struct filter filter;
};

struct hub_opts {
	bool close_overrun; /* a reader that lost events is closed, not told of a gap */
};

/* Adds a hook to the loop. NULL: out of memory. */
struct hub *hub_new(const struct hub_opts *opts, struct eventlog *events, struct loop *loop,
		    struct counters *counters, const struct log *log) ETQ_MUST_CHECK;
void hub_free(struct hub *h); /* has no readers any more; NULL is fine */

/* r gets what comes from r->cursor on. */
void hub_join(struct hub *h, struct reader *r);
void hub_leave(struct hub *h, struct reader *r); /* fine when it is not in */
/* Its connection has room again. */
void hub_resume(struct hub *h, struct reader *r);
/* Readers are told goodbye and closed as soon as they have everything. */
void hub_drain(struct hub *h);

/* Readers on a list. */
size_t hub_count(const struct hub *h, enum hub_list list);
/* All events from the oldest kept on that a reader of this log can get. */
const struct eventlog *hub_events(const struct hub *h);

#endif
