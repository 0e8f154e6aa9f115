/* The daemon: its parts put together, from the first socket to the last goodbye. */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <stdbool.h>

#include "etiquette.h"
#include "settings.h"

struct daemon;
struct log;

struct daemon_opts {
	const struct config *config; /* lives longer than the daemon */
	const struct log *log;
	const char *ports_file; /* NULL: none */
	bool print_ports;
};

/* Listens. Takes a reference of its own to rules. NULL: it can't, and why has been said. */
struct daemon *daemon_new(const struct daemon_opts *opts, struct etq_ruleset *rules) ETQ_MUST_CHECK;
void daemon_free(struct daemon *d); /* NULL is fine */
/* Until it is told to stop; false when it could not go on. */
bool daemon_run(struct daemon *d) ETQ_MUST_CHECK;

#endif
