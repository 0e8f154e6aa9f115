#include "shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "render.h"

static bool passes(const struct etq_finding *f, const struct shown_filter *filter)
{
	return f->kind != ETQ_SCORED && f->severity >= filter->severity &&
	       (!filter->rule.p || sv_eq(f->rule->id, filter->rule));
}

/* Is finding number i withdrawn by a later one? */
static bool withdrawn(const struct etq_findings *findings, size_t i)
{
	const struct etq_finding *f = etq_findings_get(findings, i);

	for (size_t j = i + 1; j < etq_findings_count(findings); j++) {
		const struct etq_finding *later = etq_findings_get(findings, j);

		if (strcmp(later->id, f->id) == 0)
			return later->kind == ETQ_RETRACTED;
	}
	return false;
}

static bool any_withdrawn(const struct etq_findings *findings)
{
	for (size_t i = 0; i < etq_findings_count(findings); i++) {
		if (etq_findings_get(findings, i)->kind == ETQ_RETRACTED)
			return true;
	}
	return false;
}

bool shown_pick(struct shown *shown, const struct etq_findings *findings,
		const struct shown_filter *filter)
{
	size_t n = etq_findings_count(findings);
	bool any = any_withdrawn(findings);

	*shown = (struct shown){.v = calloc(n + 1, sizeof *shown->v),
				.findings = findings,
				.scores = !filter->rule.p && filter->severity == ETQ_INFO};
	if (!shown->v)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct etq_finding *f = etq_findings_get(findings, i);

		if (!passes(f, filter))
			continue;
		if (f->kind == ETQ_RETRACTED) {
			shown->withdrawn++;
		} else if (!any || !withdrawn(findings, i)) {
			render_event_of(f, &shown->v[shown->n++]);
			shown->by_severity[f->severity]++;
		}
	}
	return true;
}

void shown_free(struct shown *shown)
{
	free(shown->v);
	*shown = (struct shown){0};
}

/* In the order of time; the rest only so that the order is always the same. */
static int by_time(const void *a, const void *b)
{
	const struct event_view *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	if (x->raised != y->raised)
		return x->raised < y->raised ? -1 : 1;
	return strcmp(x->finding.p, y->finding.p);
}

/* The call's score as it was told last, or NULL. */
static const struct etq_score *score_of(const struct shown *shown, struct etq_str call)
{
	for (size_t i = etq_findings_count(shown->findings); shown->scores && i-- > 0;) {
		const struct etq_finding *f = etq_findings_get(shown->findings, i);

		if (f->kind == ETQ_SCORED && sv_eq(f->call, call))
			return f->score;
	}
	return NULL;
}

/* One call, given its events in the order of their time. */
static bool print_talk(const struct screen *s, struct talk *talk, const struct event_view *events,
		       size_t n)
{
	ptrdiff_t *places = calloc(n + 1, sizeof *places);

	if (!places)
		return false;
	talk_sort(talk);
	for (size_t i = 0; i < n; i++)
		places[i] = talk_place(talk, &events[i]);
	render_talk(s, talk);
	bool ok = true;
	for (ptrdiff_t at = NO_LINE; ok && at < (ptrdiff_t)talk->n; at++) {
		if (at != NO_LINE)
			ok = render_line(s, talk, &talk->lines[at], events, n, RENDER_LINE);
		for (size_t i = 0; ok && i < n; i++) {
			if (places[i] == at)
				render_finding(s, &events[i]);
		}
	}
	free(places);
	return ok;
}

bool shown_print(const struct screen *s, struct transcript *tr, const struct shown *shown)
{
	struct event_view *events = calloc(shown->n + 1, sizeof *events);
	bool ok = events;

	for (size_t i = 0; ok && i < transcript_count(tr); i++) {
		struct talk *talk = transcript_talk(tr, i);
		size_t n = 0;

		for (size_t j = 0; j < shown->n; j++) {
			if (sv_eq(shown->v[j].call, talk->id))
				events[n++] = shown->v[j];
		}
		qsort(events, n, sizeof *events, by_time);
		if (i > 0)
			fputc('\n', s->out);
		ok = print_talk(s, talk, events, n);
		const struct etq_score *score = score_of(shown, talk->id);

		if (ok && score)
			render_score(s, score);
	}
	free(events);
	return ok;
}
