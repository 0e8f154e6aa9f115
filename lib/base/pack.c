#include "base/pack.h"

#include <endian.h>
#include <string.h>

enum { FOUR = 4 };

static size_t fours(size_t n)
{
	return (n + FOUR - 1) / FOUR;
}

static size_t map_size(size_t n)
{
	return (fours(n) + 7) / 8;
}

size_t pack_bound(size_t n)
{
	return map_size(n) + fours(n) * (1 + FOUR * sizeof(uint32_t)) + PACK_SLACK;
}

/* One of four to *at; the code of its length: 0, 1, 2 or 3 for none, one, two or four bytes. */
static unsigned put(uint8_t **at, uint32_t v)
{
	unsigned code = (v > 0) + (v > 0xff) + (v > 0xffff);
	uint32_t low = htole32(v);

	memcpy(*at, &low, sizeof(low));
	*at += (1u << code) >> 1;
	return code;
}

static uint8_t *put_four(uint8_t *at, const uint32_t *v)
{
	uint8_t *codes = at++;
	unsigned all = put(&at, v[0]);

	all |= put(&at, v[1]) << 2;
	all |= put(&at, v[2]) << 4;
	all |= put(&at, v[3]) << 6;
	*codes = (uint8_t)all;
	return at;
}

size_t pack(const uint32_t *v, size_t n, uint8_t *out)
{
	uint8_t *at = out + map_size(n);
	size_t whole = n / FOUR;

	memset(out, 0, map_size(n));
	for (size_t i = 0; i < whole; i++, v += FOUR) {
		if (!(v[0] | v[1] | v[2] | v[3]))
			continue;
		out[i / 8] |= (uint8_t)(1u << (i % 8));
		at = put_four(at, v);
	}
	if (n % FOUR) {
		uint32_t last[FOUR] = {0};

		memcpy(last, v, (n % FOUR) * sizeof(*v));
		out[whole / 8] |= (uint8_t)(1u << (whole % 8));
		at = put_four(at, last);
	}
	return (size_t)(at - out);
}

static uint32_t get(const uint8_t **at, unsigned code)
{
	static const uint32_t masks[] = {0, 0xff, 0xffff, 0xffffffff};
	uint32_t low;

	memcpy(&low, *at, sizeof(low));
	*at += (1u << code) >> 1;
	return le32toh(low) & masks[code];
}

static const uint8_t *get_four(const uint8_t *at, uint32_t *v)
{
	unsigned codes = *at++;

	v[0] = get(&at, codes & 3);
	v[1] = get(&at, (codes >> 2) & 3);
	v[2] = get(&at, (codes >> 4) & 3);
	v[3] = get(&at, codes >> 6);
	return at;
}

size_t unpack(const uint8_t *in, uint32_t *v, size_t n)
{
	const uint8_t *at = in + map_size(n);
	size_t whole = n / FOUR;

	for (size_t i = 0; i < whole; i++, v += FOUR) {
		if (in[i / 8] & (1u << (i % 8)))
			at = get_four(at, v);
		else
			memset(v, 0, FOUR * sizeof(*v));
	}
	if (n % FOUR) {
		uint32_t last[FOUR];

		at = get_four(at, last);
		memcpy(v, last, (n % FOUR) * sizeof(*v));
	}
	return (size_t)(at - in);
}
