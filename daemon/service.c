#include "service.h"

#include <event2/event.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "loop.h"

enum { BUSY_USEC = 30 * 1000 * 1000 };

struct service {
	const struct log *log;
	struct event *watchdog;
	struct {
		int fd; /* -1: taken */
		char name[32];
	} sockets[SERVICE_SOCKETS_MAX];
	size_t nsockets;
};

static void on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	sd_notify(0, "WATCHDOG=1");
}

static bool start_watchdog(struct service *s, struct loop *loop)
{
	uint64_t usec = 0;

	if (sd_watchdog_enabled(0, &usec) <= 0)
		return true;
	usec /= 2;
	const struct timeval tv = {.tv_sec = (time_t)(usec / 1000000),
				   .tv_usec = (suseconds_t)(usec % 1000000)};
	s->watchdog = event_new(loop_base(loop), -1, EV_PERSIST, on_watchdog, s);
	return s->watchdog && event_add(s->watchdog, &tv) == 0;
}

static void collect_sockets(struct service *s)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);

	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		if (s->nsockets == SERVICE_SOCKETS_MAX) {
			log_warning(s->log, "too many sockets were passed: %s is not used",
				    names[i]);
			close(fd);
		} else {
			s->sockets[s->nsockets].fd = fd;
			snprintf(s->sockets[s->nsockets++].name, sizeof(s->sockets[0].name), "%s",
				 names[i]);
		}
		free(names[i]);
	}
	free(names);
}

struct service *service_new(struct loop *loop, const struct log *log)
{
	struct service *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->log = log;
	collect_sockets(s);
	if (!start_watchdog(s, loop)) {
		service_free(s);
		return NULL;
	}
	return s;
}

void service_free(struct service *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nsockets; i++) {
		if (s->sockets[i].fd >= 0)
			close(s->sockets[i].fd);
	}
	if (s->watchdog)
		event_free(s->watchdog);
	free(s);
}

int service_take_socket(struct service *s, const char *name)
{
	for (size_t i = 0; i < s->nsockets; i++) {
		int fd = s->sockets[i].fd;
		if (fd >= 0 && strcmp(s->sockets[i].name, name) == 0) {
			s->sockets[i].fd = -1;
			return fd;
		}
	}
	return -1;
}

void service_drop_sockets(struct service *s)
{
	for (size_t i = 0; i < s->nsockets; i++) {
		if (s->sockets[i].fd < 0)
			continue;
		log_warning(s->log,
			    "a socket named `%s` was passed; they are `ingest` and "
			    "`subscribe`",
			    s->sockets[i].name);
		close(s->sockets[i].fd);
		s->sockets[i].fd = -1;
	}
}

void service_want_files(struct service *s, size_t n)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= n)
		return;
	limit.rlim_cur = limit.rlim_max < n ? limit.rlim_max : n;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < n)
		log_warning(s->log, "%llu open files are allowed, %zu may be needed",
			    (unsigned long long)limit.rlim_cur, n);
}

void service_ready(struct service *s)
{
	sd_notify(0, "READY=1");
}

void service_reloading(struct service *s)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
		   (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
}

void service_stopping(struct service *s)
{
	sd_notify(0, "STOPPING=1");
}

void service_busy(struct service *s, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sd_notifyf(0, "STATUS=%s\nWATCHDOG=1\nEXTEND_TIMEOUT_USEC=%d", text, BUSY_USEC);
}

void service_status(struct service *s, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sd_notifyf(0, "STATUS=%s", text);
}
