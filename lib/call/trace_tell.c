/* What of the trace takes looking up: which phrase was heard, what covers it, what did not excuse. */
#include "base/sv.h"
#include "call/trace.h"

static const char *const role_names[] = {
	[ROLE_FORBID] = "forbid",      [ROLE_FORBID_AFTER] = "after",
	[ROLE_EXPECT_SAID] = "expect", [ROLE_EXPECT_ANCHOR] = "anchor",
	[ROLE_STEP] = "step",          [ROLE_STATE] = "unless",
};

const char *trace_step_role(const struct judge *j, uint16_t rule, const struct sequence *seq)
{
	const struct rule *r = &j->rules->rules[rule];
	bool own = r->form == FORM_SEQUENCE && r->sequence.slot == seq->slot;

	return role_names[own ? ROLE_STEP : ROLE_STATE];
}

/* What the traced rule has this use for; NULL: the use is none of its business. */
static const char *role_of(const struct judge *j, uint16_t signal, const struct use *use)
{
	if (use->rule == NO_RULE)
		return signal == j->rules->settings.wait_announce && !j->s->holds &&
				       trace_follows_waits(j)
			       ? "wait"
			       : NULL;
	if (!trace_follows(j, use->rule))
		return NULL;
	return use->role == ROLE_STEP ? trace_step_role(j, use->rule, use->sequence)
				      : role_names[use->role];
}

static bool overlap(const struct hit *hit, uint32_t w0, uint32_t w1)
{
	return hit->w0 < w1 && w0 < hit->w1;
}

static struct etq_trace_phrase phrase_of(const struct judge *j, const struct hit *hit)
{
	const struct written *w = &j->rules->written[hit->pattern];

	return (struct etq_trace_phrase){j->rules->sets[j->rules->pattern_set[hit->pattern]].name,
					 w->text, w->file, w->line};
}

/* The longest hit of one of the sets among words [w0, w1); NULL when there is none. */
static const struct hit *hit_of(const struct judge *j, uint16_t set, uint32_t w0, uint32_t w1)
{
	const struct hits *hits = &j->hear->hits;
	const struct hit *best = NULL;

	for (size_t i = 0; i < hits->n; i++) {
		const struct hit *hit = &hits->v[i];

		if (j->rules->pattern_set[hit->pattern] == set && overlap(hit, w0, w1) &&
		    (!best || hit->w1 - hit->w0 > best->w1 - best->w0))
			best = hit;
	}
	return best;
}

/* There was no memory for it. */
static size_t quote_lost(const struct judge *j)
{
	trace_lacks(j);
	return 0;
}

/* All of the utterance as a quote; how many: none without memory. */
static size_t quote_all(const struct judge *j, struct utt *u, struct etq_quote *quote)
{
	return raise_quote(j, &(struct words){.utt = u}, quote) ? 1 : quote_lost(j);
}

/* Words [w0, w1) of the joined text as quotes; how many. */
static size_t quote(const struct judge *j, uint32_t w0, uint32_t w1,
		    struct etq_quote quotes[ETQ_MAX_QUOTES])
{
	struct words words[ETQ_MAX_QUOTES];
	size_t n = hear_words(j->hear, w0, w1, words, ETQ_MAX_QUOTES);

	n = n < ETQ_MAX_QUOTES ? n : ETQ_MAX_QUOTES;
	for (size_t i = 0; i < n; i++)
		if (!raise_quote(j, &words[i], &quotes[i]))
			return quote_lost(j);
	return n;
}

/* A use of the signal, from `v` on and before `end`, is in this role. */
static bool told_by(const struct judge *j, uint16_t signal, const struct use *v,
		    const struct use *end, const char *role)
{
	for (; v < end; v++)
		if (role_of(j, signal, v) == role)
			return true;
	return false;
}

