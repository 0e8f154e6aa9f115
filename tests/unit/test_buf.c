#include "base/buf.h"

#include <string.h>

#include "oom.h"
#include "test.h"

static void grows_and_stays_terminated(void **state)
{
	struct buf b = BUF_INIT(10000);
	size_t n = 0;

	for (int i = 0; i < 300; i++) {
		assert_true(buf_printf(&b, "%d,", i));
		assert_true(buf_puts(&b, "ё"));
		assert_true(buf_putc(&b, ';'));
		n = strlen(b.p);
		assert_int_equal(b.n, n);
	}
	assert_int_equal(strncmp(b.p, "0,ё;1,ё;2,ё;", 15), 0);
	assert_false(b.failed);
	buf_free(&b);
	assert_null(b.p);
}

static void maximum_is_exact(void **state)
{
	struct buf b = BUF_INIT(10);

	assert_true(buf_put(&b, "0123456789", 10));
	assert_true(buf_put(&b, NULL, 0));
	assert_false(buf_putc(&b, 'x'));
	assert_true(b.failed);
	assert_string_equal(b.p, "0123456789");
	buf_clear(&b);
	assert_false(b.failed);
	assert_string_equal(b.p, "");
	assert_false(buf_puts(&b, "01234567890"));
	/* Sticky: a part that would fit does not hide that one is missing. */
	assert_false(buf_putc(&b, 'x'));
	assert_int_equal(b.n, 0);
	buf_clear(&b);
	assert_false(buf_printf(&b, "%s", "01234567890"));
	buf_clear(&b);
	assert_true(buf_printf(&b, "%s", "0123456789"));
	assert_string_equal(b.p, "0123456789");
	buf_free(&b);
}

static void reserve_gives_room_only(void **state)
{
	struct buf b = BUF_INIT(100);
	char *p = buf_reserve(&b, 100);

	assert_non_null(p);
	assert_int_equal(b.n, 0);
	memset(p, 'a', 100);
	b.n = 100;
	assert_null(buf_reserve(&b, 1));
	assert_true(b.failed);
	buf_free(&b);
	b = BUF_INIT(SIZE_MAX);
	assert_true(buf_putc(&b, 'a'));
	assert_null(buf_reserve(&b, SIZE_MAX - 1));
	buf_free(&b);
}

static void out_of_memory(void **state)
{
	struct buf b = BUF_INIT(100);

	oom_at(0);
	assert_false(buf_puts(&b, "слово"));
	assert_true(oom_end());
	assert_true(b.failed);
	assert_null(b.p);
	buf_clear(&b);
	assert_true(buf_puts(&b, "слово"));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(maximum_is_exact),
		cmocka_unit_test(reserve_gives_room_only),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
