#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/sv.h"
#include "oom.h"
#include "test.h"

static void objects_are_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new(1 << 20);
	unsigned char *v[200];

	assert_non_null(a);
	for (size_t i = 0; i < COUNT(v); i++) {
		size_t size = i * 7 % 301;

		v[i] = arena_alloc(a, size);
		assert_non_null(v[i]);
		assert_int_equal((uintptr_t)v[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(v[i][k], 0);
		memset(v[i], (int)i, size);
	}
	for (size_t i = 0; i < COUNT(v); i++)
		for (size_t k = 0; k < i * 7 % 301; k++)
			assert_int_equal(v[i][k], i);
	arena_free(a);
}

static void maximum_holds(void **state)
{
	struct arena *a = arena_new(1000);
	size_t used;

	assert_non_null(a);
	assert_null(arena_alloc(a, 1001));
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 3));
	assert_non_null(arena_alloc(a, 600));
	used = arena_used(a);
	assert_true(used >= 600 && used <= 1000);
	assert_null(arena_alloc(a, 500));
	assert_int_equal(arena_used(a), used);
	assert_null(arena_array(a, SIZE_MAX / 2, 4));
	arena_free(a);
}

static void reset_forgets_and_reuses(void **state)
{
	struct arena *a = arena_new(1 << 20);
	char *p;

	assert_non_null(a);
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_alloc(a, 4000));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	oom_at(0); /* the block that was kept is enough */
	p = arena_alloc(a, 4000);
	assert_false(oom_end());
	assert_non_null(p);
	for (int i = 0; i < 4000; i++)
		assert_int_equal(p[i], 0);
	arena_reset(a);
	arena_reset(a);
	arena_free(a);
	arena_free(NULL);
}

static void dup_ends_with_nul(void **state)
{
	struct arena *a = arena_new(100);
	struct etq_str s = arena_dup(a, SV("слово"));

	assert_true(sv_eq(s, SV("слово")));
	assert_int_equal(s.p[s.n], '\0');
	s = arena_dup(a, SV_NONE);
	assert_non_null(s.p);
	assert_int_equal(s.n, 0);
	s = arena_dup(a, (struct etq_str){"", SIZE_MAX});
	assert_null(s.p);
	s = arena_dup(a, (struct etq_str){"", 100});
	assert_null(s.p);
	arena_free(a);
}

static void out_of_memory(void **state)
{
	struct arena *a;

	oom_at(0);
	assert_null(arena_new(100));
	assert_true(oom_end());
	a = arena_new(100);
	oom_at(0);
	assert_null(arena_alloc(a, 1));
	assert_true(oom_end());
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, 1));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_zeroed_aligned_and_apart),
		cmocka_unit_test(maximum_holds),
		cmocka_unit_test(reset_forgets_and_reuses),
		cmocka_unit_test(dup_ends_with_nul),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
