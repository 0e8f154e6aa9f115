/* What folding does with one code point: its kind, and what it becomes. */
#ifndef TEXT_LETTER_H
#define TEXT_LETTER_H

#include <stddef.h>
#include <stdint.h>

enum letter_kind {
	LETTER_SEPARATOR, /* ends a word */
	LETTER_LATIN,
	LETTER_CYRILLIC,
	LETTER_OTHER,
	LETTER_DIGIT, /* becomes an ASCII digit */
	LETTER_MASK,  /* * @ # $ */
	LETTER_OPEN,  /* [ */
	LETTER_CLOSE, /* ] */
	LETTER_SKIP,  /* invisible: as if it were not there */
	LETTER_MARK,  /* combines with the letter before */
	LETTER_SLOW,  /* in the table only: ask letter_slow */
};

enum {
	LETTER_CELLS = 0x530,
	LETTER_OUT_MAX = 3, /* code points that one may become */
	/* Alternating capitals and small letters: the capital is even, the capital is odd. */
	LETTER_DELTA_EVEN = 127,
	LETTER_DELTA_ODD = 126,
};

/* Up to the end of the Cyrillic blocks one look into a table is enough. */
struct letter_cell {
	uint8_t kind;
	int8_t delta; /* to the small letter; or one of the two above */
};
extern const struct letter_cell letter_cells[LETTER_CELLS];

/* Any code point: its kind, and for letters and digits the n code points that it becomes. */
enum letter_kind letter_slow(uint32_t cp, uint32_t out[LETTER_OUT_MAX], size_t *n);
/* The letter that base and a combining mark make (both folded), or 0. */
uint32_t letter_compose(uint32_t base, uint32_t mark);
/* The Cyrillic letter that looks like a Latin one, and the other way round; 0 when none does. */
uint32_t letter_to_cyrillic(uint32_t latin);
uint32_t letter_to_latin(uint32_t cyrillic);

#endif