/* The same words, or event, were told of in the same role: steps of a sequence may be alike. */
static bool told_before(const struct judge *j, const struct use *use, const struct sighting *x,
			const char *role)
{
	const struct id_list *others = &j->rules->set_signals[x->set];

	if (told_by(j, x->signal, j->rules->signal_uses[x->signal].v, use, role))
		return true;
	for (size_t i = 0; x->words && i < others->n && others->v[i] != x->signal; i++) {
		const struct uses *uses = &j->rules->signal_uses[others->v[i]];

		if ((j->rules->signals[others->v[i]].sides & (1u << x->utt->by)) &&
		    told_by(j, others->v[i], uses->v, uses->v + uses->n, role))
			return true;
	}
	return false;
}

void trace_signal(const struct judge *j, const struct use *use, const struct sighting *x)
{
	const struct signal *signal = &j->rules->signals[x->signal];
	struct etq_quote quotes[ETQ_MAX_QUOTES];
	struct etq_trace_event e = {
		.kind = x->words ? ETQ_TRACE_HEARD : ETQ_TRACE_HAPPENED,
		.t = x->t,
		.role = role_of(j, x->signal, use),
		.signal = signal_trigger(signal),
		.inferred = x->inferred,
		.quotes = quotes,
	};

	if (!e.role || told_before(j, use, x, e.role))
		return;
	if (x->echo && use->role != ROLE_EXPECT_SAID) {
		e.kind = ETQ_TRACE_EXCEPTED;
		e.why = "echo";
	}
	if (x->words) {
		const struct hit *hit = hit_of(j, x->set, x->w0, x->w1);

		e.nquotes = quote(j, x->w0, x->w1, quotes);
		if (hit)
			e.phrase = phrase_of(j, hit);
	} else if (x->utt) {
		e.nquotes = quote_all(j, x->utt, quotes);
	}
	trace_add(j, &e);
}

/* ---- what others cover ---------------------------------------------------------------------- */

/* What the traced rule listens to the set for, by that side; NULL: it does not. */
static const char *listens(const struct judge *j, uint16_t set, enum etq_side by)
{
	const struct id_list *signals = &j->rules->set_signals[set];
	const char *role = NULL;

	for (size_t i = 0; !role && i < signals->n; i++) {
		const struct uses *uses = &j->rules->signal_uses[signals->v[i]];

		if (!(j->rules->signals[signals->v[i]].sides & (1u << by)))
			continue;
		for (size_t k = 0; !role && k < uses->n; k++)
			role = role_of(j, signals->v[i], &uses->v[k]);
	}
	return role;
}

static bool was_heard(const struct hear *h, uint16_t set, uint32_t w0, uint32_t w1)
{
	for (size_t i = 0; i < h->nheard; i++)
		if (h->heard[i].set == set && h->heard[i].w0 < w1 && w0 < h->heard[i].w1)
			return true;
	return false;
}

/* Widens words [*w0, *w1) by hits of the same set that overlap them; false: an earlier hit is among these. */
static bool merge_hits(const struct judge *j, size_t number, uint32_t *w0, uint32_t *w1)
{
	const struct hits *hits = &j->hear->hits;
	uint16_t set = j->rules->pattern_set[hits->v[number].pattern];

	for (size_t i = 0; i < hits->n; i++) {
		const struct hit *hit = &hits->v[i];

		if (j->rules->pattern_set[hit->pattern] != set || !overlap(hit, *w0, *w1))
			continue;
		if (i < number)
			return false;
		if (hit->w0 >= *w0 && hit->w1 <= *w1)
			continue;
		*w0 = hit->w0 < *w0 ? hit->w0 : *w0;
		*w1 = hit->w1 > *w1 ? hit->w1 : *w1;
		i = (size_t)-1; /* what overlaps the wider place now */
	}
	return true;
}

/* A hit among words [w0, w1) of a set that the set excepts. */
static const struct hit *covering(const struct judge *j, const struct phrase_set *set,
				  const struct utt *u, uint32_t w0, uint32_t w1)
{
	const struct hit *hit = NULL;

	for (size_t i = 0; !hit && i < set->nexcept; i++)
		if (!hear_out_of_place(j->rules, &j->rules->sets[set->except[i]], j->s, u))
			hit = hit_of(j, set->except[i], w0, w1);
	return hit;
}

