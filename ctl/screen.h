/* Where people read: a stream, its width, and whether it takes colours. */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "etiquette.h"
#include "opts.h"

struct screen {
	FILE *out;
	bool terminal, colour;
	size_t columns;
};

void screen_init(struct screen *s, FILE *out, enum colour_when when);

enum paint {
	PAINT_PLAIN, /* ends any other */
	PAINT_DIM,
	PAINT_BOLD,
	PAINT_AGENT,
	PAINT_CUSTOMER,
	PAINT_ADVICE,
	PAINT_STRUCK,
	PAINT_INFO, /* and so on, in the order of enum etq_severity */
	PAINT_MINOR,
	PAINT_MAJOR,
	PAINT_CRITICAL,
	PAINTS
};

/* The escape sequence, "" without colours. */
const char *screen_paint(const struct screen *s, enum paint paint);

/* Prints text with control characters and bidirectional overrides replaced by U+FFFD. */
void screen_put(const struct screen *s, struct etq_str text);
/* Columns that the text takes when it is printed so. */
size_t screen_width(struct etq_str text);
/* The same of one code point, which is a safe one. */
uint8_t screen_cell(uint32_t cp);
/* The code point that stands for cp on a screen. */
uint32_t screen_safe(uint32_t cp);

#endif
