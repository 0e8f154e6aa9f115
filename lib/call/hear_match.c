#include "call/hear_match.h"

#include <string.h>

static bool has(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static bool try(const struct matching *m, struct matcher_patterns patterns)
{
	return matcher_try(m->rules->matcher, m->h->scratch, &m->text, m->values, patterns,
			   &m->h->hits);
}

/* Is a pattern's set out of its place? Those of one set come in a row: *last is the set that *was. */
static bool is_misplaced(const struct matching *m, uint32_t pattern, size_t *last, bool *was)
{
	size_t set = m->rules->pattern_set[pattern];

	if (!has(m->rules->placed, pattern))
		return false;
	if (set != *last)
		*was = hear_out_of_place(m->rules, &m->rules->sets[set], m->s, m->u);
	*last = set;
	return *was;
}

/* All that is listened to and may be there, but for what is out of its place. */
static bool match_listened(const struct matching *m, struct matcher_patterns worth)
{
	uint32_t *tries = m->h->tries;
	size_t n = 0, last = SIZE_MAX;
	bool misplaced = false;

	for (size_t i = 0; i < worth.n; i++)
		if (has(m->rules->listened, worth.v[i]) &&
		    !is_misplaced(m, worth.v[i], &last, &misplaced))
			tries[n++] = worth.v[i];
	return try(m, (struct matcher_patterns){tries, n});
}

/*
 * Tries the sets that may except hits: those that only excuse; all of them, when the hits are only
 * those that begin in an earlier utterance.
 */
static bool match_excuses(const struct matching *m, struct matcher_patterns worth, bool earlier)
{
	const struct etq_ruleset *rules = m->rules;
	struct hear *h = m->h;
	size_t n = 0;
	bool any = false;

	memset(h->marks, 0, (rules->nsets / 64 + 1) * sizeof(*h->marks));
	for (size_t i = 0; i < h->hits.n; i++) {
		const struct hit *hit = &h->hits.v[i];
		const struct phrase_set *set = &rules->sets[rules->pattern_set[hit->pattern]];

		for (size_t e = 0; (!earlier || hit->w0 < h->new_word) && e < set->nexcept; e++) {
			const struct phrase_set *except = &rules->sets[set->except[e]];

			if ((!earlier && !except->excuses) ||
			    hear_out_of_place(rules, except, m->s, m->u))
				continue;
			h->marks[set->except[e] / 64] |= 1ull << (set->except[e] % 64);
			any = true;
		}
	}
	for (size_t i = 0; any && i < worth.n; i++)
		if (has(h->marks, rules->pattern_set[worth.v[i]]))
			h->tries[n++] = worth.v[i];
	return try(m, (struct matcher_patterns){h->tries, n});
}

/*
 * A phrase that began in an earlier utterance may be excused by what was said there: that is heard
 * again, and nothing else of it.
 */
static bool match_excuses_before(const struct matching *m, struct matcher_patterns worth)
{
	struct hear *h = m->h;
	size_t n = h->hits.n;
	struct matching whole = *m;

	whole.text.new_word = 0;
	if (!match_excuses(&whole, worth, true))
		return false;
	for (size_t i = n; i < h->hits.n; i++)
		if (h->hits.v[i].w1 <= h->new_word)
			h->hits.v[n++] = h->hits.v[i];
	h->hits.n = n;
	return true;
}

bool hear_match(const struct matching *m)
{
	struct hear *h = m->h;
	struct matcher_patterns worth;

	h->hits.n = 0;
	h->hits.gave_up = 0;
	if (!matcher_scan(m->rules->matcher, h->scratch, &m->text, m->u->by, m->values, &worth))
		return false;
	if (h->everything ? !try(m, worth)
			  : !match_listened(m, worth) || !match_excuses(m, worth, false))
		return false;
	return h->new_word == 0 || match_excuses_before(m, worth);
}
