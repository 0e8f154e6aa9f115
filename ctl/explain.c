#include "explain.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/sv.h"
#include "explain_event.h"
#include "render.h"
#include "say.h"
#include "wire/trace.h"

enum {
	NEAR_MS = 15000,  /* what is so near to a time is around it */
	SPOKEN_SHOWN = 6, /* utterances in a window */
	TRACE_LINE_MAX = ETQ_MAX_LINE,
};

/* The events of one call, and which of them are shown. */
struct part {
	const struct etq_trace *trace;
	size_t from, to;
	bool *shown; /* [to - from] */
};

static const struct etq_trace_event *event(const struct part *p, size_t i)
{
	return etq_trace_get(p->trace, i);
}

static bool has_from(const struct etq_trace_event *e)
{
	return etq_trace_kinds[e->kind].fields & ETQ_TRACE_HAS_FROM;
}

/* ---- around a time ----------------------------------------------------------------------------- */

static bool is_near(const struct etq_trace_event *e, int64_t around)
{
	int64_t away = e->t > around ? e->t - around : around - e->t;

	return away <= NEAR_MS || (has_from(e) && e->from <= around && around <= e->t);
}

/* e is where the other one comes from, or both come from the same. */
static bool is_kin(const struct etq_trace_event *e, const struct etq_trace_event *other)
{
	return has_from(other) && (e->t == other->from || (has_from(e) && e->from == other->from));
}

/* What is near, and what belongs to that: the whole of a window. */
static void pick_near(struct part *p, int64_t around)
{
	for (size_t i = p->from; i < p->to; i++) {
		bool pick = is_near(event(p, i), around);

		for (size_t k = p->from; !pick && k < p->to; k++)
			pick = is_near(event(p, k), around) && is_kin(event(p, i), event(p, k));
		p->shown[i - p->from] = pick;
	}
}

static void pick(struct part *p, int64_t around)
{
	for (size_t i = p->from; i < p->to; i++)
		p->shown[i - p->from] = true;
	if (around != ETQ_NO_TIME)
		pick_near(p, around);
}

/* ---- what people can do without ---------------------------------------------------------------- */

/* A later event of the same time says as much: the window by its anchor, the words by what they satisfy. */
static bool is_told_again(const struct part *p, size_t i)
{
	const struct etq_trace_event *e = event(p, i);

	for (size_t k = i + 1; k < p->to && event(p, k)->t == e->t; k++) {
		const struct etq_trace_event *next = event(p, k);

		if (e->kind == ETQ_TRACE_HAPPENED && sv_eq(next->signal, e->signal) &&
		    (next->kind == ETQ_TRACE_OPENED || next->kind == ETQ_TRACE_NOT_OPENED))
			return true;
		if (e->kind == ETQ_TRACE_SPOKEN && next->kind == ETQ_TRACE_SATISFIED &&
		    next->from == e->from)
			return true;
	}
	return false;
}

/* The same measure from the same beginning came further later. */
static bool is_outgrown(const struct part *p, size_t i)
{
	const struct etq_trace_event *e = event(p, i);

	for (size_t k = i + 1; k < p->to; k++)
		if (event(p, k)->kind == ETQ_TRACE_MEASURED && event(p, k)->from == e->from &&
		    sv_eq(event(p, k)->measure, e->measure) && event(p, k)->bound == e->bound)
			return true;
	return false;
}

static bool is_largest(const struct part *p, size_t i)
{
	const struct etq_trace_event *e = event(p, i);

	for (size_t k = p->from; k < p->to; k++)
		if (event(p, k)->kind == ETQ_TRACE_MEASURED &&
		    sv_eq(event(p, k)->measure, e->measure) && event(p, k)->value > e->value)
			return false;
	return true;
}

/* There are more utterances in this window than people want. */
static bool is_one_of_many(const struct part *p, size_t i)
{
	const struct etq_trace_event *e = event(p, i);
	size_t n = 0;

	if (e->kind != ETQ_TRACE_SPOKEN)
		return false;
	for (size_t k = p->from; k < i; k++)
		n += event(p, k)->kind == ETQ_TRACE_SPOKEN && event(p, k)->from == e->from;
	return n >= SPOKEN_SHOWN;
}

/* Of what is measured again and again people want the largest, and what came half way to the bound. */
static bool is_small(const struct part *p, size_t i)
{
	const struct etq_trace_event *e = event(p, i);

	if (e->kind != ETQ_TRACE_MEASURED || e->why || e->below)
		return false;
	return is_outgrown(p, i) || (e->value < e->bound / 2 && !is_largest(p, i));
}

/* ---- a call ------------------------------------------------------------------------------------ */

static size_t count(const struct part *p, enum etq_trace_kind kind)
{
	size_t n = 0;

	for (size_t i = p->from; i < p->to; i++)
		n += event(p, i)->kind == kind;
	return n;
}

static size_t findings(const struct part *p)
{
	return count(p, ETQ_TRACE_RAISED) - count(p, ETQ_TRACE_WITHDRAWN);
}

/* It happened, and not for an exception alone. */
static bool happened(const struct part *p, enum etq_trace_kind kind)
{
	for (size_t i = p->from; i < p->to; i++) {
		const struct etq_trace_event *e = event(p, i);

		if (e->kind == kind && !(e->role && sv_eq(sv_of(e->role), SV("unless"))))
			return true;
	}
	return false;
}

