#include "dbwriter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "checkpoint.h"
#include "dbjournal.h"

enum {
	BOOT_BYTES = 40,
	TIDY_BYTES = 64 *
		     1024, /* of the journal that are looked through with a commit, at least … */
	TIDY_SHARE = 4,    /* … and so many for each that is written */
	TIDY_CALM = 1024 * 1024, /* with nothing else to do */
};

/* Parameters 1 to 7 are the op's numbers, 8 to 12 its texts. */
static const char *const op_sql[OP_KINDS] = {
	[OP_CALL] = "INSERT INTO calls(no, begun, id) VALUES(?1, ?2, ?8)",
	[OP_EVENT] = "INSERT INTO events(sequence, recorded, severity, kind, line, rule, queue,"
		     " agent, call) VALUES(?1, ?2, ?3, ?4, ?8, ?9, ?10, ?11, ?12)",
	[OP_GONE] = "UPDATE calls SET gone = ?2, ended = ?3, events = ?4, points = ?5,"
		    " score = CASE WHEN ?7 & 2 THEN ?6 END, buried = ?7 & 1 WHERE no = ?1",
	[OP_CURSOR] = "INSERT INTO cursors(sequence, used, name) VALUES(?1, ?2, ?8)"
		      " ON CONFLICT(name) DO UPDATE SET sequence = ?1, used = ?2",
	[OP_FORGET] = "DELETE FROM cursors WHERE name = ?8",
};
_Static_assert(OP_NUMBERS == 7, "as the statements have it");
_Static_assert(GONE_BURIED == 1 && GONE_SCORED == 2, "as the statements have it");

enum own {
	OWN_BEGIN,
	OWN_COMMIT,
	OWN_ROLLBACK,
	OWN_POSITION,
	OWN_AGES,
	OWN_DROP_EVENTS,
	OWN_OLD_CALLS,
	OWN_PAGES,
	OWN_COUNT
};

static const char *const own_sql[OWN_COUNT] = {
	[OWN_BEGIN] = "BEGIN IMMEDIATE",
	[OWN_COMMIT] = "COMMIT",
	[OWN_ROLLBACK] = "ROLLBACK",
	[OWN_POSITION] =
		"INSERT OR REPLACE INTO position(one, at, ticked, wall, up, sequence, call,"
		" boot) VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[OWN_AGES] = "SELECT sequence, recorded FROM events ORDER BY sequence LIMIT ?1 + 1",
	[OWN_DROP_EVENTS] = "DELETE FROM events WHERE sequence < ?1",
	[OWN_OLD_CALLS] = "DELETE FROM calls WHERE no IN"
			  " (SELECT no FROM calls WHERE gone < ?1 ORDER BY gone LIMIT ?2)",
	[OWN_PAGES] = "SELECT (page_count - freelist_count) * page_size"
		      " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
};

struct dbwriter {
	sqlite3 *db;
	struct retain retain;
	sqlite3_stmt *op[OP_KINDS];
	struct dbjournal *journal;
	struct checkpoint *checkpoint; /* NULL: SQLite does it, with commits */
	sqlite3_stmt *own[OWN_COUNT];
	char boot[BOOT_BYTES];
	int64_t at;    /* the calls' clock, at the last commit */
	uint64_t last; /* event that was committed last */
};

static bool fail(const struct dbwriter *w, const char *what, struct etq_err *err)
{
	dbfile_error(w->db, sqlite3_db_filename(w->db, "main"), what, err);
	return false;
}

static bool prepare(struct dbwriter *w, const char *sql, sqlite3_stmt **s)
{
	return sqlite3_prepare_v3(w->db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL) == SQLITE_OK;
}

static bool prepare_all(struct dbwriter *w)
{
	for (int i = 0; i < OP_KINDS; i++) {
		if (!prepare(w, op_sql[i], &w->op[i]))
			return false;
	}
	for (int i = 0; i < OWN_COUNT; i++) {
		if (!prepare(w, own_sql[i], &w->own[i]))
			return false;
	}
	return true;
}

