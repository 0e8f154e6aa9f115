/* What the store keeps of open calls: that it is kept, in order, and no longer than it is needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sv.h"
#include "dbjournal.h"
#include "dbschema.h"
#include "oom.h"
#include "store_world.h"
#include "weights.h"

static void begin(struct world *w, uint64_t call)
{
	add(w, OP_CALL, (int64_t)call, 0, "c");
}

static void end(struct world *w, uint64_t call)
{
	add_gone(w, &(struct op){.kind = OP_GONE, .number = {(int64_t)call, 1}});
}

static void tidy_up(struct world *w)
{
	uint64_t first;
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 1000);
		assert_true(dbwriter_retain(w->writer, 0, &more, &first, &w->err));
	}
}

static int64_t journal_bytes(struct world *w)
{
	return count(w, "SELECT coalesce(sum(length(heads) + length(raised) + length(texts)), 0)"
			" FROM journal");
}

/* Lines and events of open calls, without the bounds of rows. */
struct got {
	struct sheet sheet;
	uint64_t only; /* of this call; 0: of all */
};

static bool collect(void *user, const struct dbrow *row)
{
	struct got *g = user;
	const struct sheet_view v = {row->text[0], row->text[2], row->text[1]};
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t call;
	size_t raised = 0;

	while (sheet_line(&v, &at, &line)) {
		if (line.call == g->only)
			assert_true(sheet_add_line(&g->sheet, &line));
	}
	while (sheet_raised(&v, &raised, &call, &key)) {
		if (call == g->only)
			assert_true(sheet_add_raised(&g->sheet, call, key));
	}
	return true;
}

/* Does the journal have exactly n lines of the call, with at from 0 on, and so many events? */
static void assert_kept(struct world *w, uint64_t call, int64_t n, size_t events)
{
	struct got g = {.only = call};
	struct sheet_place at = {0};
	struct sheet_line line;
	struct etq_str key;
	uint64_t of;
	size_t raised = 0;
	int64_t lines = 0;

	assert_true(sheet_init(&g.sheet, 16, BIG));
	assert_true(dbreader_scan(w->reader, DBSCAN_SHEETS, 0, collect, &g, &w->err));
	const struct sheet_view v = sheet_view(&g.sheet);
	for (; sheet_line(&v, &at, &line); lines++)
		assert_true(line.at == lines && line.ticked == lines / 2);
	for (; sheet_raised(&v, &raised, &of, &key); events--)
		assert_true(sv_eq(key, SV("0:key")));
	assert_int_equal(lines, n);
	assert_int_equal(events, 0);
	sheet_free(&g.sheet);
}

static void lines_and_events_come_back_in_order(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	begin(w, 1);
	begin(w, 2);
	add_line(w, 2, 0, "b0");
	add_line(w, 1, 1, "");
	add_event(w, 1, 1, "0:id");
	add_event(w, 1, 0, "0:of nobody");
	commit(w);
	add_line(w, 1, 2, "ещё");
	commit(w);
	add(w, OP_CURSOR, 1, 1, "n");
	commit(w);
	add_event(w, 1, 2, "1:id");
	commit(w);
	assert_string_equal(journal(w), "2:b0 1: (1:0:id) | 1:ещё | (2:1:id) | ");
	close_store(w);
	open_store(w, &keep_all);
	add_line(w, 1, 3, "a3");
	commit(w);
	assert_string_equal(journal(w), "2:b0 1: (1:0:id) | 1:ещё | (2:1:id) | 1:a3 | ");
}

static void a_large_commit_is_several_rows(void **state)
{
	struct world *w = *state;
	static char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	open_store(w, &keep_all);
	begin(w, 1);
	for (int i = 0; i < 1000; i++) {
		add_line(w, 1, i, text);
		add_event(w, 1, 1, "0:key");
	}
	commit(w);
	assert_int_equal(count(w, "SELECT count(*) FROM journal"), 4);
	assert_kept(w, 1, 1000, 1000);
}

