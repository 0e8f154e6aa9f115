#include "match/forms.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "base/table.h"
#include "match/paradigms.h"
#include "text/utf8.h"

enum { FORMS_MAX = 160, FORM_BYTES_MAX = 64, CACHE_MAX = 16 * 1024 * 1024 };

/* The lists of short words that were met before: a pack has the same ones over and over. */
struct stemmer {
	struct sb_stemmer *russian, *english;
	struct table *cache;  /* word → struct cached */
	struct table *rigid;  /* word → rigid_words' row */
	struct table *others; /* irregular form → its row */
	struct arena *arena;
};

struct cached {
	struct forms forms;
};

/* A list in the making. */
struct list {
	struct arena *arena;
	struct etq_str v[FORMS_MAX];
	size_t n;
	bool failed;
};

/* The next of the space-separated words of *row, or an absent view at the end. */
static struct etq_str next_word(const char **row)
{
	const char *p = *row;
	size_t n = strcspn(p, " ");

	*row = p[n] ? p + n + 1 : p + n;
	return n > 0 ? (struct etq_str){p, n} : SV_NONE;
}

static bool add_rows(struct table *t, const char *const *rows)
{
	for (; *rows; rows++) {
		const char *row = *rows;
		struct etq_str word;
		union {
			const char *const *in;
			void *out;
		} value = {.in = rows};

		while ((word = next_word(&row)).p)
			if (!table_get(t, word) && !table_put(t, word, value.out))
				return false;
	}
	return true;
}

struct stemmer *stemmer_new(void)
{
	struct stemmer *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->russian = sb_stemmer_new("russian", "UTF_8");
	s->english = sb_stemmer_new("english", "UTF_8");
	s->cache = table_new(0);
	s->rigid = table_new(0);
	s->others = table_new(0);
	s->arena = arena_new(CACHE_MAX);
	if (!s->russian || !s->english || !s->cache || !s->rigid || !s->others || !s->arena ||
	    !add_rows(s->rigid, rigid_words) || !add_rows(s->others, irregular_words)) {
		stemmer_free(s);
		return NULL;
	}
	return s;
}

void stemmer_free(struct stemmer *s)
{
	if (!s)
		return;
	if (s->russian)
		sb_stemmer_delete(s->russian);
	if (s->english)
		sb_stemmer_delete(s->english);
	table_free(s->cache);
	table_free(s->rigid);
	table_free(s->others);
	arena_free(s->arena);
	free(s);
}

/* ---- letters ------------------------------------------------------------------------------- */

enum tail tail_of(struct etq_str word)
{
	size_t latin = 0, cyrillic = 0, n;

	for (size_t i = 0; i < word.n; i += n) {
		uint32_t cp = utf8_decode(word.p + i, &n);

		latin += cp >= 'a' && cp <= 'z';
		cyrillic += cp >= 0x430 && cp <= 0x44f;
	}
	if (latin == word.n)
		return TAIL_LATIN;
	return 2 * cyrillic == word.n ? TAIL_CYRILLIC : TAIL_NONE;
}

/* Both for Cyrillic letters, two bytes each. */
static bool is_vowel(const char *p)
{
	static const char vowels[] = "аеиоуыэюя";

	for (size_t i = 0; i + 1 < sizeof(vowels); i += 2)
		if (memcmp(p, vowels + i, 2) == 0)
			return true;
	return false;
}

static bool has_vowel(struct etq_str word)
{
	for (size_t i = 0; i < word.n; i += 2)
		if (is_vowel(word.p + i))
			return true;
	return false;
}

/* ---- lists --------------------------------------------------------------------------------- */

static void list_add(struct list *l, struct etq_str root, struct etq_str ending)
{
	char joined[FORM_BYTES_MAX];
	struct etq_str word = {joined, root.n + ending.n};

	if (l->failed || l->n == FORMS_MAX || word.n > sizeof(joined))
		return;
	memcpy(joined, root.p, root.n);
	if (ending.n > 0)
		memcpy(joined + root.n, ending.p, ending.n);
	for (size_t i = 0; i < l->n; i++)
		if (sv_eq(l->v[i], word))
			return;
	for (const char *const *f = false_forms; *f && l->n > 0; f++)
		if (sv_eq(sv_of(*f), word))
			return;
	word = arena_dup(l->arena, word);
	if (word.p)
		l->v[l->n++] = word;
	else
		l->failed = true;
}