void trace_excepted(const struct judge *j, const struct utt *u)
{
	const struct hits *hits = &j->hear->hits;

	for (size_t i = 0; i < hits->n; i++) {
		const struct hit *hit = &hits->v[i];
		uint16_t number = j->rules->pattern_set[hit->pattern];
		const struct phrase_set *set = &j->rules->sets[number];
		bool early = hear_out_of_place(j->rules, set, j->s, u);
		const char *role = early || set->nexcept ? listens(j, number, u->by) : NULL;
		struct etq_quote quotes[ETQ_MAX_QUOTES];
		uint32_t w0 = hit->w0, w1 = hit->w1;

		if (!role || w1 <= j->hear->new_word || !merge_hits(j, i, &w0, &w1) ||
		    was_heard(j->hear, number, w0, w1))
			continue;
		const struct etq_trace_phrase none = {.line = 0};
		const struct hit *over = covering(j, set, u, w0, w1);

		if (!over && !early)
			continue;
		trace_add(j,
			  &(struct etq_trace_event){.kind = ETQ_TRACE_EXCEPTED,
						    .t = u->t,
						    .role = role,
						    .why = early ? "after" : NULL,
						    .signal = SV("said"),
						    .nquotes = quote(j, w0, w1, quotes),
						    .quotes = quotes,
						    .phrase = phrase_of(j, hit),
						    .except = early ? none : phrase_of(j, over)});
	}
}

/* ---- breaches and windows ------------------------------------------------------------------- */

void trace_unexcused(const struct judge *j, const struct breach *b)
{
	const struct rule *rule = &j->rules->rules[b->rule];

	for (size_t i = 0; i < rule->nunless; i++)
		TRACE(j, b->rule, .kind = ETQ_TRACE_NOT_EXCUSED, .t = b->raised, .from = b->t,
		      .why = except_lacks(j, &rule->unless[i], b), .text = rule->unless[i].text);
}

/* The part of the window that closed it at t. */
static const char *closing_part(const struct judge *j, const struct pending *p, int32_t t)
{
	const struct window *w = &j->rules->rules[p->rule].expect.within;
	bool all = p->turns_over && p->words_over && p->utterances_over;

	if (p->kind == PENDING_BEFORE)
		return "before";
	if (w->ms && t == p->anchor_t + w->ms)
		return "seconds";
	if (j->s->ended && t == j->s->end_t && !(all && p->latest == t))
		return "call.end";
	return w->turns ? "turns" : w->words ? "words" : "utterances";
}

void trace_spoken(const struct judge *j, const struct pending *p, struct utt *u)
{
	const struct window *w = &j->rules->rules[p->rule].expect.within;
	struct etq_quote quote;
	size_t n = quote_all(j, u, &quote);

	if (w->ms || w->turns || w->words || w->utterances)
		TRACE(j, p->rule, .kind = ETQ_TRACE_SPOKEN, .t = u->t, .from = p->anchor_t,
		      .nquotes = n, .quotes = &quote);
}

/* Before an anchor: `from` is when it was last heard, if ever, and the words are the side's last. */
void trace_missed(const struct judge *j, const struct pending *p, int32_t t)
{
	const struct slot *said = state_slot(j->s, j->rules, j->rules->rules[p->rule].expect.said);
	bool before = p->kind == PENDING_BEFORE;
	struct etq_quote quote;
	size_t n = before && p->quote ? quote_all(j, p->quote, &quote) : 0;

	TRACE(j, p->rule, .kind = ETQ_TRACE_MISSED, .t = t,
	      .from = before && said->count && slot_last(said) < p->anchor_t ? slot_last(said)
									     : p->anchor_t,
	      .inferred = p->inferred, .why = closing_part(j, p, t), .nquotes = n,
	      .quotes = &quote);
}

struct etq_trace_window trace_window(const struct window *w)
{
	return (struct etq_trace_window){w->ms, w->turns, w->words, w->utterances};
}
