/* What stands in a JSON string as itself: no control character, quote or backslash. */
#ifndef WIRE_PLAIN_H
#define WIRE_PLAIN_H

#include "base/eight.h"
#include "etiquette.h"

/* Where what stands for itself ends, from byte i of s on; s.n when all does. */
static inline size_t plain_end(struct etq_str s, size_t i)
{
	for (; i + 8 <= s.n; i += 8) {
		uint64_t v = eight_at(s.p + i);
		uint64_t stop = eight_below(v, 0x20) | eight_equal(v, '"') | eight_equal(v, '\\');

		if (stop)
			return i + eight_first(stop);
	}
	while (i < s.n && (unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
		i++;
	return i;
}

#endif