/* What the last commit of an earlier life left; nothing in a new file. */
static bool read_position(struct dbwriter *w)
{
	sqlite3_stmt *s = NULL;
	int result = sqlite3_prepare_v2(w->db, "SELECT at, sequence FROM position", -1, &s, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(s);
	if (result == SQLITE_ROW) {
		w->at = sqlite3_column_int64(s, 0);
		w->last = (uint64_t)sqlite3_column_int64(s, 1);
	}
	sqlite3_finalize(s);
	return result == SQLITE_ROW || result == SQLITE_DONE;
}

struct dbwriter *dbwriter_new(sqlite3 *db, const struct retain *retain, struct etq_err *err)
{
	struct dbwriter *w = calloc(1, sizeof(*w));

	if (!w) {
		*err = (struct etq_err){"out-of-memory", "out of memory"};
		sqlite3_close(db);
		return NULL;
	}
	*w = (struct dbwriter){.db = db, .retain = *retain};
	dbfile_boot(w->boot, sizeof(w->boot));
	w->journal = dbjournal_new(db, err);
	if (w->journal && read_position(w) && prepare_all(w))
		return w;
	if (w->journal)
		fail(w, "use", err);
	dbwriter_free(w);
	return NULL;
}

void dbwriter_free(struct dbwriter *w)
{
	if (!w)
		return;
	for (int i = 0; i < OP_KINDS; i++)
		sqlite3_finalize(w->op[i]);
	for (int i = 0; i < OWN_COUNT; i++)
		sqlite3_finalize(w->own[i]);
	checkpoint_free(w->checkpoint);
	dbjournal_free(w->journal);
	sqlite3_close(w->db);
	free(w);
}

bool dbwriter_start_copying(struct dbwriter *w, struct etq_err *err)
{
	w->checkpoint = checkpoint_new(w->db, err);
	return w->checkpoint;
}

void dbwriter_look(struct dbwriter *w)
{
	if (w->checkpoint)
		checkpoint_look(w->checkpoint);
}

/* Runs a statement that gives no rows. Its views are let go of. */
static bool step(sqlite3_stmt *s)
{
	bool ok = sqlite3_step(s) == SQLITE_DONE;

	sqlite3_reset(s);
	return ok;
}

static bool bind(sqlite3_stmt *s, const struct op *op)
{
	int n = sqlite3_bind_parameter_count(s);
	int failed = 0;

	for (int i = 0; i < n && i < OP_NUMBERS; i++)
		failed |= sqlite3_bind_int64(s, i + 1, op->number[i]);
	for (int i = 0; i < n - OP_NUMBERS; i++) {
		const struct etq_str *text = &op->text[i];
		failed |= text->p ? sqlite3_bind_text(s, OP_NUMBERS + i + 1, text->p, (int)text->n,
						      SQLITE_STATIC)
				  : sqlite3_bind_null(s, OP_NUMBERS + i + 1);
	}
	return !failed;
}

static bool write_op(struct dbwriter *w, const struct op *op)
{
	return bind(w->op[op->kind], op) && step(w->op[op->kind]);
}

static bool write_position(struct dbwriter *w, const struct position *p)
{
	sqlite3_stmt *s = w->own[OWN_POSITION];
	const int64_t numbers[] = {p->at,           p->ticked, p->wall, p->up, (int64_t)p->sequence,
				   (int64_t)p->call};
	int n = sizeof(numbers) / sizeof(numbers[0]);
	int failed = sqlite3_bind_text(s, n + 1, w->boot, -1, SQLITE_STATIC);

	for (int i = 0; i < n; i++)
		failed |= sqlite3_bind_int64(s, i + 1, numbers[i]);
	return !failed && step(s);
}

static bool write_ops(struct dbwriter *w, const struct batch *b)
{
	struct op op;
	size_t at = 0;

	while (batch_next(b, &at, &op)) {
		if (!write_op(w, &op))
			return false;
	}
	return true;
}

static void undo(struct dbwriter *w)
{
	/* Some failures roll back by themselves. */
	if (!sqlite3_get_autocommit(w->db))
		step(w->own[OWN_ROLLBACK]);
	dbjournal_undone(w->journal);
}

bool dbwriter_commit(struct dbwriter *w, const struct batch *b, struct etq_err *err)
{
	if (!dbjournal_reserve(w->journal, b->calls)) {
		err_set(err, "out-of-memory", "can't write to the store: out of memory");
		return false;
	}
	/* Calls that begin with the batch are not known yet to the one who tidies up: their lines come last. */
	if (step(w->own[OWN_BEGIN]) && write_ops(w, b) &&
	    dbjournal_tidy(w->journal, TIDY_BYTES + TIDY_SHARE * sheet_bytes(&b->sheet)) &&
	    dbjournal_write(w->journal, &b->sheet) && write_position(w, &b->position) &&
	    step(w->own[OWN_COMMIT])) {
		dbjournal_committed(w->journal, b);
		w->at = b->position.at;
		w->last = b->position.sequence;
		return true;
	}
	fail(w, "write to", err);
	undo(w);
	return false;
}

/* ---- what is not kept any more --------------------------------------------------------------- */

/* Is more in use than may be? An answer that can't be had is no. */
static bool too_big(struct dbwriter *w)
{
	sqlite3_stmt *s = w->own[OWN_PAGES];
	int64_t bytes = 0;

	if (w->retain.bytes <= 0)
		return false;
	if (sqlite3_step(s) == SQLITE_ROW)
		bytes = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return bytes > w->retain.bytes;
}

/* The first event of the oldest RETAIN_STEP that is to be kept; *first: the oldest there is. */
static bool find_cut(struct dbwriter *w, int64_t oldest, bool all, uint64_t *first, uint64_t *cut)
{
	sqlite3_stmt *s = w->own[OWN_AGES];
	int n = 0, result;

	*first = *cut = w->last + 1;
	sqlite3_bind_int(s, 1, RETAIN_STEP);
	while ((result = sqlite3_step(s)) == SQLITE_ROW) {
		uint64_t sequence = (uint64_t)sqlite3_column_int64(s, 0);
		if (n++ == 0)
			*first = sequence;
		*cut = sequence;
		if (n > RETAIN_STEP || (!all && sqlite3_column_int64(s, 1) >= oldest))
			break;
	}
	sqlite3_reset(s);
	/* Of those that there are the last is kept when it is not one too many. */
	if (result == SQLITE_DONE && n > 0)
		*cut = all ? *cut : *cut + 1;
	return result == SQLITE_DONE || result == SQLITE_ROW;
}

static bool drop_before(struct dbwriter *w, uint64_t cut)
{
	sqlite3_bind_int64(w->own[OWN_DROP_EVENTS], 1, (int64_t)cut);
	return step(w->own[OWN_DROP_EVENTS]);
}

static bool drop_calls(struct dbwriter *w, bool all, int *dropped)
{
	sqlite3_stmt *s = w->own[OWN_OLD_CALLS];
	int64_t age = all ? w->retain.graves_ms : w->retain.age_ms;

	*dropped = 0;
	if (age <= 0)
		return true;
	if (age < w->retain.graves_ms)
		age = w->retain.graves_ms;
	sqlite3_bind_int64(s, 1, w->at - age);
	sqlite3_bind_int(s, 2, RETAIN_STEP);
	if (!step(s))
		return false;
	*dropped = sqlite3_changes(w->db);
	return true;
}

static bool tidy(struct dbwriter *w)
{
	if (!dbjournal_wastes(w->journal))
		return true;
	if (step(w->own[OWN_BEGIN]) && dbjournal_tidy(w->journal, TIDY_CALM) &&
	    step(w->own[OWN_COMMIT])) {
		dbjournal_committed(w->journal, NULL);
		return true;
	}
	undo(w);
	return false;
}

bool dbwriter_retain(struct dbwriter *w, int64_t wall, bool *more, uint64_t *first,
		     struct etq_err *err)
{
	bool big = too_big(w);
	int64_t oldest = w->retain.age_ms > 0 ? wall - w->retain.age_ms : INT64_MIN;
	uint64_t cut;
	int calls = 0;

	*more = false;
	if (!find_cut(w, oldest, big, first, &cut))
		return fail(w, "read", err);
	if ((cut > *first && !drop_before(w, cut)) || !drop_calls(w, big, &calls))
		return fail(w, "drop old events of", err);
	if (!tidy(w))
		return fail(w, "tidy up", err);
	*more = cut > *first + RETAIN_STEP - 1 || calls == RETAIN_STEP ||
		dbjournal_wastes(w->journal);
	if (cut > *first)
		*first = cut;
	return true;
}