/* Calls come and go, one stays: what is kept of it stays whole and in order, and the rest goes. */
static void waste_goes_and_what_is_needed_stays(void **state)
{
	struct world *w = *state;
	static char text[300];
	int64_t most = 0;

	memset(text, 'x', sizeof(text) - 1);
	open_store(w, &keep_all);
	begin(w, 1);
	for (int round = 0; round < 400; round++) {
		uint64_t call = (uint64_t)round + 2;

		begin(w, call);
		for (int i = 0; i < 50; i++)
			add_line(w, call, i, text);
		add_line(w, 1, round, "short");
		add_event(w, 1, 1, "0:key");
		commit(w);
		if (round >= 4)
			end(w, call - 4);
		if (round == 200) {
			commit(w);
			close_store(w);
			open_store(w, &keep_all);
		}
		int64_t bytes = journal_bytes(w);
		most = bytes > most ? bytes : most;
	}
	commit(w);
	assert_kept(w, 1, 400, 400);
	assert_kept(w, 401, 50, 0);
	assert_true(most > JOURNAL_WASTE / 2 && most < 4LL * JOURNAL_WASTE);
	for (uint64_t call = 1; call <= 401; call++)
		end(w, call);
	commit(w);
	tidy_up(w);
	assert_true(journal_bytes(w) <= JOURNAL_WASTE);
	assert_int_equal(count(w, "SELECT count(*) FROM calls WHERE gone IS NULL"), 0);
}

/* Long rows that are needed stay as they are; many short ones become few. */
static void short_rows_are_joined(void **state)
{
	struct world *w = *state;
	static char text[3000];

	memset(text, 'x', sizeof(text) - 1);
	open_store(w, &keep_all);
	begin(w, 1);
	begin(w, 2);
	for (int i = 0; i < 400; i++) {
		add_line(w, 1, i, "short");
		commit(w);
		add_line(w, 2, i, text);
		commit(w);
	}
	for (int i = 400; i < 420; i++)
		add_line(w, 1, i, text);
	commit(w);
	assert_int_equal(count(w, "SELECT count(*) FROM journal"), 801);
	end(w, 2);
	commit(w);
	tidy_up(w);
	assert_kept(w, 1, 420, 0);
	int64_t rows = count(w, "SELECT count(*) FROM journal");
	assert_true(rows < 400);
	assert_true(journal_bytes(w) < 2LL * (420 * 28 + 400 * 5 + 20 * 2999) + JOURNAL_WASTE);
}

static void a_commit_that_fails_changes_nothing(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	begin(w, 1);
	add_line(w, 1, 0, "a0");
	add_event(w, 1, 1, "0:key");
	commit(w);
	w->position.sequence = 0; /* the same number again */
	begin(w, 2);
	add_line(w, 2, 0, "b0");
	add_event(w, 1, 2, "0:key");
	w->batch.position = w->position;
	assert_false(dbwriter_commit(w->writer, &w->batch, &w->err));
	assert_string_equal(journal(w), "1:a0 (1:0:key) | ");
	batch_clear(&w->batch);
	w->position.sequence = 1;
	begin(w, 2);
	add_line(w, 2, 0, "b0");
	commit(w);
	assert_string_equal(journal(w), "1:a0 (1:0:key) | 2:b0 | ");
}

static void a_damaged_journal_is_refused(void **state)
{
	struct world *w = *state;
	struct dbfile_opts opts = {.path = w->path, .check = true};

	open_store(w, &keep_all);
	begin(w, 1);
	add_line(w, 1, 0, "a0");
	commit(w);
	close_store(w);
	execute(w, "UPDATE journal SET texts = x'61'");
	sqlite3 *db = dbfile_open(&opts, &w->lock, &w->err);
	assert_non_null(db);
	assert_null(dbwriter_new(db, &keep_all, &w->err));
	assert_string_equal(w->err.code, "store-damaged");
	assert_non_null(strstr(w->err.message, "row 1 of the store's journal"));
}

/* ---- from before ----------------------------------------------------------------------------- */

