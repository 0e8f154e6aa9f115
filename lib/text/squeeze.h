/*
 * Text put away: Russian letters take one byte instead of two, all the rest what it takes in UTF-8.
 * The bytes that no UTF-8 sequence begins with, 0x80 to 0xc1, stand for «А» to «я», «Ё» and «ё».
 */
#ifndef TEXT_SQUEEZE_H
#define TEXT_SQUEEZE_H

#include <stddef.h>

#include "etiquette.h"

enum { SQUEEZED_TIMES = 2 }; /* a text is at most so many times as long as it is squeezed */

/* Of valid UTF-8, to out, which has room for text.n bytes; how many it takes. */
size_t squeeze(struct etq_str text, char *out);
/* The reverse, of what squeeze made: n bytes, to out, which has room for SQUEEZED_TIMES of that. */
size_t unsqueeze(const char *in, size_t n, char *out);

#endif
