#include "explain_event.h"

#include <string.h>

#include "base/sv.h"
#include "explain_part.h"
#include "render.h"

/* A word that the trace has, and what people read for it. */
struct reading {
	const char *word, *text;
};

static const char *read_word(const struct reading *list, const char *word)
{
	for (; word && list->word; list++)
		if (strcmp(list->word, word) == 0)
			return list->text;
	return word ? word : "";
}

static const struct reading roles[] = {
	{"forbid", "forbidden"},      {"after", "what `after` asks for"},
	{"expect", "expected"},       {"anchor", "the anchor"},
	{"step", "a step"},           {"unless", "for an exception"},
	{"wait", "announces a wait"}, {0},
};

static void put_heard(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_quotes(s, e);
	fprintf(s->out, ": %s", read_word(roles, e->role));
	explain_put_phrase(s, "", &e->phrase);
	explain_put_phrase(s, "covered by ", &e->except);
	if (e->why && strcmp(e->why, "echo") == 0)
		fprintf(s->out, "\n%*san echo: the other side says the same at that time",
			EXPLAIN_INDENT, "");
	else if (e->why)
		fprintf(s->out, "\n%*swhat the set must come after (`after`) has not come",
			EXPLAIN_INDENT, "");
}

static void put_happened(const struct screen *s, const struct etq_trace_event *e)
{
	screen_put(s, e->signal);
	fprintf(s->out, ": %s", read_word(roles, e->role));
	if (e->nquotes) {
		fputs(", ", s->out);
		explain_put_quotes(s, e);
	}
}

static void put_opened(const struct screen *s, const struct etq_trace_event *e)
{
	fputs("by ", s->out);
	screen_put(s, e->signal);
	fputs(": waits ", s->out);
	explain_put_window(s, &e->window);
	if (e->until != ETQ_NO_TIME)
		fprintf(s->out, " (until %s%s)", render_clock(e->until).p,
			e->window.turns || e->window.words || e->window.utterances ? " or longer"
										   : "");
}

static void put_not_opened(const struct screen *s, const struct etq_trace_event *e)
{
	static const struct reading whys[] = {
		{"open", "the window of an earlier one is still open"},
		{"being-said", "what is expected was just being said"},
		{0},
	};

	fprintf(s->out, "%s", read_word(whys, e->why));
}

static void put_part_over(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "the %s of the window from %s are used up", e->why,
		render_clock(e->from).p);
}

static void put_satisfied(const struct screen *s, const struct etq_trace_event *e)
{
	if (strcmp(e->why, "late") == 0) {
		fputs("it came before the anchor after all", s->out);
		return;
	}
	explain_put_seconds(s, e->t - e->from);
	fprintf(s->out, " %s", strcmp(e->why, "before") == 0 ? "before: heard at " : "after ");
	fputs(render_clock(e->from).p, s->out);
}

static void put_spoken(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_quotes(s, e);
	fputs(": in the window", s->out);
}

static void put_missed(const struct screen *s, const struct etq_trace_event *e)
{
	static const struct reading whys[] = {
		{"before", "not heard in the window before"},
		{"call.end", "not heard before the call ended"},
		{"seconds", "not heard by the time that was given"},
		{"turns", "not heard in the turns that were given"},
		{"words", "not heard in the words that were given"},
		{"utterances", "not heard in the utterances that were given"},
		{0},
	};

	fprintf(s->out, "%s", read_word(whys, e->why));
	if (strcmp(e->why, "before") != 0) {
		fprintf(s->out, ", from %s on", render_clock(e->from).p);
		return;
	}
	if (e->from != e->t)
		fprintf(s->out, ", only at %s", render_clock(e->from).p);
	if (e->nquotes) {
		fputs("; last words: ", s->out);
		explain_put_quotes(s, e);
	}
}

static void put_no_occasion(const struct screen *s, const struct etq_trace_event *e)
{
	fputs(e->why ? "a hold was reported, so that waits are not taken for holds any more"
		     : "the call ended before the side that should say it spoke",
	      s->out);
}

static void put_outside(const struct screen *s, const struct etq_trace_event *e)
{
	if (strcmp(e->why, "after") == 0)
		fputs("what `after` asks for has not come", s->out);
	else
		fprintf(s->out, "the window from %s is closed", render_clock(e->from).p);
}

static void put_counted(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_amount(s, e->measure, e->value);
	fprintf(s->out, " so far, must be %s ", e->below ? "below" : "above");
	explain_put_amount(s, e->measure, e->bound);
	if (e->why)
		fputs(", and too little has been spoken for a rate (`over`)", s->out);
}

static void put_repeated(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "this %s has its finding (`each: %s`)", e->why, e->why);
}

static void put_mixed(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "the turn from %s has other words, too", render_clock(e->from).p);
}

static void put_whole_turn(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "the turn from %s has nothing else", render_clock(e->from).p);
}

static void put_measured(const struct screen *s, const struct etq_trace_event *e)
{
	bool unknown = e->why && strcmp(e->why, "unknown") == 0;

	screen_put(s, e->measure);
	fputs(unknown ? " is not known" : " ", s->out);
	if (unknown)
		return;
	explain_put_amount(s, e->measure, e->value);
	fprintf(s->out, ", %s ", e->why ? "beyond" : e->below ? "not below" : "not above");
	explain_put_amount(s, e->measure, e->bound);
	if (!e->why && !e->below && e->bound > 0)
		fprintf(s->out, " (%.0f %%)", 100 * e->value / e->bound);
	if (e->from != e->t)
		fprintf(s->out, ", from %s on", render_clock(e->from).p);
}

