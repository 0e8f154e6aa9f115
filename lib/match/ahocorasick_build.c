#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "match/ahocorasick_private.h"

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

/* A state in the making, in a tree of literals. */
struct node {
	uint32_t child, sibling; /* 0: none */
	uint32_t fall;           /* the longest end of it that is another node, or 0 */
	uint32_t also;           /* the nearest on the way of falls where a literal ends, or 0 */
	uint32_t other; /* the nearest on the way of falls that is deep and has children, or 0 */
	uint32_t nchildren;
	uint32_t count;  /* words of its report: not 0 when literals end in it */
	uint32_t word;   /* the last of them, plus one */
	uint32_t cell;   /* where it is in the end */
	uint32_t report; /* of accepting ones, where it is in the end */
	uint16_t symbol;
	bool deep; /* of two symbols or more */
};

struct builder {
	struct ac *ac;
	struct node *nodes;
	uint32_t n, cap;
	uint32_t *
		shallow; /* [0 or 1 + symbol of the node][symbol]: children of nodes that aren't deep */
	uint32_t *end;   /* [literal] the node that it ends in */
	uint32_t *order; /* nodes, breadth first */
	size_t nreports; /* numbers in all of them */
};

/* Nodes near the root have most children and are asked most often: theirs are looked up. */
static uint32_t *shallow_of(const struct builder *b, uint32_t node, uint16_t symbol)
{
	size_t row = node ? 1 + (size_t)b->nodes[node].symbol : 0;

	return &b->shallow[row * b->ac->alphabet.n + symbol];
}

static uint32_t child_of(const struct builder *b, uint32_t node, uint16_t symbol)
{
	uint32_t child = b->nodes[node].child;

	if (!b->nodes[node].deep)
		return *shallow_of(b, node, symbol);
	while (child && b->nodes[child].symbol != symbol)
		child = b->nodes[child].sibling;
	return child;
}

static bool builder_grow(struct builder *b)
{
	uint32_t cap = b->cap ? b->cap * 2 : 1024;
	struct node *nodes;

	if (b->n < b->cap)
		return true;
	nodes = cap < WIDE ? realloc(b->nodes, cap * sizeof(*nodes)) : NULL;
	if (!nodes)
		return false;
	b->nodes = nodes;
	b->cap = cap;
	return true;
}

/* 0: out of memory. */
static uint32_t builder_child(struct builder *b, uint32_t node, uint16_t symbol)
{
	if (!builder_grow(b))
		return 0;
	b->nodes[b->n] =
		(struct node){.symbol = symbol, .sibling = b->nodes[node].child, .deep = node != 0};
	b->nodes[node].child = b->n;
	b->nodes[node].nchildren++;
	if (!b->nodes[node].deep)
		*shallow_of(b, node, symbol) = b->n;
	return b->n++;
}

static bool builder_add(struct builder *b, const struct ac_literal *literal, uint32_t *end)
{
	const unsigned char *p = (const unsigned char *)literal->text.p;
	const unsigned char *stop = p + literal->text.n;
	uint32_t node = 0;

	while (p < stop) {
		uint16_t symbol = next_symbol(&b->ac->alphabet, &p);
		uint32_t child = child_of(b, node, symbol);

		if (!child)
			child = builder_child(b, node, symbol);
		if (!child)
			return false;
		node = child;
	}
	if (b->nodes[node].word != literal->pattern / 64 + 1) {
		b->nodes[node].word = literal->pattern / 64 + 1;
		b->nodes[node].count++;
	}
	*end = node;
	return true;
}

static void builder_free(struct builder *b)
{
	free(b->nodes);
	free(b->shallow);
	free(b->end);
	free(b->order);
}

/* Where the longest end of what led to the node's parent leads with the node's symbol. */
static uint32_t fall_of(const struct builder *b, uint32_t parent, uint32_t node)
{
	while (parent) {
		uint32_t to;

		parent = b->nodes[parent].fall;
		to = child_of(b, parent, b->nodes[node].symbol);
		if (to)
			return to;
	}
	return 0;
}

/* Breadth first: a shorter one is finished before a longer one. */
static void builder_link(struct builder *b)
{
	uint32_t head = 0, tail = 1;

	b->order[0] = 0;
	while (head < tail) {
		uint32_t parent = b->order[head++];

		for (uint32_t i = b->nodes[parent].child; i; i = b->nodes[i].sibling) {
			struct node *node = &b->nodes[i];
			const struct node *fall;

			node->fall = fall_of(b, parent, i);
			fall = &b->nodes[node->fall];
			node->also = fall->count ? node->fall : fall->also;
			node->other = fall->deep && fall->child ? node->fall : fall->other;
			b->order[tail++] = i;
		}
	}
}

static bool is_accepting(const struct node *node)
{
	return node->count || node->also;
}

/* The first of the node's symbols, and how many there are up to the last. */
static uint32_t row_of(const struct builder *b, const struct node *node, uint32_t *first)
{
	uint32_t lo = SYMBOL_MASK, hi = 0;

	for (uint32_t i = node->child; i; i = b->nodes[i].sibling) {
		uint32_t symbol = b->nodes[i].symbol;

		lo = symbol < lo ? symbol : lo;
		hi = symbol > hi ? symbol : hi;
	}
	*first = lo;
	return hi - lo + 1;
}

/* The cells that a node takes, from number at on; those behind it. */
static size_t place(struct builder *b, struct node *node, size_t at)
{
	uint32_t first;

	if (!node->deep && !is_accepting(node))
		return at;
	node->cell = (uint32_t)at;
	at += CELL_REPORT;
	if (is_accepting(node)) {
		node->report = (uint32_t)b->nreports;
		b->nreports += REPORT_WORDS + REPORT_WORD * node->count;
		at++;
	}
	if (!node->deep)
		return at;
	return at + (node->nchildren > FEW ? row_of(b, node, &first) : node->nchildren);
}