static void list_add_row(struct list *l, const char *row)
{
	struct etq_str word;

	while ((word = next_word(&row)).p)
		list_add(l, word, SV_NONE);
}

static int compare(const void *a, const void *b)
{
	const struct etq_str *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	if (c != 0)
		return c;
	return x->n < y->n ? -1 : x->n > y->n;
}

/* The list into forms, sorted, in the arena. */
static bool list_take(struct list *l, struct forms *forms)
{
	struct etq_str *v;

	if (l->failed)
		return false;
	v = arena_array(l->arena, l->n, sizeof(*v));
	if (!v)
		return false;
	memcpy(v, l->v, l->n * sizeof(*v));
	qsort(v, l->n, sizeof(*v), compare);
	forms->words = v;
	forms->n = l->n;
	return true;
}

/* ---- Russian ------------------------------------------------------------------------------- */

static bool root_fits(const struct paradigm *p, struct etq_str root)
{
	if (root.n / 2 < p->letters)
		return false;
	switch ((enum root)p->root) {
	case ROOT_CONSONANT:
		return !is_vowel(root.p + root.n - 2) && !sv_ends(root, SV("ь")) &&
		       !sv_ends(root, SV("й"));
	case ROOT_VOWEL:
		return is_vowel(root.p + root.n - 2);
	case ROOT_VOWELLESS:
		return !has_vowel(root);
	case ROOT_ANY:
		break;
	}
	return true;
}

/* The longest of its own endings that the word has decides what its root is. */
static void apply(struct list *l, const struct paradigm *p, struct etq_str word)
{
	const char *own = p->own, *forms = p->forms;
	struct etq_str e, root = {word.p, word.n + 1};

	while ((e = next_word(&own)).p) {
		struct etq_str r = {word.p, word.n - (sv_eq(e, SV("-")) ? 0 : e.n)};

		if ((r.n == word.n || sv_ends(word, e)) && e.n < word.n && r.n < root.n &&
		    root_fits(p, r))
			root = r;
	}
	if (root.n > word.n)
		return;
	while ((e = next_word(&forms)).p)
		list_add(l, root, sv_eq(e, SV("-")) ? SV_NONE : e);
}

/* «звонок», «конец»: the vowel goes in all other forms. */
static void apply_fleeting(struct list *l, struct etq_str word)
{
	static const char *const ends[] = {"ок", "ек", "ец", NULL};
	static const char forms[] = "а у ом ем е и ы ов ам ами ах";

	for (const char *const *end = ends; *end; end++) {
		struct etq_str e = sv_of(*end);
		char root[FORM_BYTES_MAX];
		size_t n = word.n - e.n;
		const char *f = forms;
		struct etq_str form;

		if (!sv_ends(word, e) || n < 4 || n + 2 > sizeof(root) || is_vowel(word.p + n - 2))
			continue;
		memcpy(root, word.p, n);
		memcpy(root + n, e.p + 2, 2);
		while ((form = next_word(&f)).p)
			list_add(l, (struct etq_str){root, n + 2}, form);
	}
}

/* Snowball's stem, with less of a verb's: «подождать» → «подожд», «извиняюсь» → «извин». */
static struct etq_str russian_stem(struct stemmer *s, struct etq_str word)
{
	static const char *const infinitives[] = {"ать", "ять", "еть", "ить", NULL};
	const sb_symbol *stem = sb_stemmer_stem(s->russian, (const sb_symbol *)word.p, (int)word.n);
	struct etq_str r = {word.p, stem ? (size_t)sb_stemmer_length(s->russian) : word.n};

