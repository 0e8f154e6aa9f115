#include "match/ahocorasick.h"

#include <stdbool.h>
#include <stdlib.h>

#include "match/ahocorasick_private.h"

void ac_free(struct ac *ac)
{
	if (!ac)
		return;
	free(ac->rows);
	free(ac->cells);
	free(ac->reports);
	free(ac);
}

size_t ac_states(const struct ac *ac)
{
	return ac->nstates;
}

/* ---- scanning ------------------------------------------------------------------------------ */

static void report(const struct ac *ac, uint32_t at, uint64_t *patterns)
{
	do {
		const uint32_t *report = ac->reports + at, *word = report + REPORT_WORDS;

		for (uint32_t n = report[REPORT_N]; n > 0; n--, word += REPORT_WORD)
			patterns[word[WORD_NUMBER]] |= word[WORD_LOW] | (uint64_t)word[WORD_HIGH]
										<< 32;
		at = report[REPORT_ALSO];
	} while (at);
}

/* Where a state goes in its own way; 0 when it has none for the symbol. */
static inline uint32_t own_way(const uint32_t *cells, uint32_t symbol)
{
	uint32_t symbols = cells[CELL_SYMBOLS];
	const uint32_t *next = cells + CELL_REPORT + (symbols >> 31);

	if (symbols & WIDE) {
		uint32_t k = symbol - (symbols & SYMBOL_MASK);

		return k < (symbols >> SYMBOL_BITS & SYMBOL_MASK) ? next[k] : 0;
	}
	for (int k = 0; k < FEW; k++, symbols >>= SYMBOL_BITS)
		if ((symbols & SYMBOL_MASK) == symbol)
			return next[k];
	return 0;
}

/* What was read so far, and what is looked into at each step. */
struct reading {
	const uint32_t *cells, *rows;
	uint32_t symbols; /* in a row */
	uint32_t state, last;
};

/* Is there anything to report? */
static inline bool read_symbol(struct reading *r, uint32_t symbol)
{
	uint32_t next = 0;

	for (uint32_t state = r->state; state && !next; state = r->cells[state + CELL_ELSE])
		next = own_way(r->cells + state, symbol);
	if (!next)
		next = r->rows[r->last * r->symbols + symbol];
	r->state = next;
	r->last = symbol;
	return next && (r->cells[next] & ACCEPTING);
}

void ac_scan(const struct ac *ac, const char *text, size_t len, uint64_t *patterns)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	struct reading r = {.cells = ac->cells, .rows = ac->rows, .symbols = ac->alphabet.n};

	if (read_symbol(&r, SYMBOL_BOUND))
		report(ac, r.cells[r.state + CELL_REPORT], patterns);
	while (p < end)
		if (read_symbol(&r, next_symbol(&ac->alphabet, &p)))
			report(ac, r.cells[r.state + CELL_REPORT], patterns);
	if (read_symbol(&r, SYMBOL_BOUND))
		report(ac, r.cells[r.state + CELL_REPORT], patterns);
}
