#include "match/ahocorasick.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * The alphabet: a Russian letter (two bytes) is one symbol, as is any other byte; those that no
 * literal has are all symbol 0, bounds of words (space, line end, start, end) are symbol 1.
 */
enum { SYMBOL_OTHER, SYMBOL_BOUND, SYMBOLS_FIRST };

enum { NO_STATE = UINT32_MAX };

struct alphabet {
	uint16_t byte[256];
	uint16_t letter[2][64]; /* behind 0xd0, 0xd1 */
	uint16_t n;
};

struct ac {
	struct alphabet alphabet;
	uint32_t *go; /* [state * alphabet.n + symbol]: the next state, times alphabet.n */
	uint32_t nstates;
	uint32_t accepting; /* states from here on (times alphabet.n) have something to report */
	/* Of accepting states, by their number less the first's: */
	uint32_t *first; /* [n + 1]: what they report is patterns[first[i]] up to first[i + 1] */
	uint32_t *also;  /* the accepting state that ends here as well, or NO_STATE */
	uint32_t *patterns;
};

static inline uint16_t next_symbol(const struct alphabet *a, const unsigned char **p)
{
	unsigned char c = *(*p)++;

	if ((c & 0xfe) == 0xd0)
		return a->letter[c & 1][*(*p)++ & 0x3f];
	return a->byte[c];
}

static void alphabet_make(struct alphabet *a, const struct ac_literal *literals, size_t n)
{
	a->n = SYMBOLS_FIRST;
	a->byte[' '] = a->byte['\n'] = SYMBOL_BOUND;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *p = (const unsigned char *)literals[i].text.p;
		const unsigned char *end = p + literals[i].text.n;

		while (p < end) {
			bool russian = (*p & 0xfe) == 0xd0;
			uint16_t *symbol = russian ? &a->letter[*p & 1][p[1] & 0x3f] : &a->byte[*p];

			if (*symbol == SYMBOL_OTHER)
				*symbol = a->n++;
			p += russian ? 2 : 1;
		}
	}
}

/* ---- building ------------------------------------------------------------------------------ */

/* The tree of literals; then, breadth first, what each state falls back to. */
struct builder {
	struct ac *ac;
	uint32_t *go; /* [state * symbols + symbol], plain state numbers; 0 is none, and the root */
	uint32_t nstates, cap;
	uint32_t *end;  /* [literal] the state that it ends in */
	uint32_t *fall; /* [state] */
	uint32_t *
		also; /* [state] the nearest state on the way of falls where a literal ends, or 0 */
	uint32_t *order;   /* states, breadth first */
	uint32_t *count;   /* [state] literals that end in it */
	uint32_t *renamed; /* [state] its number in the end */
};

static bool builder_grow(struct builder *b)
{
	uint32_t n = b->ac->alphabet.n, cap = b->cap ? b->cap * 2 : 64;
	uint32_t *go;

	if (b->nstates < b->cap)
		return true;
	go = realloc(b->go, (size_t)cap * n * sizeof(*go));
	if (!go)
		return false;
	memset(go + (size_t)b->cap * n, 0, (size_t)(cap - b->cap) * n * sizeof(*go));
	b->go = go;
	b->cap = cap;
	return true;
}

static bool builder_add(struct builder *b, const struct ac_literal *literal, uint32_t *end)
{
	const struct alphabet *a = &b->ac->alphabet;
	const unsigned char *p = (const unsigned char *)literal->text.p;
	const unsigned char *stop = p + literal->text.n;
	uint32_t state = 0;

	while (p < stop) {
		size_t at = (size_t)state * a->n + next_symbol(a, &p);

		if (b->go[at] == 0) {
			if (!builder_grow(b))
				return false;
			b->go[at] = b->nstates++;
		}
		state = b->go[at];
	}
	*end = state;
	return true;
}

static bool builder_alloc(struct builder *b)
{
	size_t n = b->nstates;

	b->fall = calloc(n, sizeof(*b->fall));
	b->also = calloc(n, sizeof(*b->also));
	b->order = calloc(n, sizeof(*b->order));
	b->count = calloc(n, sizeof(*b->count));
	b->renamed = calloc(n, sizeof(*b->renamed));
	return b->fall && b->also && b->order && b->count && b->renamed;
}

static void builder_free(struct builder *b)
{
	free(b->go);
	free(b->end);
	free(b->fall);
	free(b->also);
	free(b->order);
	free(b->count);
	free(b->renamed);
}

/* Fills in the missing moves of all states; a shorter state is finished before a longer one. */
static void builder_link(struct builder *b)
{
	uint32_t n = b->ac->alphabet.n, head = 0, tail = 1;

	b->order[0] = 0;
	while (head < tail) {
		uint32_t state = b->order[head++];
		const uint32_t *fall = b->go + (size_t)b->fall[state] * n;

		for (uint32_t symbol = 0; symbol < n; symbol++) {
			uint32_t *to = &b->go[(size_t)state * n + symbol];

			if (*to == 0) {
				*to = fall[symbol];
				continue;
			}
			b->fall[*to] = state == 0 ? 0 : fall[symbol];
			b->also[*to] = b->count[b->fall[*to]] ? b->fall[*to]
							      : b->also[b->fall[*to]];
			b->order[tail++] = *to;
		}
	}
}