	/* It takes endings off and changes nothing; should that ever not be so, the word stays whole. */
	if (!stem || r.n > word.n || memcmp(stem, word.p, r.n) != 0)
		r.n = word.n;
	for (const char *const *i = infinitives; *i; i++) {
		struct etq_str end = sv_of(*i);

		if (sv_ends(word, end) && word.n - end.n >= 2 * STEM_LONG && word.n - end.n < r.n)
			r.n = word.n - end.n;
	}
	if (r.n > 2 * STEM_LONG && is_vowel(r.p + r.n - 2))
		r.n -= 2;
	return r;
}

static bool russian_forms(struct stemmer *s, struct etq_str word, struct forms *forms)
{
	const char *const *row = table_get(s->others, word);
	struct list l = {.arena = s->arena};
	struct etq_str stem;

	if (table_get(s->rigid, word)) {
		forms->stem = arena_dup(s->arena, word);
		return forms->stem.p != NULL;
	}
	stem = russian_stem(s, word);
	if (row) {
		list_add_row(&l, *row);
		return list_take(&l, forms);
	}
	if (stem.n >= 2 * STEM_LONG) {
		forms->stem = arena_dup(s->arena, stem);
		forms->tail = TAIL_CYRILLIC;
		apply_fleeting(&l, word);
		return forms->stem.p && (l.n == 0 || list_take(&l, forms));
	}
	list_add(&l, word, SV_NONE);
	for (const struct paradigm *p = paradigms; p->own; p++)
		apply(&l, p, word);
	apply_fleeting(&l, word);
	return list_take(&l, forms);
}

/* ---- English ------------------------------------------------------------------------------- */

static bool english_stems_to(struct stemmer *s, struct etq_str root, const char *ending,
			     struct etq_str stem)
{
	char word[FORM_BYTES_MAX];
	size_t n = strlen(ending);
	const sb_symbol *got;

	if (root.n + n > sizeof(word))
		return false;
	memcpy(word, root.p, root.n);
	memcpy(word + root.n, ending, n);
	got = sb_stemmer_stem(s->english, (const sb_symbol *)word, (int)(root.n + n));
	return got && sv_eq(stem, (struct etq_str){(const char *)got,
						   (size_t)sb_stemmer_length(s->english)});
}

static bool english_forms(struct stemmer *s, struct etq_str word, struct forms *forms)
{
	const sb_symbol *got = sb_stemmer_stem(s->english, (const sb_symbol *)word.p, (int)word.n);
	struct list l = {.arena = s->arena};
	struct etq_str stem, root = {word.p, 0};

	if (!got)
		return false;
	stem = arena_dup(s->arena, (struct etq_str){(const char *)got,
						    (size_t)sb_stemmer_length(s->english)});
	if (!stem.p)
		return false;
	while (root.n < stem.n && root.n < word.n && word.p[root.n] == stem.p[root.n])
		root.n++;
	if (root.n >= STEM_LONG) {
		stem.n = root.n;
		forms->stem = stem;
		forms->tail = TAIL_LATIN;
		return true;
	}
	list_add(&l, word, SV_NONE);
	for (const char *const *e = english_endings; *e; e++)
		if (english_stems_to(s, root, *e, stem))
			list_add(&l, root, sv_of(*e));
	return list_take(&l, forms);
}

/* -------------------------------------------------------------------------------------------- */

static struct cached *make(struct stemmer *s, struct etq_str word, enum tail alphabet)
{
	struct etq_str key = arena_dup(s->arena, word);
	struct cached *c = arena_alloc(s->arena, sizeof(*c));
	bool ok;

	if (!key.p || !c)
		return NULL;
	ok = alphabet == TAIL_LATIN ? english_forms(s, key, &c->forms)
				    : russian_forms(s, key, &c->forms);
	return ok && table_put(s->cache, key, c) ? c : NULL;
}

bool forms_of(struct stemmer *s, struct arena *a, struct etq_str word, struct forms *forms)
{
	enum tail alphabet = tail_of(word);
	struct cached *c;

	*forms = (struct forms){0};
	if (alphabet == TAIL_NONE || utf8_count(word) < WORD_FORMS_MIN) {
		forms->stem = arena_dup(a, word);
		return forms->stem.p != NULL;
	}
	c = table_get(s->cache, word);
	if (!c)
		c = make(s, word, alphabet);
	if (c)
		*forms = c->forms;
	return c != NULL;
}
