/* The store's parts without threads: batches, what is written, what is read back, what is dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sv.h"
#include "batch.h"
#include "callbook.h"
#include "dbfile.h"
#include "dbreader.h"
#include "dbwriter.h"
#include "oom.h"
#include "raised.h"

enum { BIG = 64 * 1024 * 1024, HOUR = 3600000 };

struct world {
	char path[64], folder[32];
	int lock;
	struct dbwriter *writer;
	struct dbreader *reader;
	struct batch batch;
	struct position position;
	struct etq_err err;
};

static void open_store(struct world *w, const struct retain *retain)
{
	struct dbfile_opts opts = {.path = w->path, .durability = DURABILITY_CRASH, .check = true};
	sqlite3 *db = dbfile_open(&opts, &w->lock, &w->err);

	if (!db)
		fail_msg("%s: %s", w->err.code, w->err.message);
	w->writer = dbwriter_new(db, retain, &w->err);
	assert_non_null(w->writer);
	w->reader = dbreader_new(w->path, &w->err);
	assert_non_null(w->reader);
}

static void close_store(struct world *w)
{
	dbreader_free(w->reader);
	dbwriter_free(w->writer);
	if (w->lock >= 0)
		close(w->lock);
	w->reader = NULL;
	w->writer = NULL;
	w->lock = -1;
}

static int set_up(void **state)
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

static int tear_down(void **state)
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

static void add(struct world *w, enum op_kind kind, int64_t a, int64_t b, int64_t c, int64_t d,
		const char *text)
{
	const struct op op = {.kind = kind, .number = {a, b, c, d}, .text = {sv_of(text)}};

	assert_true(batch_add(&w->batch, &op));
}

static void add_event(struct world *w, int64_t recorded, int64_t key, const char *id)
{
	const struct op op = {
		.kind = OP_EVENT,
		.number = {(int64_t)++w->position.sequence, recorded,
			   BATCH_SORT(ETQ_MAJOR, ETQ_RETRACTED), key},
		.text = {SV("{\"event\":1}\n"), SV("some.rule"), SV_NONE, SV("a7"), SV("call-1"),
			 sv_of(id)},
	};

	assert_true(batch_add(&w->batch, &op));
}

static void commit(struct world *w)
{
	w->batch.position = w->position;
	if (!dbwriter_commit(w->writer, &w->batch, &w->err))
		fail_msg("%s", w->err.message);
	batch_clear(&w->batch);
}

static int64_t count(struct world *w, const char *sql)
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

/* ---- batches --------------------------------------------------------------------------------- */

static void batch_gives_back_what_it_took(void **state)
{
	struct world *w = *state;
	struct op op;
	size_t at = 0;

	add(w, OP_CALL, 1, -2, INT64_MAX, INT64_MIN, "вызов");
	add(w, OP_LINE, 5, 6, 7, 0, "");
	add(w, OP_CURSOR, 0, 0, 0, 0, NULL);
	add_event(w, 1, 2, "id");
	assert_int_equal(w->batch.n, 4);
	assert_int_equal(w->batch.events, 1);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_int_equal(op.kind, OP_CALL);
	assert_true(op.number[1] == -2 && op.number[2] == INT64_MAX && op.number[3] == INT64_MIN);
	assert_true(sv_eq(op.text[0], SV("вызов")));
	assert_true(batch_next(&w->batch, &at, &op));
	assert_true(op.text[0].p && op.text[0].n == 0);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_null(op.text[0].p);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_true(sv_eq(op.text[EVENT_AGENT], SV("a7")));
	assert_null(op.text[EVENT_QUEUE].p);
	assert_false(batch_next(&w->batch, &at, &op));
}

static void batch_has_a_limit_and_survives_it(void **state)
{
	struct batch b;
	const struct op op = {.kind = OP_LINE, .text = {SV("0123456789")}};
	size_t n = 0;

	assert_true(batch_init(&b, 16, 1000));
	while (batch_add(&b, &op))
		n++;
	assert_true(n > 5);
	assert_int_equal(b.n, n);
	assert_false(batch_reserve(&b, 1, 10));
	batch_clear(&b);
	assert_true(batch_add(&b, &op));
	batch_free(&b);
}

