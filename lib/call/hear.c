#include "call/hear.h"

#include <stdlib.h>
#include <string.h>

#include "call/hear_match.h"

enum { QUOTED_MAX = 4 * 1024 * 1024 }; /* bytes of quotes at once */

bool hear_init(struct hear *h, uint32_t match_limit)
{
	*h = (struct hear){.scratch = matcher_scratch_new(match_limit),
			   .quoted = arena_new(QUOTED_MAX)};
	return h->scratch && h->quoted;
}

void hear_free(struct hear *h)
{
	reading_free(&h->now);
	reading_free(&h->another);
	arena_free(h->quoted);
	matcher_scratch_free(h->scratch);
	hits_free(&h->hits);
	free(h->tries);
	free(h->marks);
	free(h->text);
	free(h->words);
	free(h->heard);
	free(h->offences);
	*h = (struct hear){0};
}

static bool reserve(void **p, size_t *cap, size_t want, size_t size)
{
	if (want <= *cap)
		return true;
	size_t grown = want + want / 2 + 16;
	void *q = realloc(*p, grown * size);

	if (!q)
		return false;
	*p = q;
	*cap = grown;
	return true;
}

const struct reading *hear_read(struct hear *h, const struct utt *u)
{
	struct reading *r = h->now.of == u ? &h->now : &h->another;

	return reading_take(r, u) ? r : NULL;
}

/* Appends words of u from skip on as a line of the joined text. */
static bool append(struct hear *h, struct utt *u, size_t skip)
{
	const struct reading *r = hear_read(h, u);

	if (!r || !reserve((void **)&h->text, &h->text_cap, h->len + r->fold.len + 1, 1) ||
	    !reserve((void **)&h->words, &h->words_cap, h->nwords + u->nwords, sizeof(*h->words)))
		return false;
	if (h->nutts)
		h->text[h->len++] = '\n';
	h->utts[h->nutts] = u;
	h->first[h->nutts] = h->nwords;
	h->skip[h->nutts++] = skip;
	if (skip == u->nwords)
		return true;
	uint32_t from = r->fold.words[skip].off;
	size_t n = r->fold.len - from;

	memcpy(h->text + h->len, r->fold.text + from, n);
	for (size_t i = skip; i < u->nwords; i++) {
		h->words[h->nwords] = r->fold.words[i];
		h->words[h->nwords++].off += (uint32_t)h->len - from;
	}
	h->len += n;
	return true;
}

/* Joins as much of the turn so far as a phrase may reach back into, and u. */
static bool join(struct hear *h, const struct state *s, struct utt *u)
{
	size_t from = s->turn_side == u->by ? s->ntail : 0;
	size_t words = 0;

	h->nutts = h->nwords = h->len = 0;
	for (size_t i = from; i > 0 && words < TAIL_WORDS; i--) {
		from = i - 1;
		words += s->tail[from]->nwords;
	}
	if (s->turn_side == u->by && s->ntail) {
		size_t skip = words > TAIL_WORDS ? words - TAIL_WORDS : 0;

		for (size_t i = from; i < s->ntail; i++) {
			if (!append(h, s->tail[i], skip))
				return false;
			skip = 0;
		}
	}
	h->new_word = h->nwords;
	return reading_take(&h->now, u) && append(h, u, 0);
}

/* The hit continues one of the same set that was heard when the earlier utterance came. */
static bool heard_before(const struct hear *h, uint16_t set, uint32_t w0)
{
	for (size_t i = 0; i + 1 < h->nutts; i++) {
		const struct utt *u = h->utts[i];

		for (uint32_t k = 0; k < u->nhits; k++) {
			long end = (long)h->first[i] - (long)h->skip[i] + u->hits[k].w1;

			if (u->hits[k].set == set && end > (long)w0)
				return true;
		}
	}
	return false;
}

static bool overlap(const struct heard *a, const struct heard *b)
{
	return a->w0 < b->w1 && b->w0 < a->w1;
}

static int by_set_and_place(const void *pa, const void *pb)
{
	const struct heard *a = pa;
	const struct heard *b = pb;

	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	if (a->w0 != b->w0)
		return a->w0 < b->w0 ? -1 : 1;
	return (a->w1 > b->w1) - (a->w1 < b->w1);
}

static int by_place(const void *pa, const void *pb)
{
	const struct heard *a = pa;
	const struct heard *b = pb;

	if (a->w0 != b->w0)
		return a->w0 < b->w0 ? -1 : 1;
	return (a->set > b->set) - (a->set < b->set);
}

/* One entry for hits of a set that overlap each other. */
static void merge(struct hear *h)
{
	size_t n = 0;

	qsort(h->heard, h->nheard, sizeof(*h->heard), by_set_and_place);
	for (size_t i = 0; i < h->nheard; i++) {
		struct heard *last = n ? &h->heard[n - 1] : NULL;

		if (!last || last->set != h->heard[i].set || !overlap(last, &h->heard[i])) {
			h->heard[n++] = h->heard[i];
			continue;
		}
		if (h->heard[i].w1 > last->w1)
			last->w1 = h->heard[i].w1;
		if (last->v0 < 0) {
			last->v0 = h->heard[i].v0;
			last->v1 = h->heard[i].v1;
		}
	}
	h->nheard = n;
}

