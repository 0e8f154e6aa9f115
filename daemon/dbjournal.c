#include "dbjournal.h"

#include <stdlib.h>

#include "base/diag.h"
#include "dbfile.h"
#include "weights.h"

enum {
	SHEET_MAX = 512 * 1024 * 1024,
	SMALL_ROW = JOURNAL_ROW / 16, /* bytes of a row that is always joined with its neighbours */
	LOOK_BYTES = 4 * 1024,        /* what looking at a row costs of the budget, at least */
	COLUMNS = 3,
};

static const char insert_sql[] =
	"INSERT INTO journal(no, heads, raised, texts) VALUES(?1, ?2, ?3, ?4)";
static const char delete_sql[] = "DELETE FROM journal WHERE no BETWEEN ?1 AND ?2";
static const char read_sql[] =
	"SELECT heads, raised, texts, no, length(texts) FROM journal WHERE no >= ?1 ORDER BY no";

/* What a transaction changes, and what is to be as before when it fails. */
struct state {
	int64_t last;   /* the row that was written last */
	int64_t cursor; /* the row from which on waste is looked for */
	size_t bytes;   /* in all rows */
};

struct dbjournal {
	sqlite3 *db;
	sqlite3_stmt *insert, *delete, *read;
	struct weights *open; /* calls */
	size_t needed;        /* bytes of the rows that are of open calls */
	struct state now, before;
	struct sheet kept; /* what is needed of the rows that are written again */
};

static size_t view_bytes(const struct sheet_view *v)
{
	return v->heads.n + v->texts.n + v->raised.n;
}

static bool step(sqlite3_stmt *s)
{
	bool ok = sqlite3_step(s) == SQLITE_DONE;

	sqlite3_reset(s);
	return ok;
}

static int bind_bytes(sqlite3_stmt *s, int i, struct etq_str bytes)
{
	return bytes.n > 0 ? sqlite3_bind_blob64(s, i, bytes.p, bytes.n, SQLITE_STATIC)
			   : sqlite3_bind_zeroblob(s, i, 0);
}

