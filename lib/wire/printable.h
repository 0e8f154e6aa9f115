/* Text from outside made safe to print on a terminal. */
#ifndef WIRE_PRINTABLE_H
#define WIRE_PRINTABLE_H

#include <stddef.h>

#include "base/buf.h"
#include "etiquette.h"

/*
 * Appends the code point of s (valid UTF-8) at offset i and returns how many bytes of s it has.
 * Line ends and tabs become spaces; other control characters, and those that turn the direction of
 * writing, become U+FFFD.
 */
size_t printable_put(struct etq_str s, size_t i, struct buf *out);

/* All of s. */
void printable_text(struct etq_str s, struct buf *out);

#endif
