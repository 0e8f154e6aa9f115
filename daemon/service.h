/* The service manager: what it passes in, what it is told. Without one all of this does nothing. */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

struct log;
struct loop;
struct service;

enum { SERVICE_SOCKETS_MAX = 16 };

/* Pets the watchdog if there is one. NULL: out of memory. */
struct service *service_new(struct loop *loop, const struct log *log) ETQ_MUST_CHECK;
void service_free(struct service *s); /* NULL is fine; closes sockets that nobody took */

/* The next socket that was passed under this name, now the caller's; -1: no more. */
int service_take_socket(struct service *s, const char *name);
/* Closes those that nobody took, and says so. */
void service_drop_sockets(struct service *s);

/* Asks the system for n open files; says so when it does not allow them. */
void service_want_files(struct service *s, size_t n);

void service_ready(struct service *s);
void service_reloading(struct service *s);
void service_stopping(struct service *s);
/* Not ready yet, but at work: what at, for people; asks for more time. */
void service_busy(struct service *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line for people. */
void service_status(struct service *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