static bool insert(struct dbjournal *j, int64_t no, const struct sheet_view *v)
{
	sqlite3_bind_int64(j->insert, 1, no);
	if (bind_bytes(j->insert, 2, v->heads) || bind_bytes(j->insert, 3, v->raised) ||
	    bind_bytes(j->insert, 4, v->texts) || !step(j->insert))
		return false;
	j->now.bytes += view_bytes(v);
	return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

bool dbjournal_reserve(struct dbjournal *j, size_t calls)
{
	return weights_reserve(j->open, calls);
}

/* The next lines of a sheet that go into a row; false: there are none left. */
static bool cut(const struct sheet_view *whole, struct sheet_place *at, struct sheet_view *row)
{
	const struct sheet_place from = *at;
	struct sheet_line line;

	while (at->text - from.text < JOURNAL_ROW && sheet_line(whole, at, &line))
		;
	row->heads = (struct etq_str){whole->heads.p + from.head, at->head - from.head};
	row->texts = (struct etq_str){whole->texts.p + from.text, at->text - from.text};
	return row->heads.n > 0;
}

bool dbjournal_write(struct dbjournal *j, const struct sheet *s)
{
	const struct sheet_view whole = sheet_view(s);
	struct sheet_view row = {.raised = whole.raised};
	struct sheet_place at = {0};

	while (cut(&whole, &at, &row) || row.raised.n > 0) {
		if (!insert(j, ++j->now.last, &row))
			return false;
		row.raised = (struct etq_str){0}; /* all of them are in the first */
	}
	return true;
}

static void weigh(struct dbjournal *j, uint64_t call, size_t bytes)
{
	if (weights_add(j->open, call, bytes))
		j->needed += bytes;
}

static void weigh_sheet(struct dbjournal *j, const struct sheet_view *v)
{
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0;

	while (sheet_line(v, &at, &line))
		weigh(j, line.call, SHEET_HEAD + line.text.n);
	while (sheet_raised(v, &raised, &call, &key))
		weigh(j, call, SHEET_RAISED + key.n);
}

void dbjournal_committed(struct dbjournal *j, const struct batch *b)
{
	struct op op;
	size_t at = 0;

	j->before = j->now;
	if (!b)
		return;
	while (b->calls > 0 && batch_next(b, &at, &op)) {
		if (op.kind == OP_CALL)
			weights_open(j->open, (uint64_t)op.number[0]);
	}
	const struct sheet_view v = sheet_view(&b->sheet);
	weigh_sheet(j, &v);
	at = 0;
	while (batch_next(b, &at, &op)) {
		if (op.kind == OP_GONE)
			j->needed -= weights_close(j->open, (uint64_t)op.number[GONE_NO]);
	}
}

void dbjournal_undone(struct dbjournal *j)
{
	j->now = j->before;
}

/* ---- waste ----------------------------------------------------------------------------------- */

bool dbjournal_wastes(const struct dbjournal *j)
{
	return j->now.bytes > 2 * j->needed + JOURNAL_WASTE;
}

static struct etq_str blob(sqlite3_stmt *s, int column)
{
	const char *p = sqlite3_column_blob(s, column);

	return (struct etq_str){p, (size_t)sqlite3_column_bytes(s, column)};
}

/* Bytes that are needed, of a row without its texts. */
static size_t needed_of(const struct dbjournal *j, const struct sheet_view *v)
{
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0, n = 0;

	while (sheet_line(v, &at, &line))
		n += weights_has(j->open, line.call) ? SHEET_HEAD + line.text.n : 0;
	while (sheet_raised(v, &raised, &call, &key))
		n += weights_has(j->open, call) ? SHEET_RAISED + key.n : 0;
	return n;
}

static bool keep_needed(struct dbjournal *j, const struct sheet_view *v)
{
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0;

	while (sheet_line(v, &at, &line)) {
		if (weights_has(j->open, line.call) && !sheet_add_line(&j->kept, &line))
			return false;
	}
	while (sheet_raised(v, &raised, &call, &key)) {
		if (weights_has(j->open, call) && !sheet_add_raised(&j->kept, call, key))
			return false;
	}
	return true;
}

/* Rows one behind the other that are written again as one. */
struct run {
	int64_t first, last; /* 0: none yet */
	size_t bytes;
	size_t looked; /* bytes that this has cost of the budget */
};

enum joined { JOINED, ENDED, FAILED };

/* Takes a row into the run. A large one that has hardly any waste ends it. */
static enum joined join(struct dbjournal *j, struct run *run)
{
	struct sheet_view v = {.heads = blob(j->read, 0), .raised = blob(j->read, 1)};
	int64_t no = sqlite3_column_int64(j->read, 3);
	size_t bytes = v.heads.n + v.raised.n + (size_t)sqlite3_column_int64(j->read, 4);
	size_t needed = needed_of(j, &v);

	run->looked += v.heads.n + LOOK_BYTES;
	if (bytes >= SMALL_ROW && needed / 3 > bytes / 4) {
		if (run->first == 0)
			j->now.cursor = no + 1;
		return ENDED;
	}
	if (needed > 0) {
		v.texts = blob(j->read, 2);
		run->looked += v.texts.n;
		if (!keep_needed(j, &v))
			return FAILED;
	}
	run->first = run->first ? run->first : no;
	run->last = no;
	run->bytes += bytes;
	j->now.cursor = no + 1;
	return sheet_bytes(&j->kept) < JOURNAL_ROW ? JOINED : ENDED;
}

/* Rows from the cursor on. False: they can't be read. */
static bool find_run(struct dbjournal *j, size_t budget, struct run *run)
{
	enum joined joined = JOINED;
	int result = SQLITE_ROW;

	sheet_clear(&j->kept);
	sqlite3_bind_int64(j->read, 1, j->now.cursor);
	while (joined == JOINED && run->looked < budget &&
	       (result = sqlite3_step(j->read)) == SQLITE_ROW)
		joined = join(j, run);
	sqlite3_reset(j->read);
	if (result == SQLITE_DONE)
		j->now.cursor = 0; /* round again */
	return joined != FAILED && (result == SQLITE_ROW || result == SQLITE_DONE);
}

static bool rewrite(struct dbjournal *j, const struct run *run)
{
	const struct sheet_view v = sheet_view(&j->kept);

	sqlite3_bind_int64(j->delete, 1, run->first);
	sqlite3_bind_int64(j->delete, 2, run->last);
	if (!step(j->delete))
		return false;
	j->now.bytes -= run->bytes;
	return view_bytes(&v) == 0 || insert(j, run->last, &v);
}

bool dbjournal_tidy(struct dbjournal *j, size_t budget)
{
	size_t looked = 0;
	int rounds = 0;

	while (looked < budget && rounds < 2 && dbjournal_wastes(j)) {
		struct run run = {0};

		if (!find_run(j, budget - looked, &run) || (run.first && !rewrite(j, &run)))
			return false;
		rounds += j->now.cursor == 0;
		looked += run.looked;
	}
	return true;
}

/* ---- making it ------------------------------------------------------------------------------- */

static bool prepare(struct dbjournal *j, const char *sql, sqlite3_stmt **s)
{
	return sqlite3_prepare_v3(j->db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL) == SQLITE_OK;
}

static bool load_calls(struct dbjournal *j)
{
	sqlite3_stmt *s = NULL;
	int result;

	if (!prepare(j, "SELECT no FROM calls WHERE gone IS NULL", &s))
		return false;
	while ((result = sqlite3_step(s)) == SQLITE_ROW && weights_reserve(j->open, 1))
		weights_open(j->open, (uint64_t)sqlite3_column_int64(s, 0));
	sqlite3_finalize(s);
	return result == SQLITE_DONE;
}

/* Texts are not read: only how long they are. */
static bool load_rows(struct dbjournal *j, struct etq_err *err)
{
	int result;

	sqlite3_bind_int64(j->read, 1, 0);
	while ((result = sqlite3_step(j->read)) == SQLITE_ROW) {
		struct sheet_view v = {.heads = blob(j->read, 0), .raised = blob(j->read, 1)};
		size_t texts = (size_t)sqlite3_column_int64(j->read, 4);

		j->now.last = sqlite3_column_int64(j->read, 3);
		if (sheet_text_bytes(&v) != texts) {
			err_set(err, "store-damaged", "row %lld of the store's journal is damaged",
				(long long)j->now.last);
			break;
		}
		j->now.bytes += view_bytes(&v) + texts;
		weigh_sheet(j, &v);
	}
	sqlite3_reset(j->read);
	j->before = j->now;
	return result == SQLITE_DONE;
}

struct dbjournal *dbjournal_new(sqlite3 *db, struct etq_err *err)
{
	struct dbjournal *j = calloc(1, sizeof(*j));

	*err = (struct etq_err){"out-of-memory", "out of memory"};
	if (!j)
		return NULL;
	*j = (struct dbjournal){.db = db};
	j->open = weights_new();
	if (j->open && sheet_init(&j->kept, 0, SHEET_MAX)) {
		*err = (struct etq_err){0};
		if (prepare(j, insert_sql, &j->insert) && prepare(j, delete_sql, &j->delete) &&
		    prepare(j, read_sql, &j->read) && load_calls(j) && load_rows(j, err))
			return j;
		if (err->code[0] == '\0')
			dbfile_error(db, sqlite3_db_filename(db, "main"), "use", err);
	}
	dbjournal_free(j);
	return NULL;
}

void dbjournal_free(struct dbjournal *j)
{
	if (!j)
		return;
	sqlite3_finalize(j->insert);
	sqlite3_finalize(j->delete);
	sqlite3_finalize(j->read);
	weights_free(j->open);
	sheet_free(&j->kept);
	free(j);
}
