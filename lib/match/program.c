#include "match/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/table.h"

enum { LISTS_MAX = 256 * 1024 * 1024, JUMPS_SHORT = 48, JUMP_FROM = 6, JUMPS_MAX = 2048 };

/* A phrase in the making. */
struct maker {
	struct program *p;
	struct arena *arena;
	bool capture;
	bool too_deep;
};

static uint32_t make(struct maker *m, const struct node *node, uint32_t next);

bool program_init(struct program *p)
{
	*p = (struct program){.arena = arena_new(LISTS_MAX), .lists = table_new(0)};
	return p->arena && p->lists;
}

void program_seal(struct program *p)
{
	table_free(p->lists);
	arena_free(p->arena);
	p->lists = NULL;
	p->arena = NULL;
}

void program_free(struct program *p)
{
	program_seal(p);
	free(p->steps);
	free(p->spellings);
	free(p->numbers);
	free(p->letters);
	*p = (struct program){0};
}

/* ---- steps --------------------------------------------------------------------------------- */

static uint16_t deeper(const struct maker *m, uint32_t step, unsigned by)
{
	return (uint16_t)(m->p->steps[step].depth + by);
}

/* Steps that it needs are there already: they come behind it. */
static uint32_t add(struct maker *m, const struct step *step)
{
	struct program *p = m->p;

	if (step->depth > PHRASE_CHOICES_MAX) {
		m->too_deep = true;
		return NO_STEP;
	}
	if (p->nsteps == p->steps_cap) {
		size_t cap = p->steps_cap ? p->steps_cap * 2 : 256;
		struct step *v = cap < NO_STEP ? realloc(p->steps, cap * sizeof(*v)) : NULL;

		if (!v)
			return NO_STEP;
		p->steps = v;
		p->steps_cap = cap;
	}
	p->steps[p->nsteps] = *step;
	return (uint32_t)p->nsteps++;
}

uint32_t program_numbers(struct program *p, size_t n)
{
	size_t at = p->nnumbers;

	if (at + n > p->numbers_cap) {
		size_t cap = 2 * p->numbers_cap + n + 256;
		uint32_t *v = cap < NO_JUMPS ? realloc(p->numbers, cap * sizeof(*v)) : NULL;

		if (!v)
			return NO_JUMPS;
		p->numbers = v;
		p->numbers_cap = cap;
	}
	p->nnumbers += n;
	return (uint32_t)at;
}

static uint32_t make_mark(struct maker *m, enum step_kind kind, uint32_t next)
{
	struct step step = {.kind = (uint8_t)kind, .next = next, .first = UINT64_MAX};

	if (next == NO_STEP)
		return NO_STEP;
	step.depth = deeper(m, next, 0);
	if (kind == STEP_START)
		step.first = m->p->steps[next].first;
	return add(m, &step);
}

static uint32_t make_gap(struct maker *m, unsigned least, unsigned most, uint32_t next)
{
	struct step step = {.kind = STEP_GAP,
			    .least = (uint8_t)least,
			    .most = (uint8_t)most,
			    .next = next,
			    .first = UINT64_MAX};

	if (next == NO_STEP)
		return NO_STEP;
	step.depth = deeper(m, next, 1);
	return add(m, &step);
}

static uint32_t make_value(struct maker *m, enum value_name value, uint32_t next)
{
	struct step step = {.kind = STEP_VALUE,
			    .value = (uint8_t)value,
			    .capture = m->capture,
			    .next = next,
			    .first = UINT64_MAX};

	if (next == NO_STEP)
		return NO_STEP;
	step.depth = deeper(m, next, 1);
	return add(m, &step);
}

/* What may be left out: inner, which is node and then next, or next at once. */
static uint32_t add_option(struct maker *m, const struct node *node, uint32_t inner, uint32_t next)
{
	struct step step = {.kind = STEP_OPTION, .at = inner, .next = next};

	if (node->kind == NODE_GAP)
		return make_gap(m, 0, node->gap, next);
	if (inner == NO_STEP || next == NO_STEP)
		return NO_STEP;
	step.first = m->p->steps[inner].first | m->p->steps[next].first;
	step.depth = deeper(m, next, 0);
	if (deeper(m, inner, 1) > step.depth)
		step.depth = deeper(m, inner, 1);
	return add(m, &step);
}

