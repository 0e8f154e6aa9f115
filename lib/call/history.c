#include "call/history.h"

#include <stdlib.h>
#include <string.h>

#include "call/findings.h"
#include "call/trace.h"

/* ---- entries -------------------------------------------------------------------------------- */

static void entry_clear(struct entry *e)
{
	utt_unref(e->event.utt);
	packed_free(e->before);
	free(e->names);
	free(e->emitted.v);
	*e = (struct entry){0};
}

static void drop_first(struct history *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		entry_clear(&h->v[i]);
	h->n -= (uint32_t)n;
	if (n > 0)
		memmove(h->v, h->v + n, h->n * sizeof(*h->v));
}

void history_free(struct history *h)
{
	drop_first(h, h->n);
	free(h->v);
	passed_clear(&h->passed);
}

/* Makes room for so many entries, HISTORY_MAX at most. */
static bool make_room(struct history *h, size_t n)
{
	uint32_t cap = h->cap ? h->cap : 1;

	while (cap < n)
		cap *= 2;
	if (cap == h->cap)
		return true;
	struct entry *grown = realloc(h->v, cap * sizeof(*grown));

	if (!grown)
		return false;
	h->v = grown;
	h->cap = cap;
	return true;
}

/* How many entries no line can come before any more, nor the final of what is still partial. */
static size_t settled(const struct history *h, const struct clock *clock)
{
	int32_t oldest = clock_oldest(clock);
	size_t n = 0;

	if (clock->held < oldest)
		oldest = clock->held;
	while (n < h->n && h->v[n].event.t < oldest)
		n++;
	return n;
}

static void forget(struct history *h, const struct clock *clock)
{
	drop_first(h, settled(h, clock));
}

/* When it tells a name, the names from before are kept, to go back to with a late line. */
static bool judge_speech(struct judge *j, struct entry *e)
{
	struct known_name names[KNOWN_NAMES];
	unsigned heard = j->facts->heard;

	memcpy(names, j->facts->names, sizeof(names));
	judge_utterance(j, e->event.utt);
	if (j->failed || j->facts->heard == heard)
		return !j->failed;
	e->names = malloc(sizeof(names));
	if (e->names)
		memcpy(e->names, names, sizeof(names));
	return e->names;
}

static bool judge_event_in(struct judge *j, struct entry *e)
{
	if (e->event.utt)
		return judge_speech(j, e);
	judge_mark(j, e->event.mark, e->event.t, e->event.by);
	return !j->failed;
}

/* Fills a fresh entry: keeps j->s as it is now, then lets the event happen to it. */
static bool step(struct judge *j, struct entry *e, const struct event_in *event, int32_t *max_t,
		 const struct clock *clock)
{
	size_t from = etq_findings_count(j->out);

	*e = (struct entry){.event = *event, .max_before = *max_t, .traced = trace_mark(j)};
	utt_ref(e->event.utt);
	e->before = packed_take(j->s, j->rules);
	if (!e->before)
		return false;
	if (event->t > *max_t)
		*max_t = event->t;
	judge_until(j, *max_t - clock->lateness, clock->held);
	return !j->failed && judge_event_in(j, e) &&
	       emitted_note(&e->emitted, j->out, from, j->rules);
}

/* ---- at the end ----------------------------------------------------------------------------- */

/* Passes on what was found, but what is known already. */
static bool pass_on(const struct etq_findings *found, const struct emitted_list *known,
		    struct etq_findings *out)
{
	for (size_t i = 0; i < etq_findings_count(found); i++) {
		const struct etq_finding *f = etq_findings_get(found, i);

		if (f->kind == ETQ_FINDING && emitted_find(known, f->id))
			continue;
		if (!findings_add(out, f))
			return false;
	}
	return true;
}