static void version_1_becomes_this_one(void **state)
{
	struct world *w = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	assert_true(dbschema_step(db, 0));
	sqlite3_close(db);
	execute(w, "PRAGMA user_version = 1; PRAGMA application_id = 0x45745131;"
		   "INSERT INTO calls(no, id, begun) VALUES(1, 'один', 5), (2, 'два', 6);"
		   "INSERT INTO calls(no, id, begun, gone, ended, events, points)"
		   " VALUES(3, 'три', 7, 8, 9, 1, 5);"
		   "INSERT INTO lines VALUES(1 << 24, 10, 5, 'a0'), (2 << 24, 8, 4, 'b0'),"
		   " (1 << 24 | 2, 12, 6, 'a2'), (1 << 24 | 3, 12, 6, '');"
		   "INSERT INTO raised VALUES(1 << 24 | 1, '0:id');"
		   "INSERT INTO events VALUES(1, 1, 2, 0, 'r', NULL, NULL, 'один', '{}');"
		   "INSERT INTO position VALUES(1, 20, 6, 1, 1, '', 1, 3)");
	open_store(w, &keep_all);
	assert_string_equal(journal(w), "1:a0 1:a2 1: 2:b0 (1:0:id) | ");
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "1:один 2:два ");
	assert_int_equal(count(w, "SELECT count(*) FROM sqlite_master"
				  " WHERE name IN ('lines', 'raised')"),
			 0);
	assert_int_equal(count(w, "PRAGMA user_version"), dbschema_version);
	assert_int_equal(count(w, "SELECT points FROM calls WHERE no = 3 AND score IS NULL"), 5);
	w->position = (struct position){.at = 21, .sequence = 1, .call = 3};
	add_line(w, 2, 22, "b1");
	end(w, 1);
	commit(w);
	close_store(w);
	open_store(w, &keep_all);
	assert_string_equal(journal(w), "1:a0 1:a2 1: 2:b0 (1:0:id) | 2:b1 | ");
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "2:два ");
}

/* ---- in memory ------------------------------------------------------------------------------- */

static void weights_are_a_table(void **state)
{
	struct weights *all = weights_new();
	enum { N = 5000 };

	assert_non_null(all);
	assert_false(weights_add(all, 7, 1));
	assert_int_equal(weights_close(all, 7), 0);
	for (uint64_t no = 1; no <= N; no++) {
		assert_true(weights_reserve(all, 1));
		weights_open(all, no * no);
		assert_true(weights_add(all, no * no, no));
	}
	/* Taken out in another order than they came in: those behind a gap must still be found. */
	for (uint64_t i = 1; i <= N; i++) {
		uint64_t no = i % 2 ? i : N + 2 - i;

		assert_true(weights_has(all, no * no));
		assert_int_equal(weights_close(all, no * no), no);
		assert_false(weights_has(all, no * no));
		if (i % 500 != 0)
			continue;
		for (uint64_t other = 1; other <= N; other++) {
			bool gone = other % 2 ? other <= i : N + 2 - other <= i;
			assert_true(weights_has(all, other * other) == !gone);
		}
	}
	weights_free(all);
}

static void use_parts(void *data)
{
	struct weights *all = weights_new();
	struct sheet s;

	if (all && weights_reserve(all, 1000)) {
		weights_open(all, 5);
		assert_true(weights_add(all, 5, 3) && weights_close(all, 5) == 3);
	}
	weights_free(all);
	if (!sheet_init(&s, 16, BIG))
		return;
	size_t lines = 0, got = 0;
	for (int i = 0; i < 100; i++)
		lines += sheet_add_line(&s, &(struct sheet_line){1, 2, 3, SV("текст")});
	const struct sheet_view v = sheet_view(&s);
	struct sheet_place at = {0};
	struct sheet_line line;
	while (sheet_line(&v, &at, &line))
		got += sv_eq(line.text, SV("текст"));
	assert_int_equal(got, lines);
	sheet_free(&s);
}

static void parts_survive_without_memory(void **state)
{
	assert_true(oom_each(use_parts, NULL) > 4);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(lines_and_events_come_back_in_order), T(a_large_commit_is_several_rows),
		T(waste_goes_and_what_is_needed_stays), T(short_rows_are_joined),
		T(a_commit_that_fails_changes_nothing), T(a_damaged_journal_is_refused),
		T(version_1_becomes_this_one),          T(weights_are_a_table),
		T(parts_survive_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
