/* Tells which ports were taken, as one line of JSON. */
#ifndef DAEMON_PORTS_H
#define DAEMON_PORTS_H

#include <stdbool.h>

#include "etiquette.h"

/* To standard output. */
bool ports_print(int ingest, int subscribe) ETQ_MUST_CHECK;
/* To a file, which is there whole or not at all. */
bool ports_write(const char *path, int ingest, int subscribe) ETQ_MUST_CHECK;

#endif
