/* A listening socket that makes connections of a group. */
#ifndef DAEMON_LISTENER_H
#define DAEMON_LISTENER_H

#include <stdbool.h>

#include "conn.h"
#include "settings.h"

struct listener;

struct listener_opts {
	struct conn_group *group;
	int send_buffer; /* bytes that the kernel keeps for a connection */
};

/* NULL: out of memory. */
struct listener *listener_new(const struct listener_opts *opts, struct conns *conns,
			      struct loop *loop, struct counters *counters,
			      const struct log *log) ETQ_MUST_CHECK;
void listener_free(struct listener *l); /* closes; NULL is fine */

/* Binds and listens, or takes a socket that does over. False: err says why. */
bool listener_bind(struct listener *l, const struct address *a, struct etq_err *err) ETQ_MUST_CHECK;
bool listener_adopt(struct listener *l, int fd, struct etq_err *err) ETQ_MUST_CHECK;

/* 0 when it has none: a socket of another family. */
int listener_port(const struct listener *l);
/* "127.0.0.1:7401" */
const char *listener_name(const struct listener *l);
/* Can only this machine reach it? */
bool listener_is_local(const struct listener *l);

#endif
