/* The store's parts without threads: batches, what is written, what is read back, what is dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sv.h"
#include "callbook.h"
#include "oom.h"
#include "raised.h"
#include "store_world.h"

/* ---- batches --------------------------------------------------------------------------------- */

static void batch_gives_back_what_it_took(void **state)
{
	struct world *w = *state;
	struct op op;
	size_t at = 0;

	assert_int_equal(batch_bytes(&w->batch), 0);
	add(w, OP_CALL, INT64_MAX, INT64_MIN, "вызов");
	add(w, OP_CURSOR, 5, 6, "");
	add(w, OP_CURSOR, 0, 0, NULL);
	add_event(w, 1, 2, "key");
	assert_int_equal(w->batch.calls, 1);
	assert_true(batch_bytes(&w->batch) > w->batch.ops.n);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_int_equal(op.kind, OP_CALL);
	assert_true(op.number[0] == INT64_MAX && op.number[1] == INT64_MIN);
	assert_true(sv_eq(op.text[0], SV("вызов")));
	assert_true(batch_next(&w->batch, &at, &op));
	assert_true(op.text[0].p && op.text[0].n == 0);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_null(op.text[0].p);
	assert_true(batch_next(&w->batch, &at, &op));
	assert_true(sv_eq(op.text[EVENT_AGENT], SV("a7")));
	assert_null(op.text[EVENT_QUEUE].p);
	assert_false(batch_next(&w->batch, &at, &op));
	batch_clear(&w->batch);
	assert_true(batch_bytes(&w->batch) == 0 && w->batch.calls == 0);
}

static void batch_has_a_limit_and_survives_it(void **state)
{
	struct batch b;
	const struct op op = {.kind = OP_CALL, .text = {SV("0123456789")}};
	size_t n = 0;

	assert_true(batch_init(&b, 16, 1000));
	while (batch_add(&b, &op, SV_NONE))
		n++;
	assert_true(n > 5);
	assert_int_equal(b.calls, n);
	assert_false(batch_reserve(&b, 0, 10));
	batch_clear(&b);
	assert_true(batch_reserve(&b, 1000, 10));
	assert_false(batch_reserve(&b, 1001, 10));
	assert_true(batch_add(&b, &op, SV_NONE));
	batch_free(&b);
}

static void batch_without_memory(void *data)
{
	struct batch b;
	const struct op op = {
		.kind = OP_EVENT, .number = {[EVENT_OF] = 1}, .text = {SV("0123456789")}};
	struct op got;
	size_t n = 0, keys = 0, at = 0, key_at = 0;
	struct etq_str key;
	uint64_t call;

	if (batch_init(&b, 16, BIG)) {
		for (int i = 0; i < 100; i++)
			n += batch_add(&b, &op, SV("0:key"));
		const struct sheet_view v = sheet_view(&b.sheet);
		while (sheet_raised(&v, &key_at, &call, &key))
			keys++;
		assert_int_equal(keys, n);
		while (batch_next(&b, &at, &got))
			keys--;
		assert_int_equal(keys, 0);
		assert_true(n >= 98);
	}
	batch_free(&b);
}

static void batches_survive_without_memory(void **state)
{
	assert_true(oom_each(batch_without_memory, NULL) > 1);
}

/* ---- the file -------------------------------------------------------------------------------- */

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

static bool stop_at_once(void *user, const struct dbrow *row)
{
	return false;
}

static void calls_are_kept_until_they_are_gone(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	add(w, OP_CALL, 1, 1000, "один");
	add(w, OP_CALL, 2, 1000, "два");
	commit(w);
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "1:один 2:два ");
	assert_false(dbreader_scan(w->reader, DBSCAN_OPEN_CALLS, 0, stop_at_once, NULL, &w->err));

	add_gone(w, &(struct op){.kind = OP_GONE,
				 .number = {1, 500, 2000, 3, -7, 93, GONE_BURIED | GONE_SCORED}});
	commit(w);
	assert_string_equal(scan(w, DBSCAN_OPEN_CALLS, 0), "2:два ");
	assert_string_equal(scan(w, DBSCAN_BURIED, 500), "500:один ");
	assert_string_equal(scan(w, DBSCAN_BURIED, 501), "");
	add_gone(w, &(struct op){.kind = OP_GONE, .number = {2, 600, 2000}});
	commit(w);
	assert_string_equal(scan(w, DBSCAN_BURIED, 0), "500:один ");
	assert_int_equal(count(w, "SELECT events FROM calls WHERE no = 1"), 3);
	assert_int_equal(count(w, "SELECT points FROM calls WHERE no = 1"), -7);
	assert_int_equal(count(w, "SELECT score FROM calls WHERE no = 1"), 93);
	assert_int_equal(count(w, "SELECT score IS NULL FROM calls WHERE no = 2"), 1);
}

static void cursors_move(void **state)
{
	struct world *w = *state;

	open_store(w, &keep_all);
	add(w, OP_CURSOR, 5, 100, "qa-1");
	add(w, OP_CURSOR, 7, 200, "qa-2");
	add(w, OP_CURSOR, 9, 300, "qa-1");
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
	add(w, OP_CALL, 1, 0, "c");
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
	add(w, OP_CALL, 1, 0, "gone");
	add(w, OP_CALL, 2, 0, "open");
	add_gone(w, &(struct op){.kind = OP_GONE, .number = {1, 1000, 0, 0, 0, 0, GONE_BURIED}});
	w->position.at = HOUR;
	commit(w);
	retain_all(w, HOUR);
	assert_int_equal(count(w, "SELECT count(*) FROM calls"), 2);
	w->position.at = HOUR + 1001;
	add(w, OP_CURSOR, 1, 1, "n");
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
