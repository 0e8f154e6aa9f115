#include "call/history.h"

#include <stdlib.h>
#include <string.h>

#include "call/findings.h"
#include "call/trace.h"

int32_t clock_watermark(const struct clock *clock)
{
	int32_t event = clock->max_t - clock->lateness;

	return event > clock->wall ? event : clock->wall;
}

/* ---- what went out -------------------------------------------------------------------------- */

static uint16_t rule_number(const struct etq_ruleset *rules, const struct etq_rule_info *info)
{
	const struct rule *rule =
		(const struct rule *)((const char *)info - offsetof(struct rule, info));

	return (uint16_t)(rule - rules->rules);
}

bool emitted_add(struct emitted_list *list, const struct etq_finding *f,
		 const struct etq_ruleset *rules)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 2;
		struct emitted *grown = realloc(list->v, cap * sizeof(*grown));

		if (!grown)
			return false;
		list->v = grown;
		list->cap = cap;
	}
	struct emitted *e = &list->v[list->n++];

	*e = (struct emitted){.withdrawal = f->kind == ETQ_RETRACTED,
			      .rule = rule_number(rules, f->rule),
			      .t = (int32_t)f->t,
			      .raised = (int32_t)f->raised};
	memcpy(e->id, f->id, sizeof(e->id));
	return true;
}

const struct emitted *emitted_find(const struct emitted_list *list, const char *id)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (!list->v[i].withdrawal && !strcmp(list->v[i].id, id))
			return &list->v[i];
	return NULL;
}

/* Notes all findings from number `from` on. */
static bool note(struct emitted_list *list, const struct etq_findings *found, size_t from,
		 const struct etq_ruleset *rules)
{
	for (size_t i = from; i < etq_findings_count(found); i++)
		if (!emitted_add(list, etq_findings_get(found, i), rules))
			return false;
	return true;
}

/* ---- entries -------------------------------------------------------------------------------- */

static void entry_clear(struct entry *e)
{
	utt_unref(e->event.utt);
	state_free(e->before);
	free(e->emitted.v);
	*e = (struct entry){0};
}

static void drop_first(struct history *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		entry_clear(&h->v[i]);
	h->n -= n;
	memmove(h->v, h->v + n, h->n * sizeof(*h->v));
}

void history_free(struct history *h)
{
	drop_first(h, h->n);
}

void history_forget(struct history *h, int32_t watermark)
{
	size_t n = 0;

	while (n < h->n && h->v[n].event.t < watermark)
		n++;
	drop_first(h, n);
}

static bool judge_event_in(struct judge *j, const struct event_in *e)
{
	if (e->utt)
		judge_utterance(j, e->utt);
	else
		judge_mark(j, e->mark, e->t, e->by);
	return !j->failed;
}