/* Why there is none: the first of these that happened says it. */
static const char *why_none(const struct part *p, const struct etq_rule_info *rule)
{
	static const struct {
		enum etq_trace_kind kind;
		const char *text;
	} reasons[] = {
		{ETQ_TRACE_WITHDRAWN, "a later line did not bear it out"},
		{ETQ_TRACE_NOT_RAISED, "the rule was broken, but something keeps it back"},
		{ETQ_TRACE_SATISFIED, "what is expected was there"},
		{ETQ_TRACE_NO_OCCASION, "there was no occasion"},
		{ETQ_TRACE_COUNTED, "not beyond the bound"},
		{ETQ_TRACE_MIXED, "never alone in a turn"},
		{ETQ_TRACE_OUTSIDE, "said, but not where the rule forbids it"},
		{ETQ_TRACE_EXCEPTED, "only as part of innocent wordings"},
		{ETQ_TRACE_MEASURED, "the measure never passed its bound"},
		{ETQ_TRACE_COMPLETE, "all steps were there"},
		{ETQ_TRACE_STEP, "the sequence was never completed"},
		{ETQ_TRACE_STEP_REFUSED, "the sequence never began"},
		{ETQ_TRACE_WAIT_SHORT, "no wait was long enough"},
		{ETQ_TRACE_HEARD, "the rest that the rule waits for never came"},
		{ETQ_TRACE_HAPPENED, "the rest that the rule waits for never came"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (happened(p, reasons[i].kind))
			return reasons[i].text;
	return sv_eq(rule->form, SV("limit")) ? "there was nothing to measure"
					      : "nothing that the rule listens to came";
}

static void put_outcome(const struct explain *x, const struct screen *s, const struct part *p)
{
	const char *why = x->rule->status >= ETQ_DRAFT ? "its status keeps it from being judged"
						       : why_none(p, x->rule);
	const char *where = x->around != ETQ_NO_TIME ? " in the whole call" : "";
	size_t n = findings(p);

	fprintf(s->out, "  %s", screen_paint(s, PAINT_BOLD));
	if (n > 0)
		fprintf(s->out, "%zu %s of %.*s%s", n, n == 1 ? "finding" : "findings",
			SV_ARG(x->rule->id), where);
	else
		fprintf(s->out, "no finding of %.*s%s: %s", SV_ARG(x->rule->id), where, why);
	fprintf(s->out, "%s\n", screen_paint(s, PAINT_PLAIN));
}

static void put_events(const struct explain *x, const struct screen *s, const struct part *p)
{
	size_t more = 0, put = 0;

	for (size_t i = p->from; i < p->to; i++) {
		if (!p->shown[i - p->from] || is_told_again(p, i))
			continue;
		if (x->around == ETQ_NO_TIME && (is_small(p, i) || is_one_of_many(p, i))) {
			more++;
			continue;
		}
		explain_event(s, event(p, i));
		put++;
	}
	if (!put && x->around != ETQ_NO_TIME)
		fprintf(s->out, "  nothing around %s\n", render_clock(x->around).p);
	if (more)
		fprintf(s->out, "  %s%zu more %s left out; --output ndjson has %s%s\n",
			screen_paint(s, PAINT_DIM), more, more == 1 ? "event" : "events",
			more == 1 ? "it" : "them", screen_paint(s, PAINT_PLAIN));
}

static struct part part_of(const struct etq_trace *trace, struct etq_str call)
{
	struct part p = {.trace = trace};
	size_t n = etq_trace_count(trace);

	while (p.from < n && !sv_eq(etq_trace_get(trace, p.from)->call, call))
		p.from++;
	p.to = p.from;
	while (p.to < n && sv_eq(etq_trace_get(trace, p.to)->call, call))
		p.to++;
	return p;
}

bool explain_print(const struct explain *x, const struct screen *s, struct transcript *tr)
{
	for (size_t i = 0; i < transcript_count(tr); i++) {
		const struct talk *talk = transcript_talk(tr, i);
		struct part p = part_of(x->trace, talk->id);

		p.shown = calloc(p.to - p.from + 1, sizeof *p.shown);
		if (!p.shown)
			return false;
		pick(&p, x->around);
		fputc('\n', s->out);
		render_talk(s, talk);
		put_events(x, s, &p);
		put_outcome(x, s, &p);
		free(p.shown);
	}
	return true;
}

/* ---- for programs ------------------------------------------------------------------------------ */

static bool put_json(const struct explain *x, const struct part *p, struct buf *line)
{
	for (size_t i = p->from; i < p->to; i++) {
		if (!p->shown[i - p->from])
			continue;
		buf_clear(line);
		if (!trace_encode(event(p, i), x->rule->id, line)) {
			say("an event of %.*s can't be written", SV_ARG(x->rule->id));
			return false;
		}
		fwrite(line->p, 1, line->n, stdout);
	}
	return true;
}

bool explain_print_ndjson(const struct explain *x)
{
	struct buf line = BUF_INIT(TRACE_LINE_MAX);
	size_t n = etq_trace_count(x->trace);
	bool ok = true;

	for (size_t i = 0; ok && i < n;) {
		struct part p = part_of(x->trace, etq_trace_get(x->trace, i)->call);

		p.shown = calloc(p.to - p.from + 1, sizeof *p.shown);
		if (!p.shown) {
			say("no memory");
			ok = false;
			break;
		}
		pick(&p, x->around);
		ok = put_json(x, &p, &line);
		free(p.shown);
		i = p.to;
	}
	buf_free(&line);
	return ok;
}

size_t explain_findings(const struct explain *x)
{
	return findings(&(struct part){.trace = x->trace, .to = etq_trace_count(x->trace)});
}
