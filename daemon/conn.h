/*
 * Connections: lines in, bytes out, a reason at the end.
 *
 * Nothing of a connection grows without bound: what is read waits in a frame of at most FRAME_MAX
 * bytes; one that has more than max_pending bytes to be written is not read from. Work is bounded:
 * CONN_LINES lines a turn. What was written in a turn goes out at its end, in one piece.
 */
#ifndef DAEMON_CONN_H
#define DAEMON_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

enum {
	CONN_LINES = 256,      /* lines of a connection in one turn */
	CONN_LINGER_MS = 3000, /* a closed one may take so long to read on, and to close itself */
	CONN_FLUSH_MS = 30000, /* and so long to read all that is left */
};

enum conn_reason {
	CONN_EOF,           /* the peer is done */
	CONN_RESET,         /* the peer or the network broke it off */
	CONN_LINE_TOO_LONG, /* over the limit without an end */
	CONN_STALLED,       /* nothing could be written for too long */
	CONN_SLOW,          /* what it waits for is not kept any more */
	CONN_TIMEOUT,       /* it asked for nothing */
	CONN_RUBBISH,       /* too many errors */
	CONN_SHUTDOWN,      /* the daemon stops */
	CONN_OVERLOAD,      /* all connections together use as much memory as they may */
	CONN_REPLACED,      /* another connection has taken its name */
	CONN_STORE,         /* the store can't be read */
	CONN_NO_MEMORY,
	CONN_REASONS
};

/* "eof", "stalled", …; never NULL. */
const char *conn_reason_name(enum conn_reason reason);

struct conn;
struct conns;
struct counters;
struct peer;
struct peers;
struct log;
struct loop;

/* What a kind of connection does. user is what opened returned. */
struct conn_kind {
	const char *name; /* "sender" */
	/* NULL: out of memory; the connection is not opened. */
	void *(*opened)(struct conn *c, void *service);
	void (*line)(void *user, struct etq_str line);
	/* A line over the limit. Without an end (ended false) it must close or stop the connection. */
	void (*long_line)(void *user, bool ended);
	/*
	 * No more lines will come; it must close the connection, or stop it and close it later. rest:
	 * bytes of an unfinished one.
	 */
	void (*end)(void *user, size_t rest, enum conn_reason reason);
	void (*drained)(void *user); /* has been held, and has room again; may be NULL */
	void (*timer)(void *user);   /* conn_timer has run out */
	void (*closed)(void *user);  /* by conn_close; nothing can be written any more */
	void (*freed)(void *user);   /* the last call */
};

/* Connections that have a listener in common. The owner keeps it longer than they live. */
struct conn_group {
	const struct conn_kind *kind;
	void *service;
	size_t max;          /* at once */
	struct peers *peers; /* counts its addresses; NULL: nothing does */
	size_t max_pending;  /* bytes to be written beyond which it is held */
	int send_buffer;     /* bytes of the kernel's for each */
	int64_t stall_ms;    /* when nothing can be written for so long it is closed; 0: never */
	int64_t first_ms;    /* kind->timer runs so long after opening; 0: it does not */
	bool quiet;          /* nothing is read any more */
	const bool *blocked; /* while true nothing is read and no line handed on; NULL: never */
	size_t open;         /* now, those that are closing included */
};

/* Adds its hooks to the loop. NULL: out of memory. */
struct conns *conns_new(struct loop *loop, struct counters *counters,
			const struct log *log) ETQ_MUST_CHECK;
/* Adds the hook that writes and buries; after all hooks that conn_write. */
bool conns_last_hook(struct conns *all) ETQ_MUST_CHECK;
/* Bytes that buffers may take, half for what is read, half for what is to be written. */
void conns_limit(struct conns *all, size_t bytes);
size_t conns_frame_bytes(const struct conns *all); /* that what is read takes */
void conns_free(struct conns *all);                /* closes what is open; NULL is fine */
size_t conns_count(const struct conns *all);
/* Are there lines that have been read and wait for a turn? */
bool conns_have_work(const struct conns *all);
/* Reads nothing more on this group's connections; whole lines that were read are still handed on. */
void conns_quiet(struct conns *all, struct conn_group *group);
/* What group->blocked points to has changed. */
void conns_unblock(struct conns *all, const struct conn_group *group);
/* Calls each with the user of every open connection of the group. */
void conns_each(struct conns *all, const struct conn_group *group, void (*each)(void *user));

/* Takes a connected, non-blocking fd and its address over, also when it fails. peer is copied. */
bool conn_open(struct conns *all, struct conn_group *group, int fd, const char *peer,
	       struct peer *address) ETQ_MUST_CHECK;
/* Appends to what is to be written; does nothing on a closed connection, closes one without memory. */
void conn_write(struct conn *c, const char *p, size_t n);
/*
 * The same at once, as far as the peer takes it: for what is all that a turn has for it. When the
 * peer has gone, that may close it.
 */
void conn_send(struct conn *c, const char *p, size_t n);
/* Bytes beyond which it is held: the group's, or its share of all that there is. */
size_t conn_max_pending(const struct conn *c);
/* Bytes that wait to be written. */
size_t conn_pending(const struct conn *c);
/* Has it not been closed? A write may do that. */
bool conn_is_open(const struct conn *c);
/*
 * Is it held, because more than max_pending bytes wait? Until half of them are gone. Looks anew: its
 * share is less with every connection that opens.
 */
bool conn_held(struct conn *c);
/* Hands on nothing more, and reads nothing more: it will be closed. */
void conn_stop(struct conn *c);
/* Calls kind->timer after ms; 0: not any more. */
void conn_timer(struct conn *c, int64_t ms);
/*
 * The only way to close. What waits is still written where the peer can take it; the connection is
 * freed at the end of a turn. Does nothing on a closed one.
 */
void conn_close(struct conn *c, enum conn_reason reason);
const char *conn_peer(const struct conn *c);

#endif
