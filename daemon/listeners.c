#include "listeners.h"

#include <stdlib.h>

#include "conn.h"
#include "listener.h"
#include "log.h"
#include "service.h"

struct listeners {
	struct service *service;
	struct conns *conns;
	struct loop *loop;
	struct counters *counters;
	const struct log *log;
	struct listener *v[SERVICE_SOCKETS_MAX];
	size_t n;
};

/* Adds a listener on fd, or on the address when there is none. */
static bool add(struct listeners *all, struct conn_group *group, int fd, const struct address *a)
{
	const struct listener_opts opts = {.group = group, .send_buffer = group->send_buffer};
	struct listener *l = listener_new(&opts, all->conns, all->loop, all->counters, all->log);
	struct etq_err err = {.message = "out of memory"};

	if (!l || all->n == SERVICE_SOCKETS_MAX ||
	    !(fd >= 0 ? listener_adopt(l, fd, &err) : listener_bind(l, a, &err))) {
		log_error(all->log, "%s", err.message);
		listener_free(l);
		return false;
	}
	all->v[all->n++] = l;
	log_info(all->log, "%ss connect to %s", group->kind->name, listener_name(l));
	if (!listener_is_local(l))
		log_warning(all->log,
			    "%s can be reached from other machines, and whoever reaches it "
			    "may use it: there is no access control",
			    listener_name(l));
	return true;
}

bool listeners_open(struct listeners *all, struct conn_group *group, const char *name,
		    const struct address *a, int *port)
{
	size_t first = all->n;
	int fd = service_take_socket(all->service, name);

	if (fd < 0 && !add(all, group, -1, a))
		return false;
	for (; fd >= 0; fd = service_take_socket(all->service, name)) {
		if (!add(all, group, fd, NULL))
			return false;
	}
	*port = listener_port(all->v[first]);
	return true;
}

void listeners_close(struct listeners *all)
{
	while (all->n > 0)
		listener_free(all->v[--all->n]);
}

struct listeners *listeners_new(struct service *service, struct conns *conns, struct loop *loop,
				struct counters *counters, const struct log *log)
{
	struct listeners *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct listeners){
		.service = service, .conns = conns, .loop = loop, .counters = counters, .log = log};
	return all;
}

void listeners_free(struct listeners *all)
{
	if (!all)
		return;
	listeners_close(all);
	free(all);
}
