/* The versions of the store's schema, and how each is made of the one before. */
#ifndef DAEMON_DBSCHEMA_H
#define DAEMON_DBSCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "etiquette.h"

/* The version that this daemon reads and writes. */
extern const int64_t dbschema_version;

/*
 * Makes the next version out of this one; 0 is an empty file. Within a transaction. False: as
 * SQLite says, or out of memory.
 */
bool dbschema_step(sqlite3 *db, int64_t version) ETQ_MUST_CHECK;

#endif
