#include "base/hash.h"

#include <string.h>

#include "test.h"

/* Vectors of the FNV reference (draft-eastlake-fnv) and of 128-bit implementations that agree. */
static void fnv64(void **state)
{
	assert_true(hash64(HASH64_INIT, "", 0) == 0xcbf29ce484222325ull);
	assert_true(hash64(HASH64_INIT, "a", 1) == 0xaf63dc4c8601ec8cull);
	assert_true(hash64(HASH64_INIT, "foobar", 6) == 0x85944171f73967e8ull);
	assert_true(hash64(hash64(HASH64_INIT, "foo", 3), "bar", 3) == 0x85944171f73967e8ull);
}

/* Every length and every bit counts: all that differ by one bit, or by zeros behind, differ. */
static void fast(void **state)
{
	unsigned char text[24] = {0};
	uint64_t seen[1 + sizeof(text) + 8 * sizeof(text)];
	size_t n = 0;

	for (size_t len = 0; len <= sizeof(text); len++)
		seen[n++] = hash64_fast(HASH64_INIT, text, len);
	for (size_t bit = 0; bit < 8 * sizeof(text); bit++) {
		text[bit / 8] = (unsigned char)(1u << (bit % 8));
		seen[n++] = hash64_fast(HASH64_INIT, text, sizeof(text));
		text[bit / 8] = 0;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(seen[i] != seen[k]);
	assert_true(hash64_fast(1, "a", 1) != hash64_fast(2, "a", 1));
}

static void check128(const char *s, const char *hex)
{
	struct hash128 h = hash128_init();
	char out[33];

	hash128_add(&h, s, strlen(s));
	hash128_hex(&h, out);
	assert_string_equal(out, hex);
}

static void fnv128(void **state)
{
	struct hash128 h = hash128_init();
	char out[33];

	check128("", "6c62272e07bb014262b821756295c58d");
	check128("a", "d228cb696f1a8caf78912b704e4a8964");
	check128("foobar", "343e1662793c64bf6f0d3597ba446f18");
	hash128_add(&h, "foo", 3);
	hash128_add(&h, "bar", 3);
	hash128_hex(&h, out);
	assert_string_equal(out, "343e1662793c64bf6f0d3597ba446f18");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fnv64),
		cmocka_unit_test(fast),
		cmocka_unit_test(fnv128),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