/* Words that are all written with a * before them, or none of them. */
static uint32_t make_words(struct maker *m, const struct node *const *words, size_t n,
			   uint32_t next)
{
	bool endings = words[0]->any_beginning;
	struct step step = {.kind = endings ? STEP_ENDINGS : STEP_WORDS, .next = next};
	struct spelling_list list;

	if (next == NO_STEP || !spellings_add(m->p, m->arena, words, n, &list))
		return NO_STEP;
	step.at = list.at;
	step.n = list.n;
	step.jumps = endings ? NO_JUMPS : list.jumps;
	step.first = endings ? UINT64_MAX : list.first;
	step.depth = deeper(m, next, 0);
	return add(m, &step);
}

/* ---- choices ------------------------------------------------------------------------------- */

/*
 * For each letter the branches that may begin with it, in order; none where that would be too much
 * for what it spares. False: out of memory.
 */
static bool make_jumps(struct maker *m, const uint32_t *branches, struct step *step)
{
	struct program *p = m->p;
	unsigned letters = (unsigned)__builtin_popcountll(step->first);
	size_t sum = letters + 1;
	uint32_t *jump, *to;

	step->jumps = NO_JUMPS;
	for (size_t i = 0; i < step->n; i++)
		sum += (size_t)__builtin_popcountll(p->steps[branches[i]].first);
	if (sum > (step->n < JUMP_FROM ? JUMPS_SHORT : JUMPS_MAX))
		return true;
	step->jumps = program_numbers(p, sum);
	if (step->jumps == NO_JUMPS)
		return false;
	jump = p->numbers + step->jumps;
	to = jump + letters + 1;
	for (uint64_t left = step->first; left; left &= left - 1) {
		*jump++ = (uint32_t)(to - p->numbers);
		for (size_t i = 0; i < step->n; i++)
			if (p->steps[branches[i]].first & left & -left)
				*to++ = branches[i];
	}
	*jump = (uint32_t)(to - p->numbers);
	return true;
}

static uint32_t add_choice(struct maker *m, const uint32_t *branches, size_t n)
{
	struct step step = {.kind = STEP_CHOICE, .n = (uint32_t)n, .next = NO_STEP};

	if (n == 1)
		return branches[0];
	for (size_t i = 0; i < n; i++) {
		step.first |= m->p->steps[branches[i]].first;
		if (deeper(m, branches[i], 1) > step.depth)
			step.depth = deeper(m, branches[i], 1);
	}
	if (!make_jumps(m, branches, &step))
		return NO_STEP;
	if (step.jumps == NO_JUMPS) {
		step.at = program_numbers(m->p, n);
		if (step.at == NO_JUMPS)
			return NO_STEP;
		memcpy(m->p->numbers + step.at, branches, n * sizeof(*branches));
	}
	return add(m, &step);
}

struct nodes {
	const struct node **v;
	size_t n, cap;
};

static bool nodes_add(struct maker *m, struct nodes *list, const struct node *node)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		const struct node **v = arena_array(m->arena, cap, sizeof(*v));

		if (!v)
			return false;
		if (list->n > 0)
			memcpy(v, list->v, list->n * sizeof(*v));
		list->v = v;
		list->cap = cap;
	}
	list->v[list->n++] = node;
	return true;
}

/* What a node is when it is not left out, without what is around it for grammar alone. */
static const struct node *bare(const struct node *node)
{
	while (node->kind == NODE_OPTION ||
	       (node->kind == NODE_SEQUENCE && !node->start && !node->end && !node->first->next))
		node = node->first;
	return node;
}

/* Alternatives within an alternative are alternatives beside it. */
static bool flatten(struct maker *m, const struct node *choice, struct nodes *list)
{
	for (const struct node *c = choice->first; c; c = c->next) {
		const struct node *node = bare(c);
		bool ok = node->kind == NODE_ALTERNATIVE ? flatten(m, node, list)
							 : nodes_add(m, list, node);

		if (!ok)
			return false;
	}
	return true;
}

