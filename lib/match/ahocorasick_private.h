/* The automaton that ahocorasick_build.c builds and ahocorasick.c runs. */
#ifndef MATCH_AHOCORASICK_PRIVATE_H
#define MATCH_AHOCORASICK_PRIVATE_H

#include "match/ahocorasick.h"

/*
 * The alphabet: a Russian letter (two bytes) is one symbol, as is any other byte; those that no
 * literal has are all symbol 0, bounds of words (space, line end, start, end) are symbol 1.
 */
enum { SYMBOL_OTHER, SYMBOL_BOUND, SYMBOLS_FIRST };

struct alphabet {
	uint16_t byte[256];
	uint16_t letter[2][64]; /* behind 0xd0, 0xd1 */
	uint16_t n;
};

/*
 * Where the automaton goes from a state depends on what was read: where only the last symbol counts
 * `rows` says so, a row for each symbol. A state of two symbols or more has cells that say where it
 * goes on differently, in a row so that asking mostly costs one line of the cache:
 *   CELL_SYMBOLS: those it goes on with, up to FEW of them, or WIDE, the first of its row and the
 *   row's length; ACCEPTING;
 *   CELL_ELSE: with other symbols it goes on as this state, the longest end of it; 0: as the rows say;
 *   when accepting: where in the reports its own is;
 *   for each of the symbols, or of the row, the state that is next; 0: it is none.
 * 0 is also the state that has nothing of its own, neither a way to go on nor something to report.
 */
enum { CELL_SYMBOLS, CELL_ELSE, CELL_REPORT };

struct ac {
	struct alphabet alphabet;
	uint32_t *rows; /* [last symbol * alphabet.n + symbol]: the next state */
	uint32_t *cells;
	uint32_t nstates;
	/*
	 * Of each accepting state: where the report is of the one that ends here as well, or 0; how many
	 * words of 64 patterns have a bit set; and these, each its number and the bits.
	 */
	uint32_t *reports;
};

enum { REPORT_ALSO, REPORT_N, REPORT_WORDS };
/* Of each word. */
enum { WORD_NUMBER, WORD_LOW, WORD_HIGH, REPORT_WORD };

/* There are 386 symbols at most. */
enum { SYMBOL_BITS = 9, SYMBOL_MASK = (1 << SYMBOL_BITS) - 1, FEW = 3 };

/* FEW symbols that there are none of. */
enum { NO_SYMBOLS = (1 << FEW * SYMBOL_BITS) - 1 };

static const uint32_t ACCEPTING = 1u << 31;
static const uint32_t WIDE = 1u << 30;

static inline uint16_t next_symbol(const struct alphabet *a, const unsigned char **p)
{
	unsigned char c = *(*p)++;

	if ((c & 0xfe) == 0xd0)
		return a->letter[c & 1][*(*p)++ & 0x3f];
	return a->byte[c];
}

#endif