/*
 * Says where in the cells and the reports each state is. What is read one after the
 * other is beside each other: few lines of the cache have all of a word. False: too many.
 */
static bool builder_place(struct builder *b, size_t *cells)
{
	uint32_t *todo = b->order; /* no longer needed */
	size_t n = 0, at = 1;

	todo[n++] = 0;
	while (n > 0) {
		struct node *node = &b->nodes[todo[--n]];

		at = place(b, node, at);
		if (at >= WIDE || b->nreports >= WIDE)
			return false;
		for (uint32_t i = node->child; i; i = b->nodes[i].sibling)
			todo[n++] = i;
	}
	*cells = at;
	return true;
}

/* The ways of a deep node; what its first cell says of them. */
static uint32_t write_ways(const struct builder *b, const struct node *node, uint32_t *next)
{
	bool wide = node->nchildren > FEW;
	uint32_t first = 0, n = 0, symbols;

	/* SYMBOL_MASK is a symbol that there is none of. */
	symbols = wide ? WIDE | row_of(b, node, &first) << SYMBOL_BITS : NO_SYMBOLS;
	for (uint32_t i = node->child; i; i = b->nodes[i].sibling, n++) {
		uint32_t symbol = b->nodes[i].symbol;

		if (!wide)
			symbols ^= (symbol ^ SYMBOL_MASK) << (SYMBOL_BITS * n);
		next[wide ? symbol - first : n] = b->nodes[i].cell;
	}
	return symbols | first;
}

static void write_state(const struct builder *b, const struct node *node)
{
	uint32_t *cells = b->ac->cells + node->cell;
	bool accepting = is_accepting(node);

	cells[CELL_ELSE] = b->nodes[node->other].cell;
	if (accepting)
		cells[CELL_REPORT] = node->report;
	cells[CELL_SYMBOLS] = (node->deep ? write_ways(b, node, cells + CELL_REPORT + accepting)
					  : NO_SYMBOLS) |
			      (accepting ? ACCEPTING : 0);
}

/* Where it goes when only the last symbol counts. */
static void write_row(const struct builder *b, uint16_t last)
{
	uint32_t *row = b->ac->rows + (size_t)last * b->ac->alphabet.n;
	uint32_t node = child_of(b, 0, last);

	for (uint32_t i = b->nodes[0].child; i; i = b->nodes[i].sibling)
		row[b->nodes[i].symbol] = b->nodes[i].cell;
	for (uint32_t i = node ? b->nodes[node].child : 0; i; i = b->nodes[i].sibling)
		row[b->nodes[i].symbol] = b->nodes[i].cell;
}

static bool builder_cells(struct builder *b)
{
	struct ac *ac = b->ac;
	size_t n;

	if (!builder_place(b, &n))
		return false;
	ac->cells = calloc(n, sizeof(*ac->cells));
	ac->rows = calloc((size_t)ac->alphabet.n * ac->alphabet.n, sizeof(*ac->rows));
	if (!ac->cells || !ac->rows)
		return false;
	ac->nstates = b->n;
	for (uint32_t i = 0; i < b->n; i++)
		if (b->nodes[i].cell)
			write_state(b, &b->nodes[i]);
	for (uint16_t symbol = 0; symbol < ac->alphabet.n; symbol++)
		write_row(b, symbol);
	return true;
}

/* A pattern of a literal that ends there; patterns come as they came when words were counted. */
static void add_report(uint32_t *report, uint32_t pattern)
{
	uint32_t *word = report + REPORT_WORDS + REPORT_WORD * report[REPORT_N];
	uint32_t bit = pattern % 64;

	if (report[REPORT_N] > 0 && word[WORD_NUMBER - REPORT_WORD] == pattern / 64)
		word -= REPORT_WORD;
	else
		report[REPORT_N]++;
	word[WORD_NUMBER] = pattern / 64;
	word[bit < 32 ? WORD_LOW : WORD_HIGH] |= 1u << (bit % 32);
}

static bool builder_reports(struct builder *b, const struct ac_literal *literals, size_t n)
{
	uint32_t *reports = calloc(b->nreports, sizeof(*reports));

	if (!reports)
		return false;
	b->ac->reports = reports;
	for (uint32_t i = 0; i < b->n; i++)
		if (is_accepting(&b->nodes[i]))
			reports[b->nodes[i].report + REPORT_ALSO] =
				b->nodes[b->nodes[i].also].report;
	for (size_t i = 0; i < n; i++)
		add_report(reports + b->nodes[b->end[i]].report, literals[i].pattern);
	return true;
}

static bool build(struct builder *b, const struct ac_literal *literals, size_t n)
{
	size_t symbols = b->ac->alphabet.n;

	b->shallow = calloc((1 + symbols) * symbols, sizeof(*b->shallow));
	b->end = calloc(n + 1, sizeof(*b->end));
	if (!b->shallow || !b->end || !builder_grow(b))
		return false;
	b->nodes[b->n++] = (struct node){0};
	for (size_t i = 0; i < n; i++)
		if (!builder_add(b, &literals[i], &b->end[i]))
			return false;
	b->order = calloc(b->n, sizeof(*b->order));
	if (!b->order)
		return false;
	builder_link(b);
	return builder_cells(b) && builder_reports(b, literals, n);
}

struct ac *ac_new(const struct ac_literal *literals, size_t n)
{
	struct ac *ac = calloc(1, sizeof(*ac));
	struct builder b = {.ac = ac, .nreports = 1};

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