static void batch_without_memory(void *data)
{
	struct batch b;
	const struct op op = {.kind = OP_LINE, .text = {SV("0123456789")}};
	size_t n = 0;

	if (batch_init(&b, 16, BIG)) {
		for (int i = 0; i < 100; i++)
			n += batch_add(&b, &op);
		assert_int_equal(b.n, n);
		assert_true(n >= 99 || b.ops.n < 16 * 1024);
	}
	batch_free(&b);
}

static void batches_survive_without_memory(void **state)
{
	assert_true(oom_each(batch_without_memory, NULL) > 1);
}

/* ---- the file -------------------------------------------------------------------------------- */

static const struct retain keep_all = {.graves_ms = HOUR};

static void a_new_store_is_empty(void **state)
{
	struct world *w = *state;
	struct position p;
	int64_t down;
	uint64_t first;

	open_store(w, &keep_all);
	assert_true(dbreader_position(w->reader, &p, &down, &w->err));
	assert_true(p.at == 0 && p.sequence == 0 && down == 0);
	assert_true(dbreader_first(w->reader, 0, &first, &w->err));
	assert_int_equal(first, 1);
}

struct seen {
	char text[256];
	size_t n, stop;
};

static bool see(void *user, const struct dbrow *row)
{
	struct seen *seen = user;
	size_t used = strlen(seen->text);

	snprintf(seen->text + used, sizeof(seen->text) - used, "%lld:%.*s ",
		 (long long)row->number[0], SV_ARG(row->text));
	return ++seen->n != seen->stop;
}

static const char *scan(struct world *w, enum dbscan what, int64_t from)
{
	static struct seen seen;

	seen = (struct seen){0};
	assert_true(dbreader_scan(w->reader, what, from, see, &seen, &w->err));
	return seen.text;
}

static void calls_are_kept_until_they_are_gone(void **state)
{
	struct world *w = *state;
	struct seen stop = {.stop = 1};

	open_store(w, &keep_all);
	add(w, OP_CALL, 1, 1000, 0, 0, "один");
	add(w, OP_CALL, 2, 1000, 0, 0, "два");
	add(w, OP_LINE, BATCH_KEY(2, 0), 10, 5, 0, "b0");
	add(w, OP_LINE, BATCH_KEY(1, 0), 11, 5, 0, "a0");
	add_event(w, 1, BATCH_KEY(1, 1), "0:id");
	add_event(w, 1, 0, "0:of nobody");
	add(w, OP_LINE, BATCH_KEY(1, 2), 12, 5, 0, "a2");
	add(w, OP_LINE, BATCH_KEY(1, KEY_MAX), 12, 5, 0, "az");
	commit(w);
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "1:один 2:два ");
	assert_string_equal(scan(w, DBSCAN_LINES, 0),
			    "16777216:a0 16777218:a2 33554431:az 33554432:b0 ");
	assert_string_equal(scan(w, DBSCAN_RAISED, 0), "16777217:0:id ");
	assert_false(dbreader_scan(w->reader, DBSCAN_LINES, 0, see, &stop, &w->err));

	add(w, OP_GONE, 1, 500, 2000, BATCH_SUM(3, -7), "1");
	commit(w);
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "2:два ");
	assert_string_equal(scan(w, DBSCAN_LINES, 0), "33554432:b0 ");
	assert_string_equal(scan(w, DBSCAN_RAISED, 0), "");
	assert_string_equal(scan(w, DBSCAN_BURIED, 500), "500:один ");
	assert_string_equal(scan(w, DBSCAN_BURIED, 501), "");
	add(w, OP_GONE, 2, 600, 2000, BATCH_SUM(0, 0), "0");
	commit(w);
	assert_string_equal(scan(w, DBSCAN_BURIED, 0), "500:один ");
	assert_int_equal(count(w, "SELECT events FROM calls WHERE no = 1"), 3);
}

