/* The insides of connections, for conn.c (one), connread.c (what it reads) and conns.c (all of them). */
#ifndef DAEMON_CONNSTATE_H
#define DAEMON_CONNSTATE_H

#include <event2/event_struct.h>
#include <sys/queue.h>

#include "conn.h"
#include "counters.h"
#include "frame.h"
#include "log.h"
#include "loop.h"

struct evbuffer;

enum {
	PEER_MAX = 64,
	PENDING_MIN = 4 * 1024, /* bytes that every connection may have to be written */
};

/*
 * OPEN → FLUSHING (closed, something is still to be written) → LINGERING (written and said so; what
 * the peer still sends is thrown away, lest it be reset and lose what it has not read) → DEAD.
 */
enum conn_state { OPEN, FLUSHING, LINGERING, DEAD };

/* What every write looks at comes first, in one or two lines of the cache: there are many of these. */
struct conn {
	struct conns *all;
	struct conn_group *group;
	int fd;
	enum conn_state state;
	bool ended; /* the peer sends no more */
	bool deaf;  /* the peer takes no more */
	bool held, stopped;
	bool reading, writing; /* events that are added */
	bool ready, dirty;     /* lists that it is on */
	uint64_t bytes_out;
	struct evbuffer *out; /* empty unless dirty or writing */
	void *user;
	enum conn_reason ending; /* why nothing more can be read; with ended */
	struct frame frame;
	size_t frame_cap; /* of the frame, as it was added up */
	struct peer *address;
	struct event read_event, write_event, timer;
	int64_t since, closed_at;
	uint64_t bytes_in, lines;
	TAILQ_ENTRY(conn) link; /* open or dead */
	TAILQ_ENTRY(conn) ready_link, dirty_link;
	char peer[PEER_MAX];
};

TAILQ_HEAD(conn_list, conn);

struct conns {
	struct loop *loop;
	struct counters *counters;
	const struct log *log;
	struct conn_list live;  /* not dead */
	struct conn_list ready; /* have lines, or an end, to be handed on next turn */
	struct conn_list dirty; /* have something to be written this turn */
	struct conn_list dead;  /* to be freed at the end of this turn */
	size_t count, nready;
	size_t max_bytes, frame_bytes;
	bool released; /* one that was held has been let go on: there is work for the next turn */
};

/* Hands on what has been read, up to CONN_LINES lines; the rest waits for the next turn. */
void conn_work(struct conn *c);
/* Is nothing handed on for now? */
bool conn_waits(const struct conn *c);
/* On the list of those that have something for the next turn, or off it. */
void conn_mark_ready(struct conn *c, bool on);
/* Puts it there if it has. */
void conn_set_ready(struct conn *c);
/* Writes what the socket takes. */
void conn_flush(struct conn *c);
/* Reads when there is something to be read and room for it, and else not. */
void conn_update(struct conn *c);
/* Ends a closed connection whatever is left of it: its socket goes now, its memory later. */
void conn_bury(struct conn *c);
/* Adds up what its frame takes. */
void conn_account(struct conn *c);
/* Handlers of its events. */
void conn_on_readable(evutil_socket_t fd, short what, void *arg);
void conn_on_writable(evutil_socket_t fd, short what, void *arg);
void conn_on_timer(evutil_socket_t fd, short what, void *arg);

#endif
