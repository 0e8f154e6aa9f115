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

/* All that is listened to and may be there, but for what is out of its place: set by set. */
static bool match_listened(const struct matching *m, struct matcher_patterns worth)
{
	const struct etq_ruleset *rules = m->rules;
	uint32_t *tries = m->h->tries;
	size_t n = 0;

	for (size_t i = 0; i < worth.n;) {
		uint16_t set = rules->pattern_set[worth.v[i]];
		bool misplaced = has(rules->placed, worth.v[i]) &&
				 hear_out_of_place(rules, &rules->sets[set], m->s, m->u);

		for (; i < worth.n && rules->pattern_set[worth.v[i]] == set; i++)
			if (!misplaced && has(rules->listened, worth.v[i]))
				tries[n++] = worth.v[i];
	}
	return try(m, (struct matcher_patterns){tries, n});
}

/* Marks the set's exceptions that are in their place; only: those that are nothing else. */
static void mark_exceptions(const struct matching *m, const struct phrase_set *set, bool only)
{
	for (size_t i = 0; i < set->nexcept; i++) {
		uint16_t number = set->except[i];
		const struct phrase_set *except = &m->rules->sets[number];

		if ((except->excuses || !only) && !hear_out_of_place(m->rules, except, m->s, m->u))
			m->h->marks[number / 64] |= 1ull << (number % 64);
	}
}

static bool try_marked(const struct matching *m, struct matcher_patterns worth)
{
	struct hear *h = m->h;
	size_t n = 0;

	for (size_t i = 0; i < worth.n; i++)
		if (has(h->marks, m->rules->pattern_set[worth.v[i]]))
			h->tries[n++] = worth.v[i];
	return try(m, (struct matcher_patterns){h->tries, n});
}

static const struct phrase_set *set_of(const struct matching *m, const struct hit *hit)
{
	return &m->rules->sets[m->rules->pattern_set[hit->pattern]];
}

static void clear_marks(const struct matching *m)
{
	memset(m->h->marks, 0, (m->rules->nsets / 64 + 1) * sizeof(*m->h->marks));
}

/* What may excuse the hits so far, and was not listened to. */
static bool match_excuses(const struct matching *m, struct matcher_patterns worth)
{
	const struct hits *hits = &m->h->hits;

	if (hits->n == 0)
		return true;
	clear_marks(m);
	for (size_t i = 0; i < hits->n; i++)
		mark_exceptions(m, set_of(m, &hits->v[i]), true);
	return try_marked(m, worth);
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
	clear_marks(m);
	for (size_t i = 0; i < n; i++)
		if (h->hits.v[i].w0 < h->new_word)
			mark_exceptions(m, set_of(m, &h->hits.v[i]), false);
	if (!try_marked(&whole, worth))
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
	if (h->everything ? !try(m, worth) : !match_listened(m, worth) || !match_excuses(m, worth))
		return false;
	return h->new_word == 0 || h->hits.n == 0 || match_excuses_before(m, worth);
}