static void cursors_move(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	add(w, OP_CURSOR, 5, 100, 0, 0, "qa-1");
	add(w, OP_CURSOR, 7, 200, 0, 0, "qa-2");
	add(w, OP_CURSOR, 9, 300, 0, 0, "qa-1");
	commit(w);
	assert_string_equal(scan(w, DBSCAN_CURSORS, 0), "9:qa-1 7:qa-2 ");
}

static void events_are_read_from_any_number_on(void **state)
{
	struct world *w = *state;
	struct record r;
	uint64_t n = 1;

	open_store(w, &keep_all);
	for (int i = 0; i < 10; i++)
		add_event(w, 100, 0, "x");
	commit(w);
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
	assert_true(n == 1 && r.severity == ETQ_MAJOR && r.kind == ETQ_RETRACTED);
	assert_true(sv_eq(r.line, SV("{\"event\":1}\n")) && sv_eq(r.rule, SV("some.rule")));
	assert_true(!r.queue.p && sv_eq(r.agent, SV("a7")) && sv_eq(r.call, SV("call-1")));
	n = 2;
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
	n = 9;
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
	assert_int_equal(n, 9);
	n = 11;
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_END);
	add_event(w, 100, 0, "x");
	commit(w);
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
	dbreader_rest(w->reader);
}

static void what_fails_changes_nothing(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	add_event(w, 100, 0, "x");
	commit(w);
	w->position.sequence = 0; /* the same number again */
	add(w, OP_CALL, 1, 0, 0, 0, "c");
	add_event(w, 100, 0, "x");
	w->batch.position = w->position;
	assert_false(dbwriter_commit(w->writer, &w->batch, &w->err));
	assert_string_equal(w->err.code, "store-failed");
	assert_non_null(strstr(w->err.message, "UNIQUE"));
	assert_int_equal(count(w, "SELECT count(*) FROM calls"), 0);
	batch_clear(&w->batch);
	w->position.sequence = 1;
	add_event(w, 100, 0, "x");
	commit(w);
	assert_int_equal(count(w, "SELECT count(*) FROM events"), 2);
}

static void position_survives(void **state)
{
	struct world *w = *state;
	struct position p;
	int64_t down;

	open_store(w, &keep_all);
	w->position = (struct position){.at = 1, .ticked = 2, .wall = 3, .up = 4, .call = 9};
	add_event(w, 100, 0, "x");
	commit(w);
	close_store(w);
	open_store(w, &keep_all);
	assert_true(dbreader_position(w->reader, &p, &down, &w->err));
	assert_true(p.at == 1 && p.ticked == 2 && p.wall == 3 && p.up == 4 && p.call == 9);
	assert_int_equal(p.sequence, 1);
	assert_true(down > 0);
}

/* ---- retention ------------------------------------------------------------------------------- */

static uint64_t retain_all(struct world *w, int64_t wall)
{
	uint64_t first = 0;
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 1000);
		assert_true(dbwriter_retain(w->writer, wall, &more, &first, &w->err));
	}
	return first;
}

static void old_events_go_in_steps(void **state)
{
	struct world *w = *state;
	const struct retain retain = {.age_ms = HOUR, .graves_ms = HOUR};
	uint64_t first;
	bool more;

	open_store(w, &retain);
	assert_int_equal(retain_all(w, 0), 1);
	for (int i = 0; i < 1000; i++)
		add_event(w, i < 600 ? 1000 : HOUR, 0, "x");
	commit(w);
	assert_int_equal(retain_all(w, HOUR), 1);
	assert_true(dbwriter_retain(w->writer, HOUR + 1001, &more, &first, &w->err));
	assert_true(more);
	assert_int_equal(first, RETAIN_STEP + 1);
	assert_int_equal(retain_all(w, HOUR + 1001), 601);
	assert_int_equal(count(w, "SELECT count(*) FROM events"), 400);
	assert_int_equal(retain_all(w, 3LL * HOUR), 1001);
	assert_int_equal(count(w, "SELECT count(*) FROM events"), 0);
	close_store(w);
	open_store(w, &retain);
	assert_int_equal(retain_all(w, 3LL * HOUR), 1001);
}

