#include "match/firstnames.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "text/fold.h"

struct entry {
	struct etq_str word; /* folded */
	uint16_t group;
};

struct group {
	struct group *next;
	struct value *v;
	const struct etq_str *words; /* folded */
	size_t n;
};

/* Most words are no names, which one bit tells: of what is cheap to take from a word. */
enum { SIEVE_LOG = 15, SIEVE_BITS = 1 << SIEVE_LOG };

struct first_names {
	struct arena *arena;
	uint64_t sieve[SIEVE_BITS / 64];
	struct group *first, **tail;
	size_t ngroups, nwords;
	const struct group **groups; /* once sealed */
	struct entry *entries;       /* by word */
};

struct first_names *first_names_new(struct arena *a)
{
	struct first_names *names = arena_alloc(a, sizeof(*names));

	if (!names)
		return NULL;
	names->arena = a;
	names->tail = &names->first;
	return names;
}

/* The folded word of a name of one word, in the arena; p is NULL when it is none. */
static struct etq_str folded_word(struct arena *a, struct etq_str name)
{
	struct fold f = {0};
	struct etq_str word = SV_NONE;

	if (fold_text(&f, name) && f.nwords == 1)
		word = arena_dup(a, (struct etq_str){f.text + f.words[0].off, f.words[0].len});
	fold_free(&f);
	return word;
}

bool first_names_add(struct first_names *names, const struct etq_str *group, size_t n)
{
	struct group *g = arena_alloc(names->arena, sizeof(*g));
	struct etq_str *words = arena_array(names->arena, n, sizeof(*words));

	if (!g || !words)
		return false;
	g->v = arena_array(names->arena, n, sizeof(*g->v));
	if (!g->v)
		return false;
	for (size_t i = 0; i < n; i++) {
		words[i] = folded_word(names->arena, group[i]);
		if (!words[i].p)
			return false;
		value_make(&g->v[i], VALUE_FIRST_NAME, group[i]);
	}
	g->words = words;
	g->n = n;
	*names->tail = g;
	names->tail = &g->next;
	names->ngroups++;
	names->nwords += n;
	return true;
}

static int compare(struct etq_str a, struct etq_str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_word(const void *pa, const void *pb)
{
	const struct entry *a = pa;
	const struct entry *b = pb;
	int order = compare(a->word, b->word);

	return order ? order : (a->group > b->group) - (a->group < b->group);
}

static inline size_t sieve_place(struct etq_str word)
{
	uint64_t first = 0, last = 0;

	if (word.n < sizeof(first)) {
		memcpy(&first, word.p, word.n);
	} else {
		memcpy(&first, word.p, sizeof(first));
		memcpy(&last, word.p + word.n - sizeof(last), sizeof(last));
	}
	first = (first ^ word.n) * 0x9e3779b97f4a7c15ull ^ last;
	return first * 0xbf58476d1ce4e5b9ull >> (64 - SIEVE_LOG);
}

bool first_names_seal(struct first_names *names)
{
	struct entry *e = arena_array(names->arena, names->nwords + 1, sizeof(*e));
	uint16_t number = 0;

	names->groups = arena_array(names->arena, names->ngroups + 1, sizeof(struct group *));
	if (!e || !names->groups)
		return false;
	names->entries = e;
	for (const struct group *g = names->first; g; g = g->next, number++) {
		names->groups[number] = g;
		for (size_t i = 0; i < g->n; i++) {
			size_t place = sieve_place(g->words[i]);

			names->sieve[place / 64] |= 1ull << (place % 64);
			*e++ = (struct entry){g->words[i], number};
		}
	}
	qsort(names->entries, names->nwords, sizeof(*names->entries), by_word);
	return true;
}

/* The first entry of the word; nwords when it is not listed. */
static size_t find(const struct first_names *names, struct etq_str word)
{
	size_t lo = 0, hi = names->nwords;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(names->entries[mid].word, word) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < names->nwords && sv_eq(names->entries[lo].word, word) ? lo : names->nwords;
}

bool first_names_has(const struct first_names *names, struct etq_str word)
{
	size_t place = sieve_place(word);

	return names && (names->sieve[place / 64] >> (place % 64) & 1) &&
	       find(names, word) < names->nwords;
}

/* Appends the groups that the word is in. */
static size_t add_groups(const struct first_names *names, struct etq_str word,
			 uint16_t groups[NAME_GROUPS_OF], size_t n)
{
	for (size_t k = find(names, word);
	     k < names->nwords && sv_eq(names->entries[k].word, word) && n < NAME_GROUPS_OF; k++)
		groups[n++] = names->entries[k].group;
	return n;
}

struct value_span first_names_group(const struct first_names *names, uint16_t number)
{
	return (struct value_span){names->groups[number]->v, names->groups[number]->n};
}

size_t first_names_like(const struct first_names *names, struct etq_str text,
			uint16_t groups[NAME_GROUPS_OF])
{
	/* Big enough for the longest metadata: folding then needs no memory of its own. */
	char folded[3 * ETQ_MAX_META + 16];
	struct fold_word words[ETQ_MAX_META / 2 + 2];
	struct fold f = {.text = folded,
			 .cap = sizeof(folded),
			 .words = words,
			 .words_cap = sizeof(words) / sizeof(*words)};
	size_t n = 0;

	if (!names || text.n > ETQ_MAX_META || !fold_text(&f, text))
		return 0;
	for (size_t i = 0; i < f.nwords; i++)
		n = add_groups(names, (struct etq_str){f.text + f.words[i].off, f.words[i].len},
			       groups, n);
	return n;
}
