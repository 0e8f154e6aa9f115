#include "dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/diag.h"
#include "dbschema.h"

enum {
	APPLICATION_ID = 0x45745131, /* "EtQ1": whose file it is */
	PROGRESS_STEPS = 100000,     /* of SQLite's machine, between two calls of progress */
	BUSY_MS = 2000,
};

void dbfile_error(sqlite3 *db, const char *path, const char *what, struct etq_err *err)
{
	int code = sqlite3_errcode(db) & 0xff;
	/* When SQLite has nothing to complain of, it was our own memory. */
	bool own = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
	int system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;
	const char *name = code == SQLITE_FULL                               ? "store-full"
			   : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? "store-damaged"
									     : "store-failed";

	err_set(err, name, "can't %s the store %s: %s%s%s", what, path,
		own ? "out of memory" : sqlite3_errmsg(db), system ? ": " : "",
		system ? strerror(system) : "");
}

static bool run(sqlite3 *db, const char *path, const char *what, const char *sql,
		struct etq_err *err)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	dbfile_error(db, path, what, err);
	return false;
}

bool dbfile_number(sqlite3 *db, const char *sql, int64_t *n, struct etq_err *err)
{
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
		  sqlite3_step(s) == SQLITE_ROW;

	if (ok)
		*n = sqlite3_column_int64(s, 0);
	else
		dbfile_error(db, sqlite3_db_filename(db, "main"), "read", err);
	sqlite3_finalize(s);
	return ok;
}

void dbfile_boot(char *boot, size_t size)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, boot, size - 1) : -1;

	if (fd >= 0)
		close(fd);
	boot[n > 0 ? n : 0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
}

/* Two daemons on one file would each give out the same numbers. */
static int take_lock(const char *path, struct etq_err *err)
{
	char name[PATH_MAX];
	int fd;

	if (snprintf(name, sizeof(name), "%s-lock", path) >= (int)sizeof(name)) {
		err_set(err, "store-failed", "the store's path is too long");
		return -1;
	}
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		err_set(err, errno == ENOSPC ? "store-full" : "store-failed",
			"can't use the store %.120s: %s: %s", path, name + strlen(path),
			strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err_set(err, "store-busy", "another daemon uses the store %.150s: each needs its own",
		path);
	close(fd);
	return -1;
}

static int on_progress(void *user)
{
	const struct dbfile_opts *opts = user;

	opts->progress(opts->user);
	return 0;
}

static bool damaged(const char *path, const char *why, struct etq_err *err)
{
	err_set(err, "store-damaged",
		"the store %.60s is damaged: %.60s; it is left as it is. Move it away to begin "
		"with an empty one; `sqlite3 %.20s .recover` gets out what can be read",
		path, why, "FILE");
	return false;
}

/* Reads all pages: damage is to be found now, not when somebody asks for what was there. */
static bool check(sqlite3 *db, const struct dbfile_opts *opts, struct etq_err *err)
{
	struct dbfile_opts copy =
		*opts; /* SQLite hands it back as it wants to be given it: not const */
	sqlite3_stmt *s = NULL;
	bool ok = false;

	if (opts->progress)
		sqlite3_progress_handler(db, PROGRESS_STEPS, on_progress, &copy);
	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		damaged(opts->path, sqlite3_errmsg(db), err);
	else if (strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
		damaged(opts->path, (const char *)sqlite3_column_text(s, 0), err);
	else
		ok = true;
	sqlite3_finalize(s);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	return ok;
}

static bool migrate(sqlite3 *db, const char *path, int64_t version, struct etq_err *err)
{
	char sql[128];

	for (int64_t v = version; v < dbschema_version; v++) {
		snprintf(sql, sizeof(sql),
			 "PRAGMA user_version = %lld; PRAGMA application_id = %d; COMMIT",
			 (long long)v + 1, (int)APPLICATION_ID);
		if (!run(db, path, "prepare", "BEGIN IMMEDIATE", err))
			return false;
		if (!dbschema_step(db, v)) {
			dbfile_error(db, path, "bring up to date", err);
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return false;
		}
		if (!run(db, path, "prepare", sql, err)) {
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return false;
		}
	}
	return true;
}

/* Whose file it is, and of which version. */
static bool examine(sqlite3 *db, const char *path, int64_t *version, struct etq_err *err)
{
	int64_t id, tables;

	if (!dbfile_number(db, "PRAGMA application_id", &id, err) ||
	    !dbfile_number(db, "PRAGMA user_version", version, err) ||
	    !dbfile_number(db, "SELECT count(*) FROM sqlite_master", &tables, err)) {
		if (strcmp(err->code, "store-damaged") == 0)
			damaged(path, sqlite3_errmsg(db), err);
		return false;
	}
	if (id != APPLICATION_ID && (id != 0 || *version != 0 || tables != 0)) {
		err_set(err, "store-foreign",
			"%.150s is a database of another program: choose another store.path", path);
		return false;
	}
	if (*version <= dbschema_version)
		return true;
	err_set(err, "store-newer",
		"the store %.100s has version %lld, this daemon knows up to %lld: run the daemon "
		"that wrote it, or a later one",
		path, (long long)*version, (long long)dbschema_version);
	return false;
}

static bool prepare(sqlite3 *db, const struct dbfile_opts *opts, struct etq_err *err)
{
	const char *synchronous = opts->durability == DURABILITY_POWER
					  ? "PRAGMA synchronous = FULL"
					  : "PRAGMA synchronous = NORMAL";
	int64_t version;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_MS);
	return examine(db, opts->path, &version, err) &&
	       (version == 0 || !opts->check || check(db, opts, err)) &&
	       run(db, opts->path, "prepare", "PRAGMA journal_mode = WAL", err) &&
	       run(db, opts->path, "prepare", synchronous, err) &&
	       run(db, opts->path, "prepare",
		   "PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 134217728;"
		   "PRAGMA wal_autocheckpoint = 4000;"
		   "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;"
		   /* What is free is soon used again: to write it first with zeros doubles the work. */
		   "PRAGMA secure_delete = FAST",
		   err) &&
	       migrate(db, opts->path, version, err);
}

/* What people said on the telephone is not for everybody to read. SQLite's other files are alike. */
static void make_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	/* Why it can't be opened is what SQLite says then, too. */
	if (fd >= 0)
		close(fd);
}

sqlite3 *dbfile_open(const struct dbfile_opts *opts, int *lock, struct etq_err *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db = NULL;

	*lock = take_lock(opts->path, err);
	if (*lock < 0)
		return NULL;
	make_private(opts->path);
	if (sqlite3_open_v2(opts->path, &db, flags, NULL) == SQLITE_OK && prepare(db, opts, err))
		return db;
	if (err->code[0] == '\0')
		dbfile_error(db, opts->path, "open", err);
	sqlite3_close(db);
	close(*lock);
	*lock = -1;
	return NULL;
}

static sqlite3 *open_second(const char *path, const char *pragmas, struct etq_err *err)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		    SQLITE_OK &&
	    run(db, path, "open", pragmas, err)) {
		sqlite3_extended_result_codes(db, 1);
		sqlite3_busy_timeout(db, BUSY_MS);
		return db;
	}
	dbfile_error(db, path, "open", err);
	sqlite3_close(db);
	return NULL;
}

sqlite3 *dbfile_open_reader(const char *path, struct etq_err *err)
{
	return open_second(path, "PRAGMA query_only = ON; PRAGMA cache_size = -2048", err);
}

sqlite3 *dbfile_open_copier(const char *path, struct etq_err *err)
{
	return open_second(path, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64", err);
}
