#include "store_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sv.h"

enum { SHOWN_MAX = 1000 };

const struct retain keep_all = {.graves_ms = HOUR};

void open_store(struct world *w, const struct retain *retain)
{
	struct dbfile_opts opts = {.path = w->path, .durability = DURABILITY_CRASH, .check = true};
	sqlite3 *db = dbfile_open(&opts, &w->lock, &w->err);

	if (!db)
		fail_msg("%s: %s", w->err.code, w->err.message);
	w->writer = dbwriter_new(db, retain, &w->err);
	if (!w->writer)
		fail_msg("%s: %s", w->err.code, w->err.message);
	w->reader = dbreader_new(w->path, &w->err);
	assert_non_null(w->reader);
}

void close_store(struct world *w)
{
	dbreader_free(w->reader);
	dbwriter_free(w->writer);
	if (w->lock >= 0)
		close(w->lock);
	w->reader = NULL;
	w->writer = NULL;
	w->lock = -1;
}

int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->folder, "/tmp/etq-store-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/s.db", w->folder);
	w->lock = -1;
	assert_true(batch_init(&w->batch, 1024, BIG));
	*state = w;
	return 0;
}

int tear_down(void **state)
{
	struct world *w = *state;
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	char name[128];

	close_store(w);
	batch_free(&w->batch);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", w->path, ends[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(w->folder), 0);
	free(w);
	return 0;
}

void add(struct world *w, enum op_kind kind, int64_t a, int64_t b, const char *text)
{
	const struct op op = {.kind = kind, .number = {a, b}, .text = {sv_of(text)}};

	assert_true(batch_add(&w->batch, &op, SV_NONE));
}

void add_gone(struct world *w, const struct op *op)
{
	assert_true(batch_add(&w->batch, op, SV_NONE));
}

void add_line(struct world *w, uint64_t call, int64_t at, const char *text)
{
	const struct sheet_line line = {call, at, at / 2, sv_of(text)};

	assert_true(sheet_add_line(&w->batch.sheet, &line));
}

void add_event(struct world *w, int64_t recorded, uint64_t call, const char *key)
{
	const struct op op = {
		.kind = OP_EVENT,
		.number = {(int64_t)++w->position.sequence, recorded, ETQ_MAJOR, ETQ_RETRACTED,
			   (int64_t)call},
		.text = {SV("{\"event\":1}\n"), SV("some.rule"), SV_NONE, SV("a7"), SV("call-1")},
	};

	assert_true(batch_add(&w->batch, &op, sv_of(key)));
}

void commit(struct world *w)
{
	w->batch.position = w->position;
	if (!dbwriter_commit(w->writer, &w->batch, &w->err))
		fail_msg("%s", w->err.message);
	batch_clear(&w->batch);
}

int64_t count(struct world *w, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

void execute(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static char shown[SHOWN_MAX];

static void show(const char *mark, int64_t n, struct etq_str text, const char *end)
{
	size_t used = strlen(shown);

	snprintf(shown + used, sizeof(shown) - used, "%s%lld:%.*s%s ", mark, (long long)n,
		 SV_ARG(text), end);
}

static bool see(void *user, const struct dbrow *row)
{
	show("", row->number[0], row->text[0], "");
	return true;
}

static bool see_sheet(void *user, const struct dbrow *row)
{
	const struct sheet_view v = {row->text[0], row->text[2], row->text[1]};
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0, used;

	assert_int_equal(sheet_text_bytes(&v), v.texts.n);
	while (sheet_line(&v, &at, &line)) {
		assert_int_equal(line.ticked, line.at / 2);
		show("", (int64_t)line.call, line.text, "");
	}
	while (sheet_raised(&v, &raised, &call, &key))
		show("(", (int64_t)call, key, ")");
	used = strlen(shown);
	snprintf(shown + used, sizeof(shown) - used, "| ");
	return true;
}

const char *scan(struct world *w, enum dbscan what, int64_t from)
{
	shown[0] = '\0';
	assert_true(dbreader_scan(w->reader, what, from, see, NULL, &w->err));
	return shown;
}

const char *journal(struct world *w)
{
	shown[0] = '\0';
	assert_true(dbreader_scan(w->reader, DBSCAN_SHEETS, 0, see_sheet, NULL, &w->err));
	return shown;
}
