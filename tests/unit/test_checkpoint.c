/* SQLite's log: copied beside the writer, and never longer than it may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/sv.h"
#include "checkpoint.h"
#include "store_world.h"

static void add_filled_event(struct world *w)
{
	static char line[3900];
	const struct op op = {
		.kind = OP_EVENT,
		.number = {(int64_t)++w->position.sequence},
		.text = {{line, sizeof(line)}, SV("r"), SV_NONE, SV_NONE, SV("c")},
	};

	memset(line, 'x', sizeof(line));
	assert_true(batch_add(&w->batch, &op, SV_NONE));
}

static int64_t log_bytes(struct world *w)
{
	char name[128];
	struct stat s;

	snprintf(name, sizeof(name), "%s-wal", w->path);
	return stat(name, &s) == 0 ? s.st_size : 0;
}

/* However fast commits come, the log begins anew again and again, and all is there in the end. */
static void the_log_does_not_grow_for_ever(void **state)
{
	struct world *w = *state;
	enum { N = 600, EACH = 100, FRAME = 4096 + 24 };
	int64_t most = 0;

	open_store(w, &keep_all);
	assert_true(dbwriter_start_copying(w->writer, &w->err));
	for (int i = 0; i < N; i++) {
		for (int k = 0; k < EACH; k++)
			add_filled_event(w);
		commit(w);
		dbwriter_look(w->writer);
		most = log_bytes(w) > most ? log_bytes(w) : most;
	}
	assert_true(most > (int64_t)CHECKPOINT_FRAMES * FRAME);
	assert_true(most < 2LL * (CHECKPOINT_LOG + EACH) * FRAME);
	close_store(w);
	assert_int_equal(log_bytes(w), 0);
	open_store(w, &keep_all);
	assert_int_equal(count(w, "SELECT count(*) FROM events"), N * EACH);
}

/* One who reads all the while keeps it from beginning anew, and nothing from being written. */
static void a_reader_does_not_stop_the_writer(void **state)
{
	struct world *w = *state;
	struct record r;
	uint64_t n = 1;

	open_store(w, &keep_all);
	assert_true(dbwriter_start_copying(w->writer, &w->err));
	for (int i = 0; i < 250; i++) {
		for (int k = 0; k < 100; k++)
			add_filled_event(w);
		commit(w);
		dbwriter_look(w->writer);
		if (i == 0)
			assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
	}
	int64_t grown = log_bytes(w);
	dbreader_rest(w->reader);
	for (int i = 0; i < 250; i++) {
		for (int k = 0; k < 100; k++)
			add_filled_event(w);
		commit(w);
		dbwriter_look(w->writer);
	}
	assert_true(log_bytes(w) <= grown + 2LL * CHECKPOINT_LOG * 4120);
	n = 50000;
	assert_int_equal(dbreader_event(w->reader, &n, &r), DBREAD_ROW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_log_does_not_grow_for_ever, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reader_does_not_stop_the_writer, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
