#include "netline.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"

enum { LINES_MAX = 4 };

int64_t netline_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for a connect in progress; 0 or an errno. */
static int finish_connect(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int64_t until = netline_now() + NETLINE_CONNECT_MS;
	int error = 0;
	socklen_t len = sizeof error;

	for (;;) {
		int64_t left = until - netline_now();
		int n = poll(&p, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			break;
		if (n == 0)
			return ETIMEDOUT;
		if (errno != EINTR)
			return errno;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return errno;
	return error;
}

static int try_connect(const struct addrinfo *ai, int *error)
{
	int one = 1;
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
			ai->ai_protocol);

	if (fd < 0) {
		*error = errno;
		return -1;
	}
	*error = 0;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) != 0)
		*error = errno == EINPROGRESS ? finish_connect(fd) : errno;
	if (*error != 0) {
		close(fd);
		return -1;
	}
	/* Lines are written as wholes: nothing is won by waiting for more. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

bool netline_connect(struct netline *l, const struct address *address, struct etq_err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
	struct addrinfo *found;
	int error = 0;
	int failed = getaddrinfo(address->host, address->port, &hints, &found);

	*l = NETLINE_INIT;
	if (failed) {
		err_set(err, "connection", "%s:%s: %s", address->host, address->port,
			gai_strerror(failed));
		return false;
	}
	for (struct addrinfo *ai = found; ai && l->fd < 0; ai = ai->ai_next)
		l->fd = try_connect(ai, &error);
	freeaddrinfo(found);
	if (l->fd < 0) {
		err_set(err, "connection", "can't connect to %s:%s: %s", address->host,
			address->port, strerror(error));
		return false;
	}
	l->in = malloc(NETLINE_IN_MAX);
	if (!l->in) {
		netline_close(l);
		err_set(err, "out-of-memory", "no memory");
		return false;
	}
	return true;
}

void netline_close(struct netline *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->in);
	buf_free(&l->out);
	*l = NETLINE_INIT;
}

bool netline_put(struct netline *l, const char *p, size_t n)
{
	if (l->sent > 0) {
		memmove(l->out.p, l->out.p + l->sent, l->out.n - l->sent);
		l->out.n -= l->sent;
		l->sent = 0;
	}
	return buf_put(&l->out, p, n);
}

size_t netline_waiting(const struct netline *l)
{
	return l->out.n - l->sent;
}

bool netline_get(struct netline *l, struct etq_str *line)
{
	const char *start = l->in + l->at;
	const char *end = l->n > l->at ? memchr(start, '\n', l->n - l->at) : NULL;

	if (!end)
		return false;
	*line = (struct etq_str){start, (size_t)(end - start)};
	l->at += line->n + 1;
	return true;
}

static bool temporary(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool flush(struct netline *l, struct etq_err *err)
{
	while (netline_waiting(l) > 0) {
		ssize_t n = send(l->fd, l->out.p + l->sent, netline_waiting(l), MSG_NOSIGNAL);

		if (n < 0 && temporary(errno))
			return true;
		/* What the other side said before it closed is still to be read. */
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			l->sent = l->out.n;
			break;
		}
		if (n < 0) {
			err_set(err, "connection", "can't send: %s", strerror(errno));
			return false;
		}
		l->sent += (size_t)n;
	}
	buf_clear(&l->out);
	l->sent = 0;
	return true;
}

static bool fill(struct netline *l, struct etq_err *err)
{
	if (l->at > 0) {
		memmove(l->in, l->in + l->at, l->n - l->at);
		l->n -= l->at;
		l->at = 0;
	}
	if (l->n == NETLINE_IN_MAX) {
		err_set(err, "connection", "the daemon sent a line of more than %d bytes",
			NETLINE_IN_MAX);
		return false;
	}
	ssize_t n = recv(l->fd, l->in + l->n, NETLINE_IN_MAX - l->n, 0);

	if (n < 0 && temporary(errno))
		return true;
	if (n <= 0)
		l->closed = true;
	else
		l->n += (size_t)n;
	return true;
}

/* True when there is something to read without waiting. */
static bool ready(const struct netline *l)
{
	return l->n > l->at && memchr(l->in + l->at, '\n', l->n - l->at);
}

bool netline_wait(struct netline *const *lines, size_t n, int timeout_ms, struct etq_err *err)
{
	struct pollfd polls[LINES_MAX];

	for (size_t i = 0; i < n; i++) {
		struct netline *l = lines[i];

		if (!flush(l, err))
			return false;
		polls[i] = (struct pollfd){
			.fd = l->closed ? -1 : l->fd,
			.events = (short)(POLLIN | (netline_waiting(l) > 0 ? POLLOUT : 0)),
		};
		if (ready(l) || l->closed)
			timeout_ms = 0;
	}
	if (poll(polls, n, timeout_ms) < 0) {
		if (errno == EINTR)
			return true;
		err_set(err, "connection", "poll: %s", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if ((polls[i].revents & POLLOUT) && !flush(lines[i], err))
			return false;
		if ((polls[i].revents & ~POLLOUT) && !fill(lines[i], err))
			return false;
	}
	return true;
}
