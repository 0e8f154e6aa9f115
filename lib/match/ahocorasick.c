#include "match/ahocorasick.h"

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
		const uint32_t *report = ac->reports + at;

		for (uint32_t i = 0; i < report[REPORT_N]; i++) {
			uint32_t pattern = report[REPORT_PATTERNS + i];

			patterns[pattern / 64] |= 1ull << (pattern % 64);
		}
		at = report[REPORT_ALSO];
	} while (at);
}

/* Where a state goes in its own way; 0 when it has none for the symbol. */
static inline uint32_t own_way(const uint32_t *cells, uint32_t symbol)
{
	uint32_t symbols = cells[0];
	const uint32_t *next = cells + 1 + (symbols >> 31);

	if (symbols & WIDE) {
		uint32_t k = symbol - (symbols & SYMBOL_MASK);

		return k < (symbols >> SYMBOL_BITS & SYMBOL_MASK) ? next[k] : 0;
	}
	for (int k = 0; k < FEW; k++, symbols >>= SYMBOL_BITS)
		if ((symbols & SYMBOL_MASK) == symbol)
			return next[k];
	return 0;
}

/* What was read so far. */
struct reading {
	const struct ac *ac;
	uint64_t *patterns;
	uint32_t state, last;
};

static inline void read_symbol(struct reading *r, uint32_t symbol)
{
	const struct ac *ac = r->ac;
	uint32_t next = r->state ? own_way(ac->cells + r->state, symbol) : 0;

	if (!next)
		next = ac->rows[r->last * ac->alphabet.n + symbol];
	r->state = next;
	r->last = symbol;
	if (next && (ac->cells[next] & ACCEPTING))
		report(ac, ac->cells[next + 1], r->patterns);
}

void ac_scan(const struct ac *ac, const char *text, size_t len, uint64_t *patterns)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	struct reading r = {.ac = ac, .patterns = patterns};

	read_symbol(&r, SYMBOL_BOUND);
	while (p < end)
		read_symbol(&r, next_symbol(&ac->alphabet, &p));
	read_symbol(&r, SYMBOL_BOUND);
}
