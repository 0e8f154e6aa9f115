/* The store's file: found whole and of this version, or refused with the reason and what to do. */
#ifndef DAEMON_DBFILE_H
#define DAEMON_DBFILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

enum durability {
	DURABILITY_POWER,  /* what is committed survives a power failure */
	DURABILITY_CRASH,  /* … a crash of the daemon, but maybe not of the machine */
	DURABILITY_MEMORY, /* nothing survives: there is no file */
};

struct dbfile_opts {
	const char *path;
	enum durability durability;
	bool check; /* read all of it, and refuse it when it is damaged */
	/* Called every now and then while a long check runs; may be NULL. */
	void (*progress)(void *user);
	void *user;
};

/*
 * Creates the file, or checks it and brings it up to this version. One process at a time: lock is
 * the open file that says so, to be closed after the connection. err->code is "store-busy",
 * "store-damaged", "store-foreign", "store-newer", "store-full" or "store-failed".
 */
sqlite3 *dbfile_open(const struct dbfile_opts *opts, int *lock, struct etq_err *err) ETQ_MUST_CHECK;
/* A second connection, to read by, to a file that is open. */
sqlite3 *dbfile_open_reader(const char *path, struct etq_err *err) ETQ_MUST_CHECK;

/* … and one to copy its log by. */
sqlite3 *dbfile_open_copier(const char *path, struct etq_err *err) ETQ_MUST_CHECK;

/* What went wrong last on db, while it did what. */
void dbfile_error(sqlite3 *db, const char *path, const char *what, struct etq_err *err);
/* Tells this boot of the machine from others; "" where that can't be known. */
void dbfile_boot(char *boot, size_t size);
/* One number out of a statement without parameters; false and err when it can't be had. */
bool dbfile_number(sqlite3 *db, const char *sql, int64_t *n, struct etq_err *err) ETQ_MUST_CHECK;

#endif