/* One that is younger keeps those behind it, whatever the clock said then: there are no holes. */
static void a_clock_that_went_back_makes_no_hole(void **state)
{
	struct world *w = *state;
	const struct retain retain = {.age_ms = HOUR, .graves_ms = HOUR};

	open_store(w, &retain);
	for (int i = 0; i < 10; i++)
		add_event(w, i == 4 ? 9LL * HOUR : 1000, 0, "x");
	commit(w);
	assert_int_equal(retain_all(w, 5LL * HOUR), 5);
	assert_int_equal(count(w, "SELECT count(*) FROM events"), 6);
}

static void what_is_too_much_goes(void **state)
{
	struct world *w = *state;
	const struct retain retain = {.bytes = 256 * 1024, .graves_ms = 1};

	open_store(w, &retain);
	for (int i = 0; i < 10000; i++)
		add_event(w, 1000, 0, "x");
	commit(w);
	uint64_t first = retain_all(w, 0);
	assert_true(first > 1000 && first < 10000);
	assert_true(count(w, "SELECT (SELECT * FROM pragma_page_count) -"
			     " (SELECT * FROM pragma_freelist_count)") <= 64);
}

static void calls_go_when_nobody_asks_for_them_any_more(void **state)
{
	struct world *w = *state;
	const struct retain retain = {.age_ms = 10, .graves_ms = HOUR};

	open_store(w, &retain);
	add(w, OP_CALL, 1, 0, 0, 0, "gone");
	add(w, OP_CALL, 2, 0, 0, 0, "open");
	add(w, OP_GONE, 1, 1000, 0, 0, "1");
	w->position.at = HOUR;
	commit(w);
	retain_all(w, HOUR);
	assert_int_equal(count(w, "SELECT count(*) FROM calls"), 2);
	w->position.at = HOUR + 1001;
	add(w, OP_CURSOR, 1, 1, 0, 0, "n");
	commit(w);
	retain_all(w, HOUR);
	assert_int_equal(count(w, "SELECT no FROM calls"), 2);
}

/* ---- what is in memory ----------------------------------------------------------------------- */

static void raised_counts_each(void **state)
{
	struct raised *r = raised_new();

	assert_non_null(r);
	assert_true(raised_add(r, 1, SV("0:a")));
	assert_true(raised_add(r, 1, SV("0:a")));
	assert_true(raised_add(r, 2, SV("0:a")));
	assert_false(raised_take(r, 1, SV("1:a")));
	assert_false(raised_take(r, 3, SV("0:a")));
	assert_true(raised_take(r, 1, SV("0:a")));
	assert_true(raised_take(r, 1, SV("0:a")));
	assert_false(raised_take(r, 1, SV("0:a")));
	assert_true(raised_take(r, 2, SV("0:a")));
	raised_free(r);
}

static void use_books(void *data)
{
	struct callbook *b = callbook_new();
	struct raised *r = raised_new();
	struct kept_call *call = b ? callbook_add(b, SV("один"), 7, NULL) : NULL;

	if (r && raised_add(r, 1, SV("k")))
		assert_true(raised_take(r, 1, SV("k")));
	if (call) {
		assert_true(callbook_find(b, SV("один")) == call && call->no == 7);
		callbook_remove(b, call);
		assert_null(callbook_find(b, SV("один")));
		call = callbook_add(b, SV("два"), 8, NULL);
		assert_true(!call || callbook_find(b, SV("два")) == call);
	}
	raised_free(r);
	callbook_free(b);
}

static void books_survive_without_memory(void **state)
{
	assert_true(oom_each(use_books, NULL) > 4);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(batch_gives_back_what_it_took),
		T(batch_has_a_limit_and_survives_it),
		T(batches_survive_without_memory),
		T(a_new_store_is_empty),
		T(calls_are_kept_until_they_are_gone),
		T(cursors_move),
		T(events_are_read_from_any_number_on),
		T(what_fails_changes_nothing),
		T(position_survives),
		T(old_events_go_in_steps),
		T(a_clock_that_went_back_makes_no_hole),
		T(what_is_too_much_goes),
		T(calls_go_when_nobody_asks_for_them_any_more),
		T(raised_counts_each),
		T(books_survive_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
