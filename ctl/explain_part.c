#include "explain_part.h"

#include <string.h>

#include "base/sv.h"
#include "rules/ruleset.h"
#include "text/utf8.h"

enum {
	WORDS_MAX = 100,  /* code points of what was said: --output ndjson has all */
	WRITTEN_MAX = 60, /* … and of what stands in a rule file */
};

/* At most so many code points, with "…" for the others. */
static void put_cut(const struct screen *s, struct etq_str text, size_t max)
{
	size_t n = utf8_offset(text, max);

	screen_put(s, (struct etq_str){text.p, n});
	fputs(n < text.n ? "…" : "", s->out);
}

void explain_put_quotes(const struct screen *s, const struct etq_trace_event *e)
{
	if (e->nquotes)
		fprintf(s->out, "%s", etq_side_name(e->quotes[0].by));
	for (size_t i = 0; i < e->nquotes; i++) {
		fputs(" «", s->out);
		put_cut(s, e->quotes[i].words, WORDS_MAX);
		fputs("»", s->out);
	}
}

void explain_put_written(const struct screen *s, struct etq_str text)
{
	fputs("`", s->out);
	put_cut(s, text, WRITTEN_MAX);
	fputs("`", s->out);
}

void explain_put_phrase(const struct screen *s, const char *before,
			const struct etq_trace_phrase *p)
{
	if (!p->set.p)
		return;
	fprintf(s->out, "\n%*s%s%s", EXPLAIN_INDENT, "", screen_paint(s, PAINT_DIM), before);
	screen_put(s, p->set);
	fputs(" ", s->out);
	explain_put_written(s, p->text);
	fputs(" ", s->out);
	screen_put(s, p->file);
	fprintf(s->out, ":%d%s", p->line, screen_paint(s, PAINT_PLAIN));
}

static bool is_time(struct etq_str measure)
{
	for (size_t i = 0; i < MEASURES; i++)
		if (sv_eq(measure, sv_of(measure_infos[i].name)))
			return measure_infos[i].ms;
	return sv_eq(measure, SV("wait"));
}

void explain_put_amount(const struct screen *s, struct etq_str measure, double value)
{
	if (is_time(measure))
		fprintf(s->out, "%.1f s", value / 1000);
	else
		fprintf(s->out, "%.4g", value);
}

void explain_put_seconds(const struct screen *s, int64_t ms)
{
	fprintf(s->out, "%.1f s", (double)ms / 1000);
}

void explain_put_window(const struct screen *s, const struct etq_trace_window *w)
{
	const struct {
		uint32_t n;
		const char *one, *many;
	} parts[] = {
		{w->turns, "turn", "turns"},
		{w->words, "word", "words"},
		{w->utterances, "utterance", "utterances"},
	};
	const char *before = "";

	if (w->ms) {
		explain_put_seconds(s, w->ms);
		before = " and ";
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].n)
			continue;
		fprintf(s->out, "%s%u %s", before, parts[i].n,
			parts[i].n == 1 ? parts[i].one : parts[i].many);
		before = " and ";
	}
	if (!*before && !w->ms)
		fputs("the rest of the call", s->out);
}

void explain_put_step(const struct screen *s, const struct etq_trace_event *e)
{
	fprintf(s->out, "%s%zu of %zu", strcmp(e->role, "unless") == 0 ? "exception's " : "",
		e->step, e->steps);
	if (e->text.n) {
		fputs(" «", s->out);
		screen_put(s, e->text);
		fputs("»", s->out);
	}
}