/* Fills a fresh entry: keeps j->s as it is now, then lets the event happen to it. */
static bool step(struct judge *j, struct entry *e, const struct event_in *event, int32_t *max_t,
		 const struct clock *clock)
{
	size_t from = etq_findings_count(j->out);

	*e = (struct entry){.event = *event, .max_before = *max_t, .traced = trace_mark(j)};
	utt_ref(e->event.utt);
	e->before = state_copy(j->s, j->rules);
	if (!e->before)
		return false;
	if (event->t > *max_t)
		*max_t = event->t;
	judge_until(j, *max_t - clock->lateness, clock->held);
	return !j->failed && judge_event_in(j, event) && note(&e->emitted, j->out, from, j->rules);
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

static bool append(struct history *h, struct judge *j, struct state **s, struct clock *clock,
		   const struct event_in *event, const struct emitted_list *known)
{
	struct etq_findings *out = j->out;
	size_t had = etq_findings_count(out);
	struct entry e = {0};
	int32_t max_t = clock->max_t;
	uint64_t traced = trace_mark(j);

	j->out = j->scratch;
	bool ok = step(j, &e, event, &max_t, clock) && pass_on(j->scratch, known, out);

	j->out = out;
	etq_findings_clear(j->scratch);
	if (!ok) {
		findings_cut(out, had);
		trace_drop(j, traced, UINT64_MAX);
		if (e.before) {
			state_free(*s);
			*s = e.before; /* handed back */
			e.before = NULL;
		}
		entry_clear(&e);
		return false;
	}
	clock->max_t = max_t;
	history_forget(h, max_t - clock->lateness);
	if (h->n == HISTORY_MAX)
		drop_first(h, 1);
	h->v[h->n++] = e;
	return true;
}

/* ---- in its place --------------------------------------------------------------------------- */

struct replay {
	struct entry fresh[HISTORY_MAX + 1];
	size_t n;
	struct etq_findings *found;
	int32_t max_t;
};

/* The event and then all that were judged after its place, on a copy of the state from before. */
static bool replay_run(struct replay *r, struct judge *j, const struct history *h, size_t place,
		       const struct event_in *event, const struct clock *clock)
{
	r->max_t = h->v[place].max_before;
	for (size_t i = place; i <= h->n; i++) {
		const struct event_in *e = i == place ? event : &h->v[i - 1].event;

		if (!step(j, &r->fresh[r->n++], e, &r->max_t, clock))
			return false;
	}
	size_t from = etq_findings_count(r->found);

	judge_until(j, clock_watermark(clock), clock->held);
	return !j->failed && note(&r->fresh[r->n - 1].emitted, r->found, from, j->rules);
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
	for (size_t i = place; i < h->n; i++)
		for (size_t k = 0; k < h->v[i].emitted.n; k++)
			if (h->v[i].emitted.v[k].withdrawal && !strcmp(h->v[i].emitted.v[k].id, id))
				return true;
	return false;
}

static bool found_before(const struct history *h, size_t place, const char *id)
{
	for (size_t i = place; i < h->n; i++)
		if (emitted_find(&h->v[i].emitted, id))
			return true;
	return false;
}

/* Says only what is different now: withdrawals first, then what is new. */
static bool say_difference(const struct judge *j, const struct history *h, size_t place,
			   const struct replay *r, const struct emitted_list *known,
			   struct etq_findings *out)
{
	for (size_t i = place; i < h->n; i++) {
		for (size_t k = 0; k < h->v[i].emitted.n; k++) {
			const struct emitted *e = &h->v[i].emitted.v[k];

			if (!e->withdrawal && !stands(r->found, e->id) &&
			    !withdrawn_before(h, place, e->id) &&
			    !raise_withdrawn(j, e->rule, e->id, e->t, r->max_t, out))
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

static bool reinsert(struct history *h, struct judge *j, struct state **s, struct clock *clock,
		     size_t place, const struct event_in *event, const struct emitted_list *known)
{
	struct etq_findings *out = j->out;
	size_t had = etq_findings_count(out);
	struct replay r = {.found = j->scratch};
	struct state *work = state_copy(h->v[place].before, j->rules);
	uint64_t traced = trace_mark(j);
	bool ok = false;

	if (!work)
		goto out;
	j->out = r.found;
	j->s = work;
	ok = replay_run(&r, j, h, place, event, clock) &&
	     say_difference(j, h, place, &r, known, out);
	if (!ok) {
		findings_cut(out, had);
		trace_drop(j, traced, UINT64_MAX);
		goto out;
	}
	trace_drop(j, h->v[place].traced, traced);
	for (size_t i = place; i < h->n; i++)
		entry_clear(&h->v[i]);
	h->n = place;
	for (size_t i = 0; i < r.n; i++)
		h->v[h->n++] = r.fresh[i];
	r.n = 0; /* now the history's */
	state_free(*s);
	*s = work;
	work = NULL;
out:
	for (size_t i = 0; i < r.n; i++)
		entry_clear(&r.fresh[i]);
	etq_findings_clear(r.found);
	state_free(work);
	j->out = out;
	j->s = *s;
	return ok;
}

/* By time; in the order of arrival at the same time, but nothing comes after a call's end. */
static bool goes_before(const struct event_in *e, const struct event_in *other)
{
	if (e->t != other->t)
		return e->t < other->t;
	return !other->utt && other->mark == MARK_CALL_END;
}

bool history_insert(struct history *h, struct judge *j, struct state **s, struct clock *clock,
		    const struct event_in *event, const struct emitted_list *known, bool *reordered)
{
	size_t place = h->n;

	while (place > 0 && goes_before(event, &h->v[place - 1].event))
		place--;
	*reordered = place < h->n;
	if (!*reordered)
		return append(h, j, s, clock, event, known);
	if (h->n == HISTORY_MAX) {
		drop_first(h, 1);
		place -= place > 0;
	}
	return reinsert(h, j, s, clock, place, event, known);
}

bool history_pass(struct history *h, struct judge *j, const struct clock *clock)
{
	size_t from = etq_findings_count(j->out);

	judge_until(j, clock_watermark(clock), clock->held);
	if (j->failed)
		return false;
	if (h->n && !note(&h->v[h->n - 1].emitted, j->out, from, j->rules))
		return false;
	history_forget(h, clock_watermark(clock));
	return true;
}
