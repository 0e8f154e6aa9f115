/* A connection to the daemon that carries lines both ways. */
#ifndef CTL_NETLINE_H
#define CTL_NETLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"
#include "opts.h"

enum {
	NETLINE_IN_MAX = 256 * 1024, /* bytes of a line that comes */
	NETLINE_OUT_MAX = 1024 * 1024,
	NETLINE_CONNECT_MS = 5000,
};

struct netline {
	int fd;
	struct buf out; /* what is still to be sent: from byte `sent` on */
	size_t sent;
	char *in;
	size_t n, at; /* bytes that came; where the next line starts */
	bool closed;  /* by the other side: nothing more will come */
};

#define NETLINE_INIT ((struct netline){.fd = -1, .out = BUF_INIT(NETLINE_OUT_MAX)})

/* Within NETLINE_CONNECT_MS; else false and err. */
bool netline_connect(struct netline *l, const struct address *address,
		     struct etq_err *err) ETQ_MUST_CHECK;
void netline_close(struct netline *l); /* also one that was never connected */

/* Queues bytes; false when more than NETLINE_OUT_MAX would wait. */
bool netline_put(struct netline *l, const char *p, size_t n) ETQ_MUST_CHECK;
size_t netline_waiting(const struct netline *l); /* bytes not yet sent */

/* The next line that has come, without its newline; it lives until the next wait. */
bool netline_get(struct netline *l, struct etq_str *line);

/*
 * Sends and receives on all of the n until something came, what was queued has gone, or timeout_ms
 * have passed (-1: none). False on errors; a connection that was closed is marked.
 */
bool netline_wait(struct netline *const *lines, size_t n, int timeout_ms,
		  struct etq_err *err) ETQ_MUST_CHECK;

/* Milliseconds on a clock that only goes forward. */
int64_t netline_now(void);

#endif