static void put_reached(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_step(s, e);
	fputs(e->why ? ", begins anew" : "", s->out);
}

static void put_step_refused(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_step(s, e);
	if (strcmp(e->why, "order") == 0)
		fputs(": not in order, a step before it is missing", s->out);
	else
		fprintf(s->out, ": too late after the one at %s", render_clock(e->from).p);
}

static void put_undone(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_step(s, e);
	fputs(" must not come here: begins anew", s->out);
}

static void put_complete(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "all %ssteps that must be there",
		strcmp(e->role, "unless") == 0 ? "the exception's " : "");
}

static void put_step_missing(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_step(s, e);
	fputs(" did not come, or not in order", s->out);
}

static void put_wait_begun(const struct screen *s, const struct etq_trace_event *e)
{
	fputs("announced, and then nobody spoke: taken for a hold", s->out);
}

static void put_wait_short(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_seconds(s, e->t - e->from);
	fputs(" after the announcement somebody spoke; a wait takes ", s->out);
	explain_put_amount(s, e->measure, e->bound);
}

static void put_wait_over(const struct screen *s, const struct etq_trace_event *e)
{
	explain_put_seconds(s, e->t - e->from);
	fprintf(s->out, " from %s on", render_clock(e->from).p);
}

static void put_not_raised(const struct screen *s, const struct etq_trace_event *e)
{
	static const struct reading whys[] = {
		{"max", "as many findings as `max` allows are there"},
		{"cooldown", "too soon after the last finding (`cooldown`)"},
		{"when", "a condition of `when` does not hold: "},
		{"unless", "an exception holds: "},
		{0},
	};

	fprintf(s->out, "%s", read_word(whys, e->why));
	if (e->text.n)
		explain_put_written(s, e->text);
}

static void put_not_excused(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "by the exception, whose `%s` does not hold: ", e->why);
	explain_put_written(s, e->text);
}

static void put_finding(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "%s%s%s", screen_paint(s, (enum paint)(PAINT_INFO + (int)e->severity)),
		etq_severity_name(e->severity), screen_paint(s, PAINT_PLAIN));
	if (e->why)
		fprintf(s->out, " by `%s`", e->why);
	if (e->from != e->t)
		fprintf(s->out, ", of %s", render_clock(e->from).p);
	if (e->measure.p) {
		fputs(", ", s->out);
		screen_put(s, e->measure);
		fputs(" ", s->out);
		explain_put_amount(s, e->measure, e->value);
		fputs(", bound ", s->out);
		explain_put_amount(s, e->measure, e->bound);
	}
}

typedef void put_fn(const struct screen *s, const struct etq_trace_event *e);

static put_fn *const sentences[ETQ_TRACE_KINDS] = {
	[ETQ_TRACE_HEARD] = put_heard,
	[ETQ_TRACE_EXCEPTED] = put_heard,
	[ETQ_TRACE_HAPPENED] = put_happened,
	[ETQ_TRACE_OPENED] = put_opened,
	[ETQ_TRACE_NOT_OPENED] = put_not_opened,
	[ETQ_TRACE_SPOKEN] = put_spoken,
	[ETQ_TRACE_PART_OVER] = put_part_over,
	[ETQ_TRACE_SATISFIED] = put_satisfied,
	[ETQ_TRACE_MISSED] = put_missed,
	[ETQ_TRACE_NO_OCCASION] = put_no_occasion,
	[ETQ_TRACE_OUTSIDE] = put_outside,
	[ETQ_TRACE_COUNTED] = put_counted,
	[ETQ_TRACE_REPEATED] = put_repeated,
	[ETQ_TRACE_MIXED] = put_mixed,
	[ETQ_TRACE_WHOLE_TURN] = put_whole_turn,
	[ETQ_TRACE_MEASURED] = put_measured,
	[ETQ_TRACE_STEP] = put_reached,
	[ETQ_TRACE_STEP_REFUSED] = put_step_refused,
	[ETQ_TRACE_UNDONE] = put_undone,
	[ETQ_TRACE_COMPLETE] = put_complete,
	[ETQ_TRACE_STEP_MISSING] = put_step_missing,
	[ETQ_TRACE_WAIT_BEGUN] = put_wait_begun,
	[ETQ_TRACE_WAIT_SHORT] = put_wait_short,
	[ETQ_TRACE_WAIT_OVER] = put_wait_over,
	[ETQ_TRACE_NOT_RAISED] = put_not_raised,
	[ETQ_TRACE_NOT_EXCUSED] = put_not_excused,
	[ETQ_TRACE_RAISED] = put_finding,
	[ETQ_TRACE_WITHDRAWN] = put_finding,
};

void explain_event(const struct screen *s, const struct etq_trace_event *e)
{
	bool loud = e->kind == ETQ_TRACE_RAISED || e->kind == ETQ_TRACE_WITHDRAWN;

	fprintf(s->out, "  %s%-8s%s  %s%-12s%s  ", screen_paint(s, PAINT_DIM), render_clock(e->t).p,
		screen_paint(s, PAINT_PLAIN), screen_paint(s, loud ? PAINT_BOLD : PAINT_PLAIN),
		etq_trace_kinds[e->kind].name, screen_paint(s, PAINT_PLAIN));
	sentences[e->kind](s, e);
	if (e->inferred)
		fputs(" (inferred wait)", s->out);
	fputc('\n', s->out);
}
