#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "counters.h"
#include "log.h"
#include "loop.h"
#include "peers.h"
#include "wire/reply.h"

enum {
	BACKLOG = 1024,
	ACCEPTS = 64,   /* in one turn */
	PAUSE_MS = 200, /* after the system had no room for another connection */
	NAME_BYTES = 64,
	KEEPALIVE_IDLE_S = 60,
	KEEPALIVE_INTERVAL_S = 15,
	KEEPALIVE_PROBES = 4,
};

struct listener {
	struct listener_opts opts;
	struct conns *conns;
	struct loop *loop;
	struct counters *counters;
	const struct log *log;
	int fd;
	bool refusing; /* the last connection was one too many */
	bool failing;  /* the last could not be accepted */
	struct event event, pause;
	struct sockaddr_storage sa;
	char name[NAME_BYTES];
};

static void name_of(const struct sockaddr_storage *sa, char *buf, size_t size)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;
	char host[INET6_ADDRSTRLEN] = "";

	if (sa->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		snprintf(buf, size, "%s:%d", host, ntohs(in->sin_port));
	} else if (sa->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		snprintf(buf, size, "[%s]:%d", host, ntohs(in6->sin6_port));
	} else {
		snprintf(buf, size, "local");
	}
}

int listener_port(const struct listener *l)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&l->sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&l->sa;

	if (l->sa.ss_family == AF_INET)
		return ntohs(in->sin_port);
	return l->sa.ss_family == AF_INET6 ? ntohs(in6->sin6_port) : 0;
}

const char *listener_name(const struct listener *l)
{
	return l->name;
}

bool listener_is_local(const struct listener *l)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&l->sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&l->sa;

	if (l->sa.ss_family == AF_INET)
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	return l->sa.ss_family != AF_INET6 || IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* Settings that make a dead peer known and small writes quick; none is worth failing for. */
static void tune(const struct listener *l, int fd)
{
	const struct {
		int level, name, value;
	} rows[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
		{IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
		/* What waits for a slow peer waits with us, where it is counted. */
		{SOL_SOCKET, SO_SNDBUF, l->opts.send_buffer},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		(void)setsockopt(fd, rows[i].level, rows[i].name, &rows[i].value,
				 sizeof(rows[i].value));
}

/* Says why, as far as the peer takes it at once, and closes. */
static void refuse(struct listener *l, int fd, const char *why)
{
	struct buf bye = BUF_INIT(REPLY_MAX);
	char bin[1024];

	l->counters->refused_connections++;
	if (!l->refusing)
		log_notice(l->log, "there are %zu connections to %s: more are refused, %s",
			   l->opts.group->open, l->name, why);
	l->refusing = true;
	if (reply_bye("too-many-connections", why, &bye) &&
	    send(fd, bye.p, bye.n, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
		/* Unread bytes would have the kernel throw away what was just sent. */
		shutdown(fd, SHUT_WR);
		for (int i = 0; i < ACCEPTS; i++) {
			if (recv(fd, bin, sizeof(bin), MSG_DONTWAIT) <= 0)
				break;
		}
	}
	buf_free(&bye);
	close(fd);
}

static void pause_accepting(struct listener *l, const char *why)
{
	const struct timeval tv = {.tv_usec = PAUSE_MS * 1000};

	l->counters->accept_failures++;
	if (!l->failing)
		log_error(l->log, "no connections to %s can be taken for now: %s", l->name, why);
	l->failing = true;
	event_del(&l->event);
	event_add(&l->pause, &tv);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;

	event_add(&l->event, NULL);
}

static bool is_passing(int error)
{
	return error == ECONNABORTED || error == EINTR || error == EPROTO || error == ENETDOWN ||
	       error == EHOSTUNREACH || error == ENETUNREACH || error == ETIMEDOUT;
}

static void take(struct listener *l, int fd, const struct sockaddr_storage *sa)
{
	char peer[NAME_BYTES];

	if (l->failing)
		log_notice(l->log, "connections to %s are taken again", l->name);
	l->failing = false;
	struct conn_group *group = l->opts.group;
	struct peer *address = NULL;
	if (group->open >= group->max) {
		refuse(l, fd, "as many as configured are connected");
		return;
	}
	enum peers_result result = peers_take(group->peers, sa, &address);
	if (result == PEERS_FULL) {
		l->counters->refused_per_address++;
		refuse(l, fd, "as many as configured are connected from one address");
		return;
	}
	l->refusing = false;
	tune(l, fd);
	name_of(sa, peer, sizeof(peer));
	if (result == PEERS_NO_MEMORY)
		close(fd);
	if (result == PEERS_NO_MEMORY || !conn_open(l->conns, group, fd, peer, address))
		pause_accepting(l, "out of memory");
}

static void on_connection(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;

	for (int i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage sa = {0};
		socklen_t n = sizeof(sa);
		int client = accept4(l->fd, (struct sockaddr *)&sa, &n,
				     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (client >= 0) {
			take(l, client, &sa);
			continue;
		}
		if (errno != EAGAIN && !is_passing(errno))
			pause_accepting(l, strerror(errno));
		if (!is_passing(errno))
			return;
	}
}

static bool failed(struct listener *l, struct etq_err *err, const char *what, const char *name)
{
	err_set(err, "io", "can't %s %s: %s", what, name, strerror(errno));
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	return false;
}

/* The socket listens: from now on there are connections. */
static bool start(struct listener *l, struct etq_err *err)
{
	socklen_t n = sizeof(l->sa);

	if (getsockname(l->fd, (struct sockaddr *)&l->sa, &n) != 0)
		return failed(l, err, "use", "the socket");
	name_of(&l->sa, l->name, sizeof(l->name));
	event_assign(&l->event, loop_base(l->loop), l->fd, EV_READ | EV_PERSIST, on_connection, l);
	errno = ENOMEM;
	if (event_add(&l->event, NULL) != 0)
		return failed(l, err, "listen on", l->name);
	return true;
}

bool listener_bind(struct listener *l, const struct address *a, struct etq_err *err)
{
	const int on = 1;
	char name[NAME_BYTES];

	name_of(&a->sa, name, sizeof(name));
	l->fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return failed(l, err, "listen on", name);
	(void)setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(l->fd, (const struct sockaddr *)&a->sa, a->n) != 0 || listen(l->fd, BACKLOG) != 0)
		return failed(l, err, "listen on", name);
	return start(l, err);
}

bool listener_adopt(struct listener *l, int fd, struct etq_err *err)
{
	l->fd = fd;
	if (evutil_make_socket_nonblocking(fd) != 0 || evutil_make_socket_closeonexec(fd) != 0)
		return failed(l, err, "use", "the socket that was passed");
	return start(l, err);
}

struct listener *listener_new(const struct listener_opts *opts, struct conns *conns,
			      struct loop *loop, struct counters *counters, const struct log *log)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	*l = (struct listener){.opts = *opts,
			       .conns = conns,
			       .loop = loop,
			       .counters = counters,
			       .log = log,
			       .fd = -1};
	event_assign(&l->event, loop_base(loop), -1, 0, on_connection, l);
	event_assign(&l->pause, loop_base(loop), -1, 0, on_pause_over, l);
	return l;
}

void listener_free(struct listener *l)
{
	if (!l)
		return;
	event_del(&l->event);
	event_del(&l->pause);
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}
