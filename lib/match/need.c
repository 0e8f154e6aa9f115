#include "match/need.h"

#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "text/utf8.h"

/* A value in the text is as telling as so many letters. */
enum { VALUE_WEIGHT = 5, SECOND_WEIGHT = 3 };
/* Forms of a word that have fewer letters in common than this are looked for one by one. */
enum { PREFIX_MIN = 4 };

/* ---- runs and needs ------------------------------------------------------------------------ */

void run_start(struct run *r, bool bound)
{
	*r = (struct run){0};
	if (bound)
		run_add(r, SV(" "));
}

void run_add(struct run *r, struct etq_str text)
{
	for (size_t i = 0, n; i < text.n; i += n) {
		utf8_decode(text.p + i, &n);
		r->last = r->n;
		if (r->letters == LITERAL_MAX || r->n + n > sizeof(r->text))
			continue;
		memcpy(r->text + r->n, text.p + i, n);
		r->n += n;
		r->letters++;
	}
}

/* Russian text has few signs and digits, and even fewer masks: they tell more than a letter. */
static unsigned weight_of(const struct run *r)
{
	unsigned weight = 0;

	for (size_t i = 0, n; i < r->n; i += n) {
		uint32_t cp = utf8_decode(r->text + i, &n);

		if (cp >= '0' && cp <= '9')
			weight += 2;
		else if (cp < 'a' && cp != ' ')
			weight += 4;
		else
			weight += 1;
	}
	return weight;
}

static unsigned log2_of(size_t n)
{
	unsigned bits = 0;

	while (n >>= 1)
		bits++;
	return bits;
}

/* Long is good, many is bad. */
static unsigned score(const struct need *need)
{
	unsigned cost = log2_of(need->n + 1);

	if (need->weight == 0)
		return 0;
	return 2 * need->weight > cost ? 2 * need->weight - cost : 1;
}

void needs_add(struct needs *needs, const struct need *need)
{
	struct need add = *need;

	for (size_t i = 0; i < NEEDS; i++) {
		if (score(&add) > score(&needs->v[i])) {
			struct need worse = needs->v[i];

			needs->v[i] = add;
			add = worse;
		}
	}
}

void needs_finish(struct needs *needs)
{
	for (size_t i = 1; i < NEEDS; i++)
		if (needs->v[i].weight < SECOND_WEIGHT)
			needs->v[i] = (struct need){0};
}

bool run_end(struct arena *a, const struct run *r, struct needs *needs)
{
	struct need need = {.n = 1, .weight = weight_of(r)};
	struct etq_str *literal;

	if (r->n == 0 || (r->n == 1 && r->text[0] == ' ') ||
	    score(&need) <= score(&needs->v[NEEDS - 1]))
		return true;
	literal = arena_alloc(a, sizeof(*literal));
	if (!literal)
		return false;
	*literal = arena_dup(a, (struct etq_str){r->text, r->n});
	need.literals = literal;
	needs_add(needs, &need);
	return literal->p != NULL;
}

bool need_union(struct arena *a, struct need *all, const struct need *part, bool first)
{
	struct etq_str *v;

	if (first) {
		*all = *part;
		return true;
	}
	if (all->weight == 0 || part->weight == 0 || all->n + part->n > LITERALS_MAX) {
		*all = (struct need){0};
		return true;
	}
	v = arena_array(a, all->n + part->n, sizeof(*v));
	if (!v)
		return false;
	if (all->n > 0)
		memcpy(v, all->literals, all->n * sizeof(*v));
	if (part->n > 0)
		memcpy(v + all->n, part->literals, part->n * sizeof(*v));
	all->literals = v;
	all->n += part->n;
	all->values |= part->values;
	if (part->weight < all->weight)
		all->weight = part->weight;
	return true;
}

/* ---- phrases ------------------------------------------------------------------------------- */

struct seeker {
	struct arena *arena;
	bool capture;
};

static bool seek(const struct seeker *s, const struct node *node, struct needs *needs);

static struct etq_str common_prefix(struct etq_str a, struct etq_str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	while (n > 0 && n < a.n && ((unsigned char)a.p[n] & 0xc0) == 0x80)
		n--;
	return (struct etq_str){a.p, n};
}

