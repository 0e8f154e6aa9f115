#include "match/loose.h"

#include "match/matcher.h"
#include "text/utf8.h"

enum { LOOSE_MIN = 5, LOOSE_MAX = 40 }; /* letters of a name that may be misheard */

/* Letters of a name, or of words one after the other without what parts them. */
struct letters {
	uint32_t v[LOOSE_MAX + 1]; /* one more than is looked at: it is too long then */
	size_t n;
};

static void letters_add(struct letters *l, struct etq_str word)
{
	size_t n;

	for (size_t i = 0; i < word.n && l->n <= LOOSE_MAX; i += n)
		l->v[l->n++] = utf8_decode(word.p + i, &n);
}

/* How many letters of a stem recognition may have got wrong. */
static size_t letters_allowed(size_t n)
{
	return n < 8 ? 1 : n < 12 ? 2 : 3;
}

/*
 * Levenshtein's distance of a stem from b without up to so many letters at its end; of no use beyond
 * that it is more when it is more than most: what is further from the diagonal is not looked at.
 */
enum { LOOSE_ENDING = 2, FAR = 2 * LOOSE_MAX + 1 };

static size_t letters_distance(const struct letters *a, const struct letters *b, size_t most)
{
	size_t row[LOOSE_MAX + 1];

	if (a->n > b->n + most)
		return FAR;
	for (size_t k = 0; k <= b->n; k++)
		row[k] = k <= most ? k : FAR;
	for (size_t i = 1; i <= a->n; i++) {
		size_t from = i > most ? i - most : 1, to = i + most < b->n ? i + most : b->n;
		size_t corner = row[from - 1], least = row[from - 1] = i <= most ? i : FAR;

		for (size_t k = from; k <= to; k++) {
			size_t best = corner + (a->v[i - 1] != b->v[k - 1]);

			corner = row[k];
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			if (corner + 1 < best)
				best = corner + 1;
			row[k] = best;
			least = best < least ? best : least;
		}
		if (least > most)
			return least;
	}
	size_t least = row[b->n];

	for (size_t k = b->n; k > 0 && k + LOOSE_ENDING > b->n; k--)
		least = row[k - 1] < least ? row[k - 1] : least;
	return least;
}

static struct etq_str word_at(const struct matcher_text *text, size_t i)
{
	return (struct etq_str){text->text + text->words[i].off, text->words[i].len};
}

/*
 * Word for word: the stem with any ending, or as long as the stem with a letter wrong. What endings
 * add to the letters is no mishearing.
 */
static bool same_words(const struct value *v, const struct matcher_text *text, size_t at,
		       size_t allowed)
{
	size_t wrong = 0;

	if (v->nwords < 2 || at + v->nwords > text->nwords)
		return false;
	for (size_t i = 0; i < v->nwords && wrong <= allowed; i++) {
		struct letters stem = {.n = 0}, heard = {.n = 0};

		letters_add(&stem, (struct etq_str){v->words[i].stem, v->words[i].len});
		letters_add(&heard, word_at(text, at + i));
		if (stem.n > LOOSE_MAX || heard.n > LOOSE_MAX)
			return false;
		size_t most = stem.n == heard.n, distance = letters_distance(&stem, &heard, most);

		if (distance > most)
			return false;
		wrong += distance;
	}
	return wrong <= allowed;
}

size_t loose_match(const struct value *v, const struct matcher_text *text, size_t at)
{
	struct letters name = {.n = 0}, heard = {.n = 0};

	if (word_at(text, at).p[0] != v->words[0].stem[0] ||
	    word_at(text, at).p[1] != v->words[0].stem[1])
		return 0;
	for (size_t i = 0; i < v->nwords; i++)
		letters_add(&name, (struct etq_str){v->words[i].stem, v->words[i].len});
	if (name.n < LOOSE_MIN || name.n > LOOSE_MAX)
		return 0;
	size_t allowed = letters_allowed(name.n), best = allowed + 1, words = 0;

	/* As many words as come nearest to it. */
	for (size_t k = 0; best > 0 && k < VALUE_MAX_WORDS && at + k < text->nwords; k++) {
		letters_add(&heard, word_at(text, at + k));
		if (heard.n > LOOSE_MAX || heard.n > name.n + best + LOOSE_ENDING)
			break;
		size_t distance = heard.n + best > name.n
					  ? letters_distance(&name, &heard, best - 1)
					  : best;

		if (distance < best) {
			best = distance;
			words = k + 1;
		}
	}
	return words > 0 || !same_words(v, text, at, allowed) ? words : v->nwords;
}