/* Accepting states come last, so that one comparison tells them. */
static uint32_t builder_rename(struct builder *b)
{
	uint32_t next = 0, accepting;

	for (uint32_t i = 0; i < b->nstates; i++) {
		uint32_t state = b->order[i];

		if (!b->count[state] && !b->also[state])
			b->renamed[state] = next++;
	}
	accepting = next;
	for (uint32_t i = 0; i < b->nstates; i++) {
		uint32_t state = b->order[i];

		if (b->count[state] || b->also[state])
			b->renamed[state] = next++;
	}
	return accepting;
}

static bool builder_moves(struct builder *b)
{
	struct ac *ac = b->ac;
	uint32_t n = ac->alphabet.n;

	ac->go = malloc((size_t)b->nstates * n * sizeof(*ac->go));
	if (!ac->go)
		return false;
	ac->nstates = b->nstates;
	for (uint32_t state = 0; state < b->nstates; state++) {
		const uint32_t *from = b->go + (size_t)state * n;
		uint32_t *to = ac->go + (size_t)b->renamed[state] * n;

		for (uint32_t symbol = 0; symbol < n; symbol++)
			to[symbol] = b->renamed[from[symbol]] * n;
	}
	return true;
}

/* What is reported where: patterns sorted by the state that their literal ends in. */
static bool builder_reports(struct builder *b, const struct ac_literal *literals, size_t n,
			    uint32_t accepting)
{
	struct ac *ac = b->ac;
	uint32_t states = b->nstates - accepting;

	ac->first = calloc((size_t)states + 2, sizeof(*ac->first));
	ac->also = calloc((size_t)states + 1, sizeof(*ac->also));
	ac->patterns = calloc(n + 1, sizeof(*ac->patterns));
	if (!ac->first || !ac->also || !ac->patterns)
		return false;
	/* first[i + 2] counts, then first[i + 1] is where the next of state i goes. */
	for (size_t i = 0; i < n; i++)
		ac->first[b->renamed[b->end[i]] - accepting + 2]++;
	for (uint32_t i = 2; i < states + 2; i++)
		ac->first[i] += ac->first[i - 1];
	for (size_t i = 0; i < n; i++)
		ac->patterns[ac->first[b->renamed[b->end[i]] - accepting + 1]++] =
			literals[i].pattern;
	for (uint32_t state = 0; state < b->nstates; state++)
		if (b->renamed[state] >= accepting)
			ac->also[b->renamed[state] - accepting] =
				b->also[state] ? b->renamed[b->also[state]] - accepting : NO_STATE;
	ac->accepting = accepting * ac->alphabet.n;
	return true;
}

static bool build(struct builder *b, const struct ac_literal *literals, size_t n)
{
	b->end = calloc(n + 1, sizeof(*b->end));
	if (!b->end || !builder_grow(b))
		return false;
	b->nstates = 1;
	for (size_t i = 0; i < n; i++)
		if (!builder_add(b, &literals[i], &b->end[i]))
			return false;
	if (!builder_alloc(b))
		return false;
	for (size_t i = 0; i < n; i++)
		b->count[b->end[i]]++;
	builder_link(b);
	return builder_reports(b, literals, n, builder_rename(b)) && builder_moves(b);
}

struct ac *ac_new(const struct ac_literal *literals, size_t n)
{
	struct ac *ac = calloc(1, sizeof(*ac));
	struct builder b = {.ac = ac};

	if (!ac)
		return NULL;
	alphabet_make(&ac->alphabet, literals, n);
	if (!build(&b, literals, n)) {
		ac_free(ac);
		ac = NULL;
	}
	builder_free(&b);
	return ac;
}

void ac_free(struct ac *ac)
{
	if (!ac)
		return;
	free(ac->go);
	free(ac->first);
	free(ac->also);
	free(ac->patterns);
	free(ac);
}

size_t ac_states(const struct ac *ac)
{
	return ac->nstates;
}

/* ---- scanning ------------------------------------------------------------------------------ */

static void report(const struct ac *ac, uint32_t state, uint64_t *patterns)
{
	uint32_t i = (state - ac->accepting) / ac->alphabet.n;

	do {
		for (uint32_t k = ac->first[i]; k < ac->first[i + 1]; k++)
			patterns[ac->patterns[k] / 64] |= 1ull << (ac->patterns[k] % 64);
		i = ac->also[i];
	} while (i != NO_STATE);
}

void ac_scan(const struct ac *ac, const char *text, size_t len, uint64_t *patterns)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	uint32_t state = ac->go[SYMBOL_BOUND];

	/* The bound at the start alone may be all that a literal is. */
	if (state >= ac->accepting)
		report(ac, state, patterns);
	while (p < end) {
		state = ac->go[state + next_symbol(&ac->alphabet, &p)];
		if (state >= ac->accepting)
			report(ac, state, patterns);
	}
	state = ac->go[state + SYMBOL_BOUND];
	if (state >= ac->accepting)
		report(ac, state, patterns);
}