static bool append(struct history *h, struct judge *j, struct clock *clock,
		   const struct event_in *event, const struct emitted_list *known)
{
	struct etq_findings *out = j->out;
	size_t had = etq_findings_count(out);
	struct entry e = {0};
	int32_t max_t = clock->max_t;
	uint64_t traced = trace_mark(j);

	struct clock then = *clock;

	if (event->t > then.max_t)
		then.max_t = event->t;
	size_t left = h->n - settled(h, &then); /* when it is there */

	if (!make_room(h, left < HISTORY_MAX ? left + 1 : HISTORY_MAX))
		return false;
	j->out = j->scratch;
	bool ok = step(j, &e, event, &max_t, clock) && pass_on(j->scratch, known, out);

	j->out = out;
	etq_findings_clear(j->scratch);
	if (!ok) {
		findings_cut(out, had);
		trace_drop(j, traced, UINT64_MAX);
		if (e.before) {
			packed_back(e.before, j->s, j->rules);
			e.before = NULL;
		}
		entry_clear(&e);
		return false;
	}
	clock->max_t = max_t;
	forget(h, clock);
	if (h->n == HISTORY_MAX)
		drop_first(h, 1);
	h->v[h->n++] = e;
	return true;
}

/* ---- in its place --------------------------------------------------------------------------- */

struct replay {
	struct entry fresh[HISTORY_MAX + 1];
	size_t n;
	struct emitted_list reached; /* of what was there before, when there is nothing fresh */
	struct passed passed;
	struct etq_findings *found;
	int32_t max_t;
};

/*
 * The event, if any, and then all that were judged after its place, on the state from before; then
 * what is due.
 */
static bool replay_run(struct replay *r, struct judge *j, const struct history *h, size_t place,
		       const struct event_in *event, const struct clock *clock)
{
	r->max_t = place < h->n ? h->v[place].max_before : clock->max_t;
	for (size_t i = place; event && i <= h->n; i++) {
		const struct event_in *e = i == place ? event : &h->v[i - 1].event;

		if (!step(j, &r->fresh[r->n++], e, &r->max_t, clock))
			return false;
	}
	if (r->max_t < clock->max_t)
		r->max_t = clock->max_t;
	size_t from = etq_findings_count(r->found);

	judge_until(j, r->max_t - clock->lateness, clock->held);
	return !j->failed &&
	       emitted_note(r->n ? &r->fresh[r->n - 1].emitted : &r->reached, r->found, from,
			    j->rules) &&
	       passed_pass(&r->passed, j, clock);
}

static void replay_free(struct replay *r)
{
	for (size_t i = 0; i < r->n; i++)
		entry_clear(&r->fresh[i]);
	free(r->reached.v);
	passed_clear(&r->passed);
}

/* What went out at entry i, behind the last of them by the wall clock. */
static const struct emitted_list *emitted_at(const struct history *h, size_t i)
{
	return i < h->n ? &h->v[i].emitted : &h->passed.emitted;
}

static bool stands(const struct etq_findings *found, const char *id)
{
	for (size_t i = 0; i < etq_findings_count(found); i++)
		if (etq_findings_get(found, i)->kind == ETQ_FINDING &&
		    !strcmp(etq_findings_get(found, i)->id, id))
			return true;
	return false;
}

static bool withdrawn_before(const struct history *h, size_t place, const char *id)
{
	for (size_t i = place; i <= h->n; i++) {
		const struct emitted_list *list = emitted_at(h, i);

		for (size_t k = 0; k < list->n; k++)
			if (list->v[k].withdrawal && !strcmp(list->v[k].as.id, id))
				return true;
	}
	return false;
}

static bool found_before(const struct history *h, size_t place, const char *id)
{
	for (size_t i = place; i <= h->n; i++)
		if (emitted_find(emitted_at(h, i), id))
			return true;
	return false;
}

/* Forgets the names that were told from there on. */
static void unhear(const struct history *h, struct judge *j, size_t place)
{
	for (; place < h->n; place++)
		if (h->v[place].names) {
			facts_unhear(j->facts, h->v[place].names);
			return;
		}
}

/* Says only what is different now: withdrawals first, then what is new. */
static bool say_difference(const struct judge *j, const struct history *h, size_t place,
			   const struct replay *r, const struct emitted_list *known,
			   struct etq_findings *out)
{
	for (size_t i = place; i <= h->n; i++) {
		for (size_t k = 0; k < emitted_at(h, i)->n; k++) {
			const struct emitted *e = &emitted_at(h, i)->v[k];

			if (!e->withdrawal && !stands(r->found, e->as.id) &&
			    !withdrawn_before(h, place, e->as.id) &&
			    !raise_withdrawn(j, e->rule, &e->as, e->t, r->max_t, out))
				return false;
		}
	}
	for (size_t i = 0; i < etq_findings_count(r->found); i++) {
		const struct etq_finding *f = etq_findings_get(r->found, i);
		bool said = f->kind == ETQ_FINDING
				    ? found_before(h, place, f->id) || emitted_find(known, f->id)
				    : withdrawn_before(h, place, f->id);

		if (!said && !findings_add(out, f))
			return false;
	}
	return true;
}

