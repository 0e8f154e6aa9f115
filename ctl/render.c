#include "render.h"

#include <string.h>

#include "base/sv.h"
#include "marks.h"
#include "scoretext.h"

enum { INDENT = 21 }; /* columns before the words: time and side */

void render_event_of(const struct etq_finding *f, struct event_view *e)
{
	static const struct etq_rule_info none;
	const struct etq_rule_info *rule = f->rule ? f->rule : &none;

	*e = (struct event_view){
		.kind = f->kind,
		.score = f->score,
		.recorded_ms = ETQ_NO_TIME,
		.time_ms = ETQ_NO_TIME,
		.finding = {f->id, strlen(f->id)},
		.rule = rule->id,
		.topic = rule->topic,
		.title_ru = rule->title_ru,
		.title_en = rule->title_en,
		.say_instead = rule->say_instead,
		.source_sentence = rule->source,
		.severity = f->severity,
		.trial = f->status == ETQ_TRIAL,
		.inferred = f->inferred,
		.stamped = f->stamped,
		.points = f->points,
		.t = f->t,
		.raised = f->raised,
		.by = f->by,
		.hits = f->hits,
		.nquotes = f->nquotes,
		.trigger = f->trigger,
		.trigger_t = f->trigger_t,
		.measure = f->measure,
		.value = f->value,
		.bound = f->bound,
		.call = f->call,
		.meta = *f->meta,
	};
	memcpy(e->quotes, f->quotes, sizeof e->quotes);
}

struct clock_text render_clock(int64_t ms)
{
	struct clock_text text = {"--:--.-"};

	if (ms >= 0)
		snprintf(text.p, sizeof text.p, "%02lld:%02lld.%lld", (long long)(ms / 60000),
			 (long long)(ms / 1000 % 60), (long long)(ms / 100 % 10));
	return text;
}

struct etq_str render_title(const struct event_view *e)
{
	bool english = sv_starts(e->meta.lang, SV("en"));
	struct etq_str first = english ? e->title_en : e->title_ru;

	return first.n > 0 ? first : english ? e->title_ru : e->title_en;
}

/* ", label value", the comma but for the first. */
static void put_part(const struct screen *s, size_t *n, const char *label, struct etq_str value)
{
	if (value.n == 0)
		return;
	fprintf(s->out, "%s%s", (*n)++ ? ", " : ": ", label);
	screen_put(s, value);
}

void render_talk(const struct screen *s, const struct talk *talk)
{
	const struct etq_meta *m = &talk->meta;
	size_t n = 0;

	fprintf(s->out, "%scall ", screen_paint(s, PAINT_BOLD));
	screen_put(s, talk->id);
	fputs(screen_paint(s, PAINT_PLAIN), s->out);
	if (m->direction != ETQ_DIRECTION_UNKNOWN)
		put_part(s, &n, "", sv_of(etq_direction_name(m->direction)));
	put_part(s, &n, "queue ", m->queue);
	put_part(s, &n, "agent ", m->agent_name.n ? m->agent_name : m->agent_id);
	put_part(s, &n, "customer ", m->customer_name.n ? m->customer_name : m->customer_id);
	put_part(s, &n, "company ", m->company);
	if (m->rings >= 0)
		fprintf(s->out, "%s%d %s", n++ ? ", " : ": ", m->rings,
			m->rings == 1 ? "ring" : "rings");
	if (m->ring_ms != ETQ_NO_TIME)
		fprintf(s->out, "%srang %.1f s", n ? ", " : ": ", (double)m->ring_ms / 1000);
	fputc('\n', s->out);
}

static void put_margin(const struct screen *s, const struct tline *line)
{
	enum etq_side by = line->in.by;
	enum paint paint = by == ETQ_AGENT      ? PAINT_AGENT
			   : by == ETQ_CUSTOMER ? PAINT_CUSTOMER
						: PAINT_BOLD;

	fprintf(s->out, "  %s%-8s%s ", screen_paint(s, PAINT_DIM), render_clock(line->t).p,
		screen_paint(s, PAINT_PLAIN));
	if (line->note.n == 0)
		fprintf(s->out, "%s%-8s%s  ", screen_paint(s, paint), etq_side_name(by),
			screen_paint(s, PAINT_PLAIN));
}

bool render_line(const struct screen *s, const struct talk *talk, const struct tline *line,
		 const struct event_view *events, size_t n, enum render_mode mode)
{
	struct marks marks = {0};

	if (line->note.n > 0) {
		if (mode == RENDER_LINE) {
			put_margin(s, line);
			fputs(screen_paint(s, PAINT_DIM), s->out);
			screen_put(s, line->note);
			fprintf(s->out, "%s\n", screen_paint(s, PAINT_PLAIN));
		}
		return true;
	}
	if (!marks_open(&marks, line->in.text))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < events[i].nquotes; j++) {
			const struct etq_quote *quote = &events[i].quotes[j];
			ptrdiff_t at = talk_quoted(talk, quote);

			if (at != NO_LINE && &talk->lines[at] == line)
				marks_add(&marks, quote->start, quote->end, events[i].severity);
		}
	}
	if (mode == RENDER_LINE)
		put_margin(s, line);
	marks_print(&marks, s, INDENT, mode == RENDER_MARKS);
	marks_close(&marks);
	return true;
}

