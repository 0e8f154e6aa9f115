/* Tells which ports were taken, as one line of JSON. */
#ifndef DAEMON_PORTS_H
#define DAEMON_PORTS_H

#include <stdbool.h>

#include "etiquette.h"

struct log;

struct ports {
	int ingest, subscribe;
};

/* To standard output if print, to a file, which is there whole or not at all, if there is a name. */
bool ports_tell(const struct ports *p, bool print, const char *file,
		const struct log *log) ETQ_MUST_CHECK;

#endif
