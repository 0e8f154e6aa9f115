/* etiquettectl rules explain: what a rule says of itself, and why it fired or did not on a call. */
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/sv.h"
#include "callfile.h"
#include "commands.h"
#include "explain.h"
#include "judge.h"
#include "load.h"
#include "say.h"
#include "screen.h"

static void put_row(const struct screen *s, const char *label, struct etq_str value)
{
	if (value.n == 0)
		return;
	fprintf(s->out, "  %s%-12s%s ", screen_paint(s, PAINT_DIM), label,
		screen_paint(s, PAINT_PLAIN));
	screen_put(s, value);
	fputc('\n', s->out);
}

static void put_rule(const struct screen *s, const struct etq_rule_info *rule)
{
	fprintf(s->out, "%s%.*s%s\n", screen_paint(s, PAINT_BOLD), SV_ARG(rule->id),
		screen_paint(s, PAINT_PLAIN));
	put_row(s, "ru", rule->title_ru);
	put_row(s, "en", rule->title_en);
	put_row(s, "source", rule->source);
	put_row(s, "say instead", rule->say_instead);
	put_row(s, "blind to", rule->blind);
	put_row(s, "topic", rule->topic);
	put_row(s, "severity", sv_of(etq_severity_name(rule->severity)));
	put_row(s, "status", sv_of(etq_status_name(rule->status)));
	put_row(s, "form", rule->form);
	fprintf(s->out, "  %s%-12s%s %d\n", screen_paint(s, PAINT_DIM), "points",
		screen_paint(s, PAINT_PLAIN), rule->points);
	fprintf(s->out, "  %s%-12s%s %zu that violate, %zu that comply\n",
		screen_paint(s, PAINT_DIM), "examples", screen_paint(s, PAINT_PLAIN),
		rule->violating, rule->complying);
	fprintf(s->out, "  %s%-12s%s %.*s:%d\n", screen_paint(s, PAINT_DIM), "file",
		screen_paint(s, PAINT_PLAIN), SV_ARG(rule->file), rule->line);
}

static void say_unknown(const struct etq_ruleset *rules, const char *id)
{
	size_t n = etq_ruleset_count(rules);
	const char **names = calloc(n + 1, sizeof(const char *));

	/* Ids lie in the ruleset's arena, with a NUL behind each. */
	for (size_t i = 0; names && i < n; i++)
		names[i] = etq_ruleset_rule(rules, i)->id.p;
	const char *near = names ? diag_nearest(sv_of(id), names) : NULL;

	say("there is no rule `%s`%s%s%s", id, near ? ": did you mean `" : "", near ? near : "",
	    near ? "`?" : "");
	free(names);
}

/* Two lines of what the rule is: the whole of it is there without FILE. */
static void put_head(const struct screen *s, const struct etq_rule_info *rule)
{
	fprintf(s->out, "%s%.*s%s  ", screen_paint(s, PAINT_BOLD), SV_ARG(rule->id),
		screen_paint(s, PAINT_PLAIN));
	screen_put(s, rule->title_ru.n ? rule->title_ru : rule->title_en);
	fprintf(s->out, "\n  %s%.*s, %s", screen_paint(s, PAINT_DIM), SV_ARG(rule->form),
		etq_severity_name(rule->severity));
	if (rule->status != ETQ_ON)
		fprintf(s->out, ", status %s", etq_status_name(rule->status));
	fprintf(s->out, ", %.*s:%d%s\n", SV_ARG(rule->file), rule->line,
		screen_paint(s, PAINT_PLAIN));
}

/* Findings are not kept: what the trace says of them is enough. */
static bool forget(void *arg, struct etq_findings *findings)
{
	etq_findings_clear(findings);
	return true;
}

static bool put_trace(const struct opts *o, const struct screen *s, const struct explain *x,
		      struct transcript *tr)
{
	if (o->output == OUTPUT_NDJSON)
		return explain_print_ndjson(x);
	put_head(s, x->rule);
	if (explain_print(x, s, tr))
		return true;
	say("no memory");
	return false;
}

static enum exit_code explain_file(const struct opts *o, const struct screen *s,
				   struct etq_ruleset *rules, const struct etq_rule_info *rule)
{
	struct etq_trace *trace = etq_trace_new(rules, rule);
	struct judge judge = {
		.rules = rules, .transcript = transcript_new(), .trace = trace, .take = forget};
	struct etq_findings *findings = etq_findings_new();
	struct explain x = {.trace = trace, .rule = rule, .around = o->around};
	struct etq_err err;
	struct callfile *f = callfile_open(o->operands[1], (enum file_format)o->format, &err);
	enum exit_code code = EXIT_ERROR;

	if (!f)
		say("%s", err.message);
	else if (!judge.transcript || !trace || !findings)
		say("no memory");
	else if (judge_file(&judge, f, findings)) {
		etq_trace_sort(trace);
		if (put_trace(o, s, &x, judge.transcript) && judge.bad == 0)
			code = explain_findings(&x) ? EXIT_FOUND : EXIT_CLEAN;
		if (!etq_trace_is_complete(trace)) {
			say("no memory for all of it: something is missing above");
			code = EXIT_ERROR;
		}
	}
	callfile_close(f);
	etq_findings_free(findings);
	transcript_free(judge.transcript);
	etq_trace_free(trace);
	return code;
}

enum exit_code rules_explain_run(const struct opts *o)
{
	bool with_file = o->noperands > 1;
	enum exit_code code = EXIT_ERROR;
	struct screen screen;

	if (!with_file && (o->around != ETQ_NO_TIME || o->output == OUTPUT_NDJSON)) {
		say("--%s is for what a rule does in a call: `rules explain` then needs FILE, too",
		    o->around != ETQ_NO_TIME ? "at" : "output ndjson");
		return EXIT_ERROR;
	}
	struct etq_ruleset *rules = load_opts(o);

	if (!rules)
		return EXIT_ERROR;
	screen_init(&screen, stdout, (enum colour_when)o->colour);
	const struct etq_rule_info *rule = etq_ruleset_find(rules, sv_of(o->operands[0]));

	if (!rule) {
		say_unknown(rules, o->operands[0]);
	} else if (with_file) {
		code = explain_file(o, &screen, rules, rule);
	} else {
		put_rule(&screen, rule);
		code = EXIT_CLEAN;
	}
	etq_ruleset_unref(rules);
	return code;
}
