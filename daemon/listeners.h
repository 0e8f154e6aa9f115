/* All listening sockets: those that the service manager passed, or else as configured. */
#ifndef DAEMON_LISTENERS_H
#define DAEMON_LISTENERS_H

#include <stdbool.h>

#include "etiquette.h"

struct address;
struct conn_group;
struct conns;
struct counters;
struct listeners;
struct log;
struct loop;
struct service;

struct listeners *listeners_new(struct service *service, struct conns *conns, struct loop *loop,
				struct counters *counters,
				const struct log *log) ETQ_MUST_CHECK; /* NULL: out of memory */
void listeners_free(struct listeners *all);                            /* NULL is fine */

/*
 * On what was passed under that name, or, when there is none, on the address. *port: the first
 * one's. False: it can't, and why has been said.
 */
bool listeners_open(struct listeners *all, struct conn_group *group, const char *name,
		    const struct address *a, int *port) ETQ_MUST_CHECK;
/* No connection is taken any more. */
void listeners_close(struct listeners *all);

#endif