/* Puts what was replayed in the place of what was there from `place` on. */
static bool take_over(struct history *h, struct replay *r, size_t place)
{
	if (r->n == 0 && h->n > 0 && !emitted_join(&h->v[h->n - 1].emitted, &r->reached))
		return false;
	for (size_t i = place; r->n > 0 && i < h->n; i++)
		entry_clear(&h->v[i]);
	if (r->n > 0)
		h->n = (uint32_t)place;
	for (size_t i = 0; i < r->n; i++)
		h->v[h->n++] = r->fresh[i];
	r->n = 0; /* now the history's */
	passed_clear(&h->passed);
	h->passed = r->passed;
	r->passed = (struct passed){0};
	return true;
}

/* event: NULL when only time has passed, with place behind all events. */
static bool reinsert(struct history *h, struct judge *j, const struct clock *clock, size_t place,
		     const struct event_in *event, const struct emitted_list *known, int32_t *max_t)
{
	struct etq_findings *out = j->out;
	size_t had = etq_findings_count(out);
	struct replay r = {.found = j->scratch};
	struct packed *now = packed_take(j->s, j->rules);
	uint64_t traced = trace_mark(j),
		 from = place < h->n ? h->v[place].traced : h->passed.traced;
	bool ok = false;

	if (!now)
		return false;
	/* Without an event in between, the last one has another state behind it afterwards. */
	ok = make_room(h, h->n + (event != NULL)) &&
	     history_stand(h, j, place - (!event && place > 0));
	const struct packed *before = place < h->n ? h->v[place].before : h->passed.before;

	j->out = r.found;
	unhear(h, j, place);
	ok = ok && packed_show(before, j->s, j->rules) &&
	     replay_run(&r, j, h, place, event, clock) &&
	     say_difference(j, h, place, &r, known, out) && take_over(h, &r, place);
	j->out = out;
	if (ok) {
		trace_drop(j, from, traced);
		*max_t = r.max_t;
		packed_free(now);
	} else {
		findings_cut(out, had);
		trace_drop(j, traced, UINT64_MAX);
		packed_back(now, j->s, j->rules);
	}
	replay_free(&r);
	etq_findings_clear(r.found);
	return ok;
}

/* By time; in the order of arrival at the same time, but nothing comes after a call's end. */
static bool goes_before(const struct event_in *e, const struct event_in *other)
{
	if (e->t != other->t)
		return e->t < other->t;
	return !other->utt && other->mark == MARK_CALL_END;
}

bool history_insert(struct history *h, struct judge *j, struct clock *clock,
		    const struct event_in *event, const struct emitted_list *known, bool *reordered)
{
	size_t place = h->n;

	while (place > 0 && goes_before(event, &h->v[place - 1].event))
		place--;
	*reordered = place < h->n;
	if (!*reordered && !h->passed.before)
		return append(h, j, clock, event, known);
	if (h->n == HISTORY_MAX) {
		drop_first(h, 1);
		place -= place > 0;
	}
	if (!reinsert(h, j, clock, place, event, known, &clock->max_t))
		return false;
	forget(h, clock);
	return true;
}

bool history_reach(struct history *h, struct judge *j, const struct clock *clock)
{
	struct emitted_list *last = h->n ? &h->v[h->n - 1].emitted : NULL;
	int32_t max_t;

	if (h->passed.before) {
		if (!reinsert(h, j, clock, h->n, NULL, NULL, &max_t))
			return false;
	} else if (judge_due(j, clock_oldest(clock), clock->held)) {
		struct packed *was;

		if (h->n && !history_stand(h, j, h->n - 1))
			return false;
		if (!passed_decide(j, clock_oldest(clock), clock->held, last, &was))
			return false;
		packed_free(was);
	}
	forget(h, clock);
	return true;
}

bool history_pass(struct history *h, struct judge *j, const struct clock *clock)
{
	return passed_pass(&h->passed, j, clock);
}
