/* Lists of spellings: the words that may stand at one place of a phrase. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/eight.h"
#include "base/sv.h"
#include "base/table.h"
#include "match/program.h"

enum { JUMP_FROM = 4 };

struct text {
	struct etq_str text;
	enum ending ending;
};

/* Spellings of the list at hand, in an arena. */
struct texts {
	struct text *v;
	size_t n;
};

static void put(struct texts *t, struct etq_str text, enum ending ending)
{
	t->v[t->n++] = (struct text){text, ending};
}

static void put_word(struct texts *t, const struct node *word)
{
	static const enum ending endings[] = {[TAIL_NONE] = ENDING_NONE,
					      [TAIL_LATIN] = ENDING_LATIN,
					      [TAIL_CYRILLIC] = ENDING_CYRILLIC};
	const struct forms *f = &word->word;

	if (f->stem.p)
		put(t, f->stem, word->any_ending ? ENDING_ANY : endings[f->tail]);
	for (size_t i = 0; i < f->n; i++)
		put(t, f->words[i], ENDING_NONE);
}

/* By their letter; then so that equal ones are beside each other. */
static int compare(const void *pa, const void *pb)
{
	const struct text *a = pa;
	const struct text *b = pb;
	unsigned la = letter_of(a->text.p), lb = letter_of(b->text.p);
	size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;
	int order;

	if (la != lb)
		return la < lb ? -1 : 1;
	order = memcmp(a->text.p, b->text.p, n);
	if (order)
		return order;
	if (a->text.n != b->text.n)
		return a->text.n < b->text.n ? -1 : 1;
	return (a->ending > b->ending) - (a->ending < b->ending);
}

static bool collect(struct arena *a, const struct node *const *words, size_t n, struct texts *t)
{
	size_t cap = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		cap += words[i]->word.n + 1;
	*t = (struct texts){.v = arena_array(a, cap, sizeof(*t->v))};
	if (!t->v)
		return false;
	for (size_t i = 0; i < n; i++)
		put_word(t, words[i]);
	qsort(t->v, t->n, sizeof(*t->v), compare);
	for (size_t i = 0; i < t->n; i++)
		if (i == 0 || compare(&t->v[i], &t->v[kept - 1]) != 0)
			t->v[kept++] = t->v[i];
	t->n = kept;
	return true;
}

static bool grow(struct program *p, size_t n)
{
	size_t cap = 2 * p->spellings_cap + n + 256;
	struct spelling *v;

	if (p->nspellings + n <= p->spellings_cap)
		return true;
	v = cap < NO_STEP ? realloc(p->spellings, cap * sizeof(*v)) : NULL;
	if (!v)
		return false;
	p->spellings = v;
	p->spellings_cap = cap;
	return true;
}

/* Where n bytes stand in the letters; NO_STEP when out of memory. */
static uint32_t add_letters(struct program *p, const char *text, size_t n)
{
	size_t at = p->nletters;

	if (at + n > p->letters_cap) {
		size_t cap = 2 * p->letters_cap + n + 1024;
		char *v = cap < NO_STEP ? realloc(p->letters, cap) : NULL;

		if (!v)
			return NO_STEP;
		p->letters = v;
		p->letters_cap = cap;
	}
	memcpy(p->letters + at, text, n);
	p->nletters += n;
	return (uint32_t)at;
}

static bool keep(struct program *p, const struct text *text, struct spelling *s)
{
	size_t n = text->text.n < KEY_BYTES ? text->text.n : KEY_BYTES;

	*s = (struct spelling){.key = eight_some(text->text.p, n),
			       .len = (uint16_t)text->text.n,
			       .ending = (uint8_t)text->ending,
			       .unused = (uint8_t)(8 * (KEY_BYTES - n))};
	if (text->text.n > KEY_BYTES)
		s->rest = add_letters(p, text->text.p + KEY_BYTES, text->text.n - KEY_BYTES);
	return s->rest != NO_STEP;
}

/* Where the spellings of each letter begin, and where the last end. */
static void make_jumps(struct program *p, const struct texts *t, const struct spelling_list *list)
{
	uint32_t *jump = p->numbers + list->jumps;
	unsigned last = LETTERS;

	for (size_t i = 0; i < t->n; i++) {
		unsigned letter = letter_of(t->v[i].text.p);

		if (letter != last)
			*jump++ = list->at + (uint32_t)i;
		last = letter;
	}
	*jump = list->at + (uint32_t)t->n;
}

static bool add(struct program *p, const struct texts *t, struct spelling_list *list)
{
	*list = (struct spelling_list){(uint32_t)p->nspellings, (uint32_t)t->n, NO_JUMPS, 0};
	if (!grow(p, t->n))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (!keep(p, &t->v[i], &p->spellings[p->nspellings + i]))
			return false;
		list->first |= 1ull << letter_of(t->v[i].text.p);
	}
	p->nspellings += t->n;
	if (t->n < JUMP_FROM)
		return true;
	list->jumps = program_numbers(p, (size_t)__builtin_popcountll(list->first) + 1);
	if (list->jumps == NO_JUMPS)
		return false;
	make_jumps(p, t, list);
	return true;
}

/* What tells a list from others, in an arena; p is NULL when out of memory. */
static struct etq_str name_of(struct arena *a, const struct texts *t)
{
	size_t n = 0;
	char *p, *to;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].text.n + 1;
	p = to = arena_alloc(a, n);
	for (size_t i = 0; p && i < t->n; i++) {
		memcpy(to, t->v[i].text.p, t->v[i].text.n);
		to += t->v[i].text.n;
		*to++ = (char)(1 + t->v[i].ending); /* no byte of a word */
	}
	return (struct etq_str){p, p ? n : 0};
}

bool spellings_add(struct program *p, struct arena *a, const struct node *const *words, size_t n,
		   struct spelling_list *list)
{
	struct spelling_list *kept;
	struct etq_str name;
	struct texts t;

	if (!collect(a, words, n, &t))
		return false;
	name = name_of(a, &t);
	if (!name.p)
		return false;
	kept = table_get(p->lists, name);
	if (kept) {
		*list = *kept;
		return true;
	}
	kept = arena_alloc(p->arena, sizeof(*kept));
	name = arena_dup(p->arena, name);
	if (!kept || !name.p || !add(p, &t, kept) || !table_put(p->lists, name, kept))
		return false;
	*list = *kept;
	return true;
}
