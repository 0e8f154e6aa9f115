#include "base/pack.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

enum { MOST = 100, MANY = 4096 };

/* What goes in comes out, in blocks of exactly the size that the header asks for. */
static size_t round_trip(const uint32_t *v, size_t n)
{
	uint8_t *packed = malloc(pack_bound(n));
	uint32_t *back = malloc((n ? n : 1) * sizeof(*back));

	assert_non_null(packed);
	assert_non_null(back);
	size_t size = pack(v, n, packed);

	assert_true(size + PACK_SLACK <= pack_bound(n));
	uint8_t *exact = malloc(size + PACK_SLACK);

	assert_non_null(exact);
	memset(exact, 0xa5, size + PACK_SLACK);
	memcpy(exact, packed, size);
	memset(back, 0x5a, n * sizeof(*back));
	assert_int_equal(unpack(exact, back, n), size);
	if (n)
		assert_memory_equal(back, v, n * sizeof(*v));
	free(exact);
	free(back);
	free(packed);
	return size;
}

/* The same beside a base. */
static size_t round_trip_beside(const uint32_t *v, const uint32_t *base, size_t n)
{
	uint8_t *packed = malloc(pack_bound(n));
	uint32_t *back = malloc((n ? n : 1) * sizeof(*back));

	assert_non_null(packed);
	assert_non_null(back);
	size_t size = pack_difference(v, base, n, packed);

	assert_true(size + PACK_SLACK <= pack_bound(n));
	uint8_t *exact = malloc(size + PACK_SLACK);

	assert_non_null(exact);
	memcpy(exact, packed, size);
	if (n)
		memcpy(back, base, n * sizeof(*back));
	assert_int_equal(unpack_difference(exact, back, n), size);
	if (n)
		assert_memory_equal(back, v, n * sizeof(*v));
	free(exact);
	free(back);
	free(packed);
	return size;
}

/* Both at once come to the same as one after the other. */
static void turn(const uint32_t *v, size_t n, const uint32_t *was, size_t nwas)
{
	uint8_t *before = malloc(pack_bound(nwas)), *lean = malloc(pack_bound(nwas)),
		*leaning = malloc(pack_bound(nwas)), *packed = malloc(pack_bound(n)),
		*out = malloc(pack_bound(n));
	uint32_t base[MANY] = {0};

	memcpy(base, v, (n < nwas ? n : nwas) * sizeof(*v));
	size_t size_was = pack(was, nwas, before), size = pack(v, n, packed);
	size_t lean_size = pack_difference(was, base, nwas, lean);
	struct pack_turn t = {was, nwas, before, out, leaning};

	pack_turn(&t, v, n);
	assert_int_equal(t.packed - before, size_was);
	assert_int_equal(t.out - out, size);
	assert_memory_equal(out, packed, size);
	assert_int_equal(t.leaning - leaning, lean_size);
	assert_memory_equal(leaning, lean, lean_size);
	free(before);
	free(lean);
	free(leaning);
	free(packed);
	free(out);
}

static void much_as_it_was(void **state)
{
	uint32_t v[MOST], was[MOST];
	uint32_t next = 7;

	for (int try = 0; try < 20000; try++) {
		size_t n = (next >> 8) % MOST, nwas = (next >> 16) % MOST;

		for (int i = 0; i < MOST; i++) {
			next = next * 1664525 + 1013904223;
			was[i] = next & 0x300 ? 0 : next >> (next >> 12 & 31);
			next = next * 1664525 + 1013904223;
			v[i] = next >> 27 ? was[i] : next >> (next >> 12 & 31);
		}
		turn(v, n, was, try % 2 ? n : nwas);
	}
}

/* What is gone takes no room: not even its bits are looked for in what was made for the rest. */
static void much_less_than_it_was(void **state)
{
	static uint32_t was[MANY];

	for (uint32_t i = 0; i < MANY; i++)
		was[i] = i % 3 * i;
	for (size_t n = 0; n <= MOST; n++) {
		turn(was, n, was, MANY);
		turn(was, MANY, was, n);
	}
}

static void every_length_of_number(void **state)
{
	static const uint32_t edges[] = {0, 1, 0xff, 0x100, 0xffff, 0x10000, 0xffffff, 0xffffffff};
	enum { N = sizeof(edges) / sizeof(*edges) };
	uint32_t v[4];

	for (size_t i = 0; i < (size_t)N * N * N * N; i++) {
		size_t k = i;

		for (int at = 0; at < 4; at++, k /= N)
			v[at] = edges[k % N];
		round_trip(v, 4);
	}
}

static void every_count(void **state)
{
	uint32_t v[MOST] = {0}, before[MOST];
	uint32_t next = 1;

	for (size_t n = 0; n <= MOST; n++) {
		for (int kind = 0; kind < 4; kind++) {
			memcpy(before, v, sizeof(before));
			for (size_t i = 0; i < n; i++) {
				next = next * 1664525 + 1013904223;
				v[i] = kind == 0 ? 0 : next >> (8 * kind) & (next & 64 ? ~0u : 0);
			}
			round_trip(v, n);
			round_trip_beside(v, before, n);
			assert_int_equal(round_trip_beside(v, v, n), (n + 63) / 64);
		}
	}
}

static void small_numbers_cost_little(void **state)
{
	static const uint32_t zeros[MOST];
	uint32_t some[MOST] = {0};

	assert_int_equal(round_trip(zeros, 96), 2);
	some[50] = 7;
	assert_int_equal(round_trip(some, 96), 2 + 2 + 1);
	some[51] = 0x1234;
	assert_int_equal(round_trip(some, 96), 2 + 2 + 1 + 2);
	some[90] = 0x12345;
	assert_int_equal(round_trip(some, 96), 2 + 2 + 1 + 2 + 2 + 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_of_number),
		cmocka_unit_test(every_count),
		cmocka_unit_test(much_as_it_was),
		cmocka_unit_test(much_less_than_it_was),
		cmocka_unit_test(small_numbers_cost_little),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