static bool has_letters(const struct node *node)
{
	return node->kind == NODE_WORD && !node_is_any_word(node);
}

/* Can they be one step? */
static bool alike(const struct node *a, const struct node *b)
{
	return has_letters(a) && has_letters(b) && a->any_beginning == b->any_beginning;
}

/* Single words in a row are one branch. */
static uint32_t make_choice(struct maker *m, const struct node *choice, uint32_t next)
{
	struct nodes list = {0};
	uint32_t *branches;
	size_t n = 0;

	if (!flatten(m, choice, &list))
		return NO_STEP;
	branches = arena_array(m->arena, list.n, sizeof(*branches));
	if (!branches)
		return NO_STEP;
	for (size_t i = 0, to; i < list.n; i = to, n++) {
		to = i + 1;
		while (to < list.n && alike(list.v[i], list.v[to]))
			to++;
		branches[n] = has_letters(list.v[i]) ? make_words(m, list.v + i, to - i, next)
						     : make(m, list.v[i], next);
		if (branches[n] == NO_STEP)
			return NO_STEP;
	}
	return add_choice(m, branches, n);
}

/* ---- sequences ----------------------------------------------------------------------------- */

static uint32_t make_all(struct maker *m, const struct nodes *children, uint32_t next)
{
	for (size_t i = children->n; i-- > 0 && next != NO_STEP;) {
		uint32_t inner = make(m, children->v[i], next);

		next = children->v[i]->nullable ? add_option(m, children->v[i], inner, next)
						: inner;
	}
	return next;
}

/* Something of it is said: any of its children is the first that is. */
static uint32_t make_some(struct maker *m, const struct nodes *children, uint32_t next)
{
	uint32_t *branches = arena_array(m->arena, children->n, sizeof(*branches));

	if (!branches)
		return NO_STEP;
	for (size_t i = children->n; i-- > 0;) {
		branches[i] = make(m, children->v[i], next);
		if (branches[i] == NO_STEP)
			return NO_STEP;
		next = add_option(m, children->v[i], branches[i], next);
	}
	return add_choice(m, branches, children->n);
}

static uint32_t make_sequence(struct maker *m, const struct node *node, uint32_t next)
{
	struct nodes children = {0};

	for (const struct node *c = node->first; c; c = c->next)
		if (!nodes_add(m, &children, c))
			return NO_STEP;
	if (node->end)
		next = make_mark(m, STEP_END, next);
	if (next != NO_STEP)
		next = node->nullable ? make_some(m, &children, next)
				      : make_all(m, &children, next);
	return node->start ? make_mark(m, STEP_START, next) : next;
}

/* What a node is when it is not left out; then next. NO_STEP: it is too deep, or out of memory. */
static uint32_t make(struct maker *m, const struct node *node, uint32_t next)
{
	if (next == NO_STEP)
		return NO_STEP;
	switch (node->kind) {
	case NODE_SEQUENCE:
		return make_sequence(m, node, next);
	case NODE_ALTERNATIVE:
		return make_choice(m, node, next);
	case NODE_OPTION:
		return make(m, node->first, next);
	case NODE_WORD:
		return has_letters(node) ? make_words(m, &node, 1, next)
					 : make_mark(m, STEP_ANY, next);
	case NODE_GAP:
		return make_gap(m, 1, node->gap, next);
	case NODE_VALUE:
		return make_value(m, node->value, next);
	}
	return NO_STEP;
}

enum program_result program_add(struct program *p, struct arena *a, const struct node *root,
				bool capture, uint32_t *first)
{
	struct maker m = {.p = p, .arena = a, .capture = capture};
	struct step done = {.kind = STEP_DONE, .next = NO_STEP, .first = UINT64_MAX};
	size_t nsteps = p->nsteps;

	*first = make(&m, root, add(&m, &done));
	if (*first != NO_STEP)
		return PROGRAM_OK;
	p->nsteps = nsteps;
	return m.too_deep ? PROGRAM_TOO_DEEP : PROGRAM_NO_MEMORY;
}
