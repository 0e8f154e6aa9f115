/* Strict UTF-8: RFC 3629, no surrogates, no overlong forms, nothing above U+10FFFF. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/* True when s is valid; else *bad is the offset of the first byte that is not. */
bool utf8_valid(struct etq_str s, size_t *bad);
/* Code points in s, which must be valid. */
size_t utf8_count(struct etq_str s);
/* Byte offset of code point number cp (s.n when past the end); s must be valid. */
size_t utf8_offset(struct etq_str s, size_t cp);
/* Writes cp to out (room for 4) and returns the number of bytes. */
size_t utf8_encode(uint32_t cp, char *out);
/* Decodes the code point at p (valid, at least one byte) and says how many bytes it has. */
static inline uint32_t utf8_decode(const char *p, size_t *len)
{
	const unsigned char *c = (const unsigned char *)p;

	if (c[0] < 0x80) {
		*len = 1;
		return c[0];
	}
	if (c[0] < 0xe0) {
		*len = 2;
		return (c[0] & 0x1fu) << 6 | (c[1] & 0x3fu);
	}
	if (c[0] < 0xf0) {
		*len = 3;
		return (c[0] & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
	}
	*len = 4;
	return (c[0] & 0x07u) << 18 | (c[1] & 0x3fu) << 12 | (c[2] & 0x3fu) << 6 | (c[3] & 0x3fu);
}

#endif