static bool any_overlaps(const struct heard *list, size_t n, uint16_t set, const struct heard *x)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].set == set && overlap(&list[i], x))
			return true;
	return false;
}

static bool excepted(const struct hear *h, const struct etq_ruleset *rules, const struct heard *x)
{
	const struct phrase_set *set = &rules->sets[x->set];

	for (size_t e = 0; e < set->nexcept; e++)
		if (any_overlaps(h->heard, h->nheard, set->except[e], x) ||
		    any_overlaps(h->before, h->nbefore, set->except[e], x))
			return true;
	return false;
}

/* The utterance ends a silence of the signal's length, which is noted only when it is judged. */
static bool ends_silence(const struct signal *signal, const struct state *s, const struct utt *u)
{
	return signal->kind == SIGNAL_EVENT && signal->event == EVENT_SILENCE && s->started &&
	       s->hold_t == NEVER && u->t - s->last_end >= signal->above_ms;
}

bool hear_out_of_place(const struct etq_ruleset *rules, const struct phrase_set *set,
		       const struct state *s, const struct utt *u)
{
	if (set->after == NO_SIGNAL || ends_silence(&rules->signals[set->after], s, u))
		return false;
	const struct slot *slot = state_slot(s, rules, set->after);

	if (!slot->count)
		return true;
	struct spoken now = state_spoken(s, set->sides);

	now.turns += u->by != s->turn_side; /* it begins one, which is not counted yet */
	return !slot_open(slot, &set->within, u->t, set->sides, &now);
}

/* Takes out what is out of place; so it excepts nothing either. */
static void place(struct hear *h, const struct etq_ruleset *rules, const struct state *s,
		  const struct utt *u)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nheard; i++)
		if (!hear_out_of_place(rules, &rules->sets[h->heard[i].set], s, u))
			h->heard[n++] = h->heard[i];
	h->nheard = n;
}

/* Takes out what is excepted (judged against all that was heard) or was heard before. */
static void sift(struct hear *h, const struct etq_ruleset *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nheard; i++) {
		struct heard *x = &h->heard[i];

		if (excepted(h, rules, x) ||
		    (x->w0 < h->new_word && heard_before(h, x->set, x->w0)))
			x->v0 = INT32_MIN; /* marked: excepted() still sees its place */
	}
	for (size_t i = 0; i < h->nheard; i++)
		if (h->heard[i].v0 != INT32_MIN)
			h->heard[n++] = h->heard[i];
	h->nheard = n;
}

static bool remember(const struct hear *h, struct utt *u)
{
	free(u->hits);
	u->hits = NULL;
	u->nhits = 0;
	if (!h->nheard)
		return true;
	u->hits = malloc(h->nheard * sizeof(*u->hits));
	if (!u->hits)
		return false;
	for (size_t i = 0; i < h->nheard; i++)
		u->hits[u->nhits++] = (struct utt_hit){
			.set = h->heard[i].set,
			.w0 = (int16_t)((long)h->heard[i].w0 - (long)h->new_word),
			.w1 = (int16_t)((long)h->heard[i].w1 - (long)h->new_word),
		};
	return true;
}

/* The hits as what was heard: in front what is new, behind it what can only excuse. */
static bool take_hits(struct hear *h, const struct etq_ruleset *rules)
{
	if (!reserve((void **)&h->heard, &h->heard_cap, h->hits.n, sizeof(*h->heard)))
		return false;
	h->nbefore = 0;
	for (size_t i = 0; i < h->hits.n; i++) {
		const struct hit *hit = &h->hits.v[i];
		bool before = hit->w1 <= h->new_word;
		size_t at = before ? h->hits.n - ++h->nbefore : h->nheard++;

		h->heard[at] = (struct heard){.set = rules->pattern_set[hit->pattern],
					      .w0 = hit->w0,
					      .w1 = hit->w1,
					      .v0 = hit->v0,
					      .v1 = hit->v1};
	}
	h->before = h->nbefore ? h->heard + (h->hits.n - h->nbefore) : NULL;
	return true;
}

bool hear_utterance(struct hear *h, const struct etq_ruleset *rules, const struct state *s,
		    struct utt *u, const struct matcher_values *values)
{
	h->nheard = 0;
	h->noffences = 0;
	arena_reset(h->quoted);
	if (!join(h, s, u))
		return false;
	struct matching m = {.h = h,
			     .rules = rules,
			     .s = s,
			     .u = u,
			     .text = {.text = h->text,
				      .len = h->len,
				      .words = h->words,
				      .nwords = h->nwords,
				      .new_word = h->new_word},
			     .values = values};

	if (!reserve((void **)&h->tries, &h->tries_cap, matcher_count(rules->matcher),
		     sizeof(*h->tries)) ||
	    !reserve((void **)&h->marks, &h->marks_cap, rules->nsets / 64 + 1, sizeof(*h->marks)) ||
	    !hear_match(&m) || !take_hits(h, rules))
		return false;
	place(h, rules, s, u);
	if (h->nheard) {
		merge(h);
		sift(h, rules);
		qsort(h->heard, h->nheard, sizeof(*h->heard), by_place);
	}
	return remember(h, u);
}

bool hear_offence(struct hear *h, struct offence offence)
{
	if (!reserve((void **)&h->offences, &h->offences_cap, h->noffences + 1, sizeof(offence)))
		return false;
	h->offences[h->noffences++] = offence;
	return true;
}
