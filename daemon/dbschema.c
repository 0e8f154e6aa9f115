#include "dbschema.h"

#include <stddef.h>

#include "dbjournal.h"

enum { SHEET_MAX = 512 * 1024 * 1024, KEY_BITS = 24 };

/* ---- 2: lines and events of open calls were rows of their own -------------------------------- */

static struct etq_str text_of(sqlite3_stmt *s, int column)
{
	const char *p = (const char *)sqlite3_column_text(s, column);

	return (struct etq_str){p, p ? (size_t)sqlite3_column_bytes(s, column) : 0};
}

static bool put_row(sqlite3_stmt *s, struct sheet *sheet)
{
	uint64_t call = (uint64_t)sqlite3_column_int64(s, 0) >> KEY_BITS;

	if (sqlite3_column_type(s, 3) == SQLITE_NULL)
		return sheet_add_raised(sheet, call, text_of(s, 4));
	return sheet_add_line(sheet,
			      &(struct sheet_line){call, sqlite3_column_int64(s, 1),
						   sqlite3_column_int64(s, 2), text_of(s, 3)});
}

static bool put_sheet(struct dbjournal *j, struct sheet *sheet)
{
	bool ok = dbjournal_write(j, sheet);

	sheet_clear(sheet);
	return ok;
}

static bool copy_rows(struct dbjournal *j, sqlite3_stmt *rows, struct sheet *sheet)
{
	int result;

	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		if (!put_row(rows, sheet) ||
		    (sheet_bytes(sheet) >= JOURNAL_ROW && !put_sheet(j, sheet)))
			return false;
	}
	return result == SQLITE_DONE && put_sheet(j, sheet);
}

/* By call: the order of the lines of one is what counts. */
static bool fill_journal(sqlite3 *db)
{
	static const char sql[] = "SELECT key, at, ticked, line, NULL FROM lines UNION ALL"
				  " SELECT key, 0, 0, NULL, id FROM raised ORDER BY key";
	struct etq_err err;
	struct sheet sheet;
	sqlite3_stmt *rows = NULL;
	struct dbjournal *j = dbjournal_new(db, &err);
	bool ok = j && sheet_init(&sheet, JOURNAL_ROW, SHEET_MAX);

	if (ok) {
		ok = sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK &&
		     copy_rows(j, rows, &sheet);
		sqlite3_finalize(rows);
		sheet_free(&sheet);
	}
	dbjournal_free(j);
	return ok;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/*
 * Version n of the schema is made from version n - 1 by row n - 1. Rows are never changed once they
 * have been released: a new version is a new row.
 */
static const struct migration {
	const char *before;
	bool (*convert)(sqlite3 *db); /* between the two; NULL: nothing to do */
	const char *after;
} migrations[] = {
	/* 1 */
	{"CREATE TABLE events(sequence INTEGER PRIMARY KEY, recorded INTEGER NOT NULL,"
	 " severity INTEGER NOT NULL, kind INTEGER NOT NULL, rule TEXT, queue TEXT, agent TEXT, call TEXT,"
	 " line TEXT NOT NULL);"
	 "CREATE TABLE calls(no INTEGER PRIMARY KEY, id TEXT NOT NULL, begun INTEGER NOT NULL,"
	 " gone INTEGER, ended INTEGER, buried INTEGER NOT NULL DEFAULT 0,"
	 " events INTEGER NOT NULL DEFAULT 0, points INTEGER NOT NULL DEFAULT 0);"
	 "CREATE INDEX calls_gone ON calls(gone);"
	 "CREATE TABLE lines(key INTEGER PRIMARY KEY, at INTEGER NOT NULL, ticked INTEGER NOT NULL,"
	 " line TEXT NOT NULL);"
	 "CREATE TABLE raised(key INTEGER PRIMARY KEY, id TEXT NOT NULL);"
	 "CREATE TABLE cursors(name TEXT PRIMARY KEY, sequence INTEGER NOT NULL,"
	 " used INTEGER NOT NULL) WITHOUT ROWID;"
	 "CREATE TABLE position(one INTEGER PRIMARY KEY CHECK(one = 1), at INTEGER NOT NULL,"
	 " ticked INTEGER NOT NULL, wall INTEGER NOT NULL, up INTEGER NOT NULL, boot TEXT NOT NULL,"
	 " sequence INTEGER NOT NULL, call INTEGER NOT NULL);",
	 NULL, NULL},
	/* 2 */
	{"CREATE TABLE journal(no INTEGER PRIMARY KEY, heads BLOB NOT NULL, raised BLOB NOT NULL,"
	 " texts BLOB NOT NULL)",
	 fill_journal,
	 "DROP TABLE lines; DROP TABLE raised; ALTER TABLE calls ADD COLUMN score INTEGER"},
};

const int64_t dbschema_version = sizeof(migrations) / sizeof(migrations[0]);

static bool run(sqlite3 *db, const char *sql)
{
	return !sql || sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool dbschema_step(sqlite3 *db, int64_t version)
{
	const struct migration *m = &migrations[version];

	return run(db, m->before) && (!m->convert || m->convert(db)) && run(db, m->after);
}
