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
/* Decodes the code point at p (valid, at least one byte) and says how many bytes it has. */
uint32_t utf8_decode(const char *p, size_t *len);
/* Writes cp to out (room for 4) and returns the number of bytes. */
size_t utf8_encode(uint32_t cp, char *out);

#endif