static void put_name(const struct screen *s, const struct event_view *e)
{
	enum paint paint = (enum paint)(PAINT_INFO + (int)e->severity);

	if (e->kind == ETQ_RETRACTED) {
		fprintf(s->out, "%swithdrawn ", screen_paint(s, PAINT_STRUCK));
		screen_put(s, e->rule);
	} else {
		fprintf(s->out, "%s%s%s %s", screen_paint(s, paint), etq_severity_name(e->severity),
			screen_paint(s, PAINT_PLAIN), screen_paint(s, PAINT_BOLD));
		screen_put(s, e->rule);
		fputs(screen_paint(s, PAINT_PLAIN), s->out);
	}
	fputs("  ", s->out);
	screen_put(s, render_title(e));
	fputs(screen_paint(s, PAINT_PLAIN), s->out);
	if (e->trial)
		fputs(" (on trial)", s->out);
	if (e->inferred)
		fputs(" (inferred wait)", s->out);
}

static void put_measure(const struct screen *s, const struct event_view *e)
{
	if (!e->measure.p)
		return;
	fputs(", ", s->out);
	screen_put(s, e->measure);
	fprintf(s->out, " %.6g, bound %.6g", e->value, e->bound);
}

/* The scenario's step that is missing: its name stands where findings say what made them due. */
static void put_step(const struct screen *s, const struct event_view *e)
{
	static const char *const others[] = {
		"said",     "step",       "answer",   "call.start", "turn.start",   "hold.start",
		"hold.end", "wait.start", "wait.end", "silence",    "interruption", "call.end",
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (sv_eq(e->trigger, sv_of(others[i])))
			return;
	if (e->measure.p || e->trigger.n == 0)
		return;
	fputs(", ", s->out);
	screen_put(s, e->trigger);
}

static void put_advice(const struct screen *s, const struct event_view *e)
{
	if (e->say_instead.n == 0 || e->kind == ETQ_RETRACTED)
		return;
	fprintf(s->out, "%*s%s→ ", INDENT, "", screen_paint(s, PAINT_ADVICE));
	screen_put(s, e->say_instead);
	fprintf(s->out, "%s\n", screen_paint(s, PAINT_PLAIN));
}

void render_finding(const struct screen *s, const struct event_view *e)
{
	fprintf(s->out, "%*s", INDENT, "");
	put_name(s, e);
	fprintf(s->out, " %s(%s", screen_paint(s, PAINT_DIM), render_clock(e->t).p);
	if (e->raised > e->t)
		fprintf(s->out, ", known %s", render_clock(e->raised).p);
	put_measure(s, e);
	put_step(s, e);
	fprintf(s->out, ")%s\n", screen_paint(s, PAINT_PLAIN));
	put_advice(s, e);
}

static void put_quotes(const struct screen *s, const struct event_view *e)
{
	for (size_t i = 0; i < e->nquotes && e->kind == ETQ_FINDING; i++) {
		const struct etq_quote *quote = &e->quotes[i];

		fprintf(s->out, "%*s%s %s: «", INDENT, "", render_clock(quote->t).p,
			etq_side_name(quote->by));
		screen_put(s, quote->words);
		fputs("»\n", s->out);
	}
}

void render_score(const struct screen *s, const struct etq_score *score)
{
	fprintf(s->out, "%*s", INDENT, "");
	scoretext_head(s, score);
	fputc('\n', s->out);
	scoretext_details(s, score, INDENT);
}

void render_alone(const struct screen *s, const struct event_view *e)
{
	size_t n = 0;

	fprintf(s->out, "%s#%-6llu%s %-8s     ", screen_paint(s, PAINT_DIM),
		(unsigned long long)e->sequence, screen_paint(s, PAINT_PLAIN),
		render_clock(e->t).p);
	if (e->score)
		scoretext_head(s, e->score);
	else
		put_name(s, e);
	fprintf(s->out, "\n%*s%scall ", INDENT, "", screen_paint(s, PAINT_DIM));
	screen_put(s, e->call);
	put_part(s, &n, "agent ", e->meta.agent_name.n ? e->meta.agent_name : e->meta.agent_id);
	put_part(s, &n, "queue ", e->meta.queue);
	put_measure(s, e);
	put_step(s, e);
	fprintf(s->out, "%s\n", screen_paint(s, PAINT_PLAIN));
	if (e->score)
		scoretext_details(s, e->score, INDENT);
	put_quotes(s, e);
	put_advice(s, e);
}
