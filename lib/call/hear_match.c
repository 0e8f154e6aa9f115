#include "call/hear_match.h"

#include <string.h>

static void set_bits(uint64_t *mask, const struct phrase_set *set)
{
	for (uint32_t p = set->first_pattern; p < set->first_pattern + set->npatterns; p++)
		mask[p / 64] |= 1ull << (p % 64);
}

static void clear_bits(uint64_t *mask, const struct phrase_set *set)
{
	for (uint32_t p = set->first_pattern; p < set->first_pattern + set->npatterns; p++)
		mask[p / 64] &= ~(1ull << (p % 64));
}

static bool try_mask(const struct matching *m, const uint64_t *mask)
{
	return matcher_try(m->rules->matcher, m->h->scratch, &m->text, m->u->by, m->values, mask,
			   &m->h->hits);
}

/* Clears the bits of sets that are out of their place. */
static void clear_misplaced(const struct matching *m, uint64_t *mask)
{
	const struct etq_ruleset *rules = m->rules;
	size_t n = matcher_mask_words(rules->matcher);

	for (size_t i = 0; i < n; i++) {
		for (uint64_t bits = mask[i] & rules->placed[i], next; bits; bits = next) {
			size_t pattern = i * 64 + (size_t)__builtin_ctzll(bits);
			const struct phrase_set *set = &rules->sets[rules->pattern_set[pattern]];

			next = bits & (bits - 1);
			if (!hear_out_of_place(rules, set, m->s, m->u))
				continue;
			clear_bits(mask, set);
			next &= mask[i];
		}
	}
}

/* All that is listened to and may be there, but for what is out of its place. */
static bool match_listened(const struct matching *m)
{
	const struct etq_ruleset *rules = m->rules;
	size_t n = matcher_mask_words(rules->matcher);

	if (n > 0)
		memcpy(m->h->mask, rules->listened, n * sizeof(*m->h->mask));
	matcher_sift(rules->matcher, m->h->scratch, &m->text, m->h->mask);
	clear_misplaced(m, m->h->mask);
	return try_mask(m, m->h->mask);
}

/* What may excuse the hits so far. */
static bool match_excuses(const struct matching *m)
{
	const struct etq_ruleset *rules = m->rules;
	struct hear *h = m->h;
	bool any = false;

	memset(h->mask, 0, matcher_mask_words(rules->matcher) * sizeof(*h->mask));
	for (size_t i = 0; i < h->hits.n; i++) {
		const struct phrase_set *set =
			&rules->sets[rules->pattern_set[h->hits.v[i].pattern]];

		for (size_t e = 0; e < set->nexcept; e++) {
			const struct phrase_set *except = &rules->sets[set->except[e]];

			if (!except->excuses || hear_out_of_place(rules, except, m->s, m->u))
				continue;
			set_bits(h->mask, except);
			any = true;
		}
	}
	return !any || try_mask(m, h->mask);
}

/* Into the mask: what excepts a hit that begins in an earlier utterance. Is there any? */
static bool mask_excuses_before(const struct matching *m)
{
	const struct etq_ruleset *rules = m->rules;
	struct hear *h = m->h;
	bool any = false;

	memset(h->mask, 0, matcher_mask_words(rules->matcher) * sizeof(*h->mask));
	for (size_t i = 0; i < h->hits.n; i++) {
		const struct hit *hit = &h->hits.v[i];
		const struct phrase_set *set = &rules->sets[rules->pattern_set[hit->pattern]];

		for (size_t e = 0; hit->w0 < h->new_word && e < set->nexcept; e++) {
			const struct phrase_set *except = &rules->sets[set->except[e]];

			if (hear_out_of_place(rules, except, m->s, m->u))
				continue;
			set_bits(h->mask, except);
			any = true;
		}
	}
	return any;
}

/*
 * A phrase that began in an earlier utterance may be excused by what was said there: that is heard
 * again, and nothing else of it.
 */
static bool match_excuses_before(const struct matching *m)
{
	struct hear *h = m->h;
	size_t n = h->hits.n;
	struct matching whole = *m;

	whole.text.new_word = 0;
	if (n == 0 || !mask_excuses_before(m))
		return true;
	if (!try_mask(&whole, h->mask))
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

	h->hits.n = 0;
	h->hits.gave_up = 0;
	if (!matcher_scan(m->rules->matcher, h->scratch, &m->text, m->values))
		return false;
	if (h->everything ? !try_mask(m, NULL)
			  : !match_listened(m) || (h->hits.n > 0 && !match_excuses(m)))
		return false;
	return match_excuses_before(m);
}