/* How all forms of a word begin. Sorted: the first and the last differ most. */
static struct etq_str prefix_of(const struct forms *f)
{
	struct etq_str p;

	if (f->n == 0)
		return f->stem;
	p = common_prefix(f->words[0], f->words[f->n - 1]);
	return f->stem.p ? common_prefix(p, f->stem) : p;
}

/* Each form of a word that has little of a beginning in common. */
static bool seek_forms(const struct seeker *s, const struct forms *f, struct needs *needs)
{
	struct need all = {0};

	for (size_t i = 0; i < f->n + (f->stem.p != NULL); i++) {
		struct needs one = {0};
		struct run run;

		run_start(&run, true);
		run_add(&run, i < f->n ? f->words[i] : f->stem);
		if (i < f->n)
			run_add(&run, SV(" "));
		if (!run_end(s->arena, &run, &one) ||
		    !need_union(s->arena, &all, &one.v[0], i == 0))
			return false;
	}
	needs_add(needs, &all);
	return true;
}

static bool seek_word(const struct seeker *s, const struct node *node, struct run *run,
		      struct needs *needs)
{
	const struct forms *f = &node->word;
	struct etq_str prefix = prefix_of(f);
	bool whole = f->n == 0 && f->tail == TAIL_NONE && !node->any_ending;

	if (node->any_beginning) {
		if (!run_end(s->arena, run, needs))
			return false;
		run_start(run, node_is_any_word(node));
	}
	if (node_is_any_word(node))
		return true;
	run_add(run, prefix);
	if (whole) {
		run_add(run, SV(" "));
		return true;
	}
	if (f->n > 0 && utf8_count(prefix) < PREFIX_MIN && !seek_forms(s, f, needs))
		return false;
	if (!run_end(s->arena, run, needs))
		return false;
	run_start(run, true);
	return true;
}

static bool seek_sequence(const struct seeker *s, const struct node *node, struct needs *needs)
{
	struct run run;

	run_start(&run, true);
	for (const struct node *c = node->first; c; c = c->next) {
		struct needs inner = {0};

		if (c->kind == NODE_WORD) {
			if (!seek_word(s, c, &run, needs))
				return false;
			continue;
		}
		if (!run_end(s->arena, &run, needs) || !seek(s, c, &inner))
			return false;
		for (size_t i = 0; i < NEEDS; i++)
			needs_add(needs, &inner.v[i]);
		run_start(&run, true);
	}
	return run_end(s->arena, &run, needs);
}

static bool seek_choice(const struct seeker *s, const struct node *node, struct needs *needs)
{
	for (const struct node *c = node->first; c; c = c->next) {
		struct needs one = {0};

		if (!seek(s, c, &one) ||
		    !need_union(s->arena, &needs->v[0], &one.v[0], c == node->first))
			return false;
	}
	return true;
}

static bool seek(const struct seeker *s, const struct node *node, struct needs *needs)
{
	if (node->nullable)
		return true;
	if (node->kind == NODE_SEQUENCE)
		return seek_sequence(s, node, needs);
	if (node->kind == NODE_ALTERNATIVE)
		return seek_choice(s, node, needs);
	if (node->kind == NODE_VALUE && (!s->capture || node->value == VALUE_FIRST_NAME))
		needs->v[0] = (struct need){.values = 1u << node->value, .weight = VALUE_WEIGHT};
	return true;
}

bool needs_of_phrase(struct arena *a, const struct node *root, bool capture, struct needs *needs)
{
	struct seeker s = {.arena = a, .capture = capture};

	*needs = (struct needs){0};
	if (!seek(&s, root, needs))
		return false;
	needs_finish(needs);
	return true;
}

unsigned need_values(const struct node *node)
{
	unsigned values = node->kind == NODE_VALUE ? 1u << node->value : 0;
	unsigned all = ~0u;

	if (node->nullable)
		return 0;
	for (const struct node *c = node->first; c; c = c->next) {
		unsigned v = need_values(c);

		values |= v;
		all &= v;
	}
	return node->kind == NODE_ALTERNATIVE ? all : values;
}
