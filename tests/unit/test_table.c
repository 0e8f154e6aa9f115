#include "base/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "oom.h"
#include "test.h"

struct item {
	char key[32];
	int number;
	bool in;
};

static struct etq_str key_of(const struct item *item)
{
	return sv_of(item->key);
}

static void put_get_replace_remove(void **state)
{
	struct table *t = table_new(7);
	struct item a = {.key = "call-1"}, b = {.key = "call-1"};
	size_t i = 0;

	assert_non_null(t);
	assert_null(table_get(t, key_of(&a)));
	assert_null(table_remove(t, key_of(&a)));
	assert_null(table_next(t, &i));
	assert_true(table_put(t, key_of(&a), &a));
	assert_ptr_equal(table_get(t, SV("call-1")), &a);
	assert_null(table_get(t, SV("call-")));
	/* Another value under an equal key: the table must look at the new one's bytes from now on. */
	assert_true(table_put(t, key_of(&b), &b));
	memset(a.key, 'x', sizeof(a.key));
	assert_ptr_equal(table_get(t, SV("call-1")), &b);
	assert_int_equal(table_count(t), 1);
	assert_ptr_equal(table_remove(t, SV("call-1")), &b);
	assert_int_equal(table_count(t), 0);
	assert_null(table_get(t, SV("call-1")));
	table_free(t);
	table_free(NULL);
}

static void empty_and_binary_keys(void **state)
{
	struct table *t = table_new(0);
	int v[3];

	assert_true(table_put(t, SV(""), &v[0]));
	assert_true(table_put(t, SV("\0"), &v[1]));
	assert_true(table_put(t, SV("\0\0"), &v[2]));
	assert_ptr_equal(table_get(t, SV("")), &v[0]);
	assert_ptr_equal(table_get(t, SV_NONE), &v[0]);
	assert_ptr_equal(table_get(t, SV("\0")), &v[1]);
	assert_ptr_equal(table_get(t, SV("\0\0")), &v[2]);
	table_free(t);
}

/* Random puts and removals beside a plain array that knows the truth. */
static void agrees_with_an_array(void **state)
{
	enum { N = 3000, STEPS = 60000 };
	struct item *items = calloc(N, sizeof(*items));
	struct table *t = table_new(42);
	size_t count = 0, seen = 0, i = 0;
	uint32_t random = 1;

	for (int n = 0; n < N; n++)
		snprintf(items[n].key, sizeof(items[n].key), "%d/%d", n, n * n);
	for (int step = 0; step < STEPS; step++) {
		struct item *item;

		random = random * 1664525 + 1013904223;
		item = &items[(random >> 8) % N];
		assert_ptr_equal(table_get(t, key_of(item)), item->in ? item : NULL);
		if (random >> 31) {
			assert_true(table_put(t, key_of(item), item));
			count += !item->in;
			item->in = true;
		} else {
			assert_ptr_equal(table_remove(t, key_of(item)), item->in ? item : NULL);
			count -= item->in;
			item->in = false;
		}
		assert_int_equal(table_count(t), count);
	}
	for (struct item *item; (item = table_next(t, &i)); seen++) {
		assert_true(item->in);
		item->in = false; /* so that it counts if it comes twice */
	}
	assert_int_equal(seen, count);
	table_free(t);
	free(items);
}

/* Keys in one chain whatever their number would make this quadratic; it must end in no time. */
static void flood_of_similar_keys(void **state)
{
	enum { N = 200000 };
	struct item *items = calloc(N, sizeof(*items));
	struct table *t = table_new(0x1234);

	for (int n = 0; n < N; n++) {
		/* Differ in the high bits of eight bytes only: poison for weak hashes. */
		uint64_t k = (uint64_t)n << 44;

		memcpy(items[n].key, &k, sizeof(k));
		assert_true(table_put(t, (struct etq_str){items[n].key, 8}, &items[n]));
	}
	assert_int_equal(table_count(t), N);
	for (int n = 0; n < N; n++)
		assert_ptr_equal(table_remove(t, (struct etq_str){items[n].key, 8}), &items[n]);
	assert_int_equal(table_count(t), 0);
	table_free(t);
	free(items);
}

static void out_of_memory(void **state)
{
	struct table *t;
	struct item items[20] = {{.key = ""}};
	bool refused = false;

	oom_at(0);
	assert_null(table_new(1));
	assert_true(oom_end());
	t = table_new(1);
	for (int n = 0; n < 20; n++) {
		snprintf(items[n].key, sizeof(items[n].key), "k%d", n);
		oom_at(0);
		if (!table_put(t, key_of(&items[n]), &items[n])) {
			refused = true;
			assert_int_equal(table_count(t), n);
			assert_null(table_get(t, key_of(&items[n])));
			oom_end();
			assert_true(table_put(t, key_of(&items[n]), &items[n]));
		}
		oom_end();
	}
	assert_true(refused);
	for (int n = 0; n < 20; n++)
		assert_ptr_equal(table_get(t, key_of(&items[n])), &items[n]);
	table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_get_replace_remove), cmocka_unit_test(empty_and_binary_keys),
		cmocka_unit_test(agrees_with_an_array),   cmocka_unit_test(flood_of_similar_keys),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
