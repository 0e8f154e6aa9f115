/* etiquettectl rules explain: what a rule says of itself, and what it finds in a call. */
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/sv.h"
#include "callfile.h"
#include "commands.h"
#include "judge.h"
#include "load.h"
#include "say.h"
#include "screen.h"
#include "shown.h"

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

static enum exit_code put_call(const struct screen *s, const struct opts *o,
			       struct etq_ruleset *rules, const struct etq_rule_info *rule)
{
	const struct shown_filter filter = {.rule = rule->id};
	struct judge judge = {.rules = rules, .transcript = transcript_new()};
	struct etq_findings *findings = etq_findings_new();
	struct shown shown = {0};
	struct etq_err err;
	struct callfile *f = callfile_open(o->operands[1], (enum file_format)o->format, &err);
	bool ok = false;

	if (!f)
		say("%s", err.message);
	else if (!judge.transcript || !findings)
		say("no memory");
	else
		ok = judge_file(&judge, f, findings) && shown_pick(&shown, findings, &filter) &&
		     shown_print(s, judge.transcript, &shown);
	if (ok)
		fprintf(s->out, "\n%zu %s of %.*s\n", shown.n,
			shown.n == 1 ? "finding" : "findings", SV_ARG(rule->id));
	shown_free(&shown);
	callfile_close(f);
	etq_findings_free(findings);
	transcript_free(judge.transcript);
	return ok && judge.bad == 0 ? EXIT_CLEAN : EXIT_ERROR;
}

enum exit_code rules_explain_run(const struct opts *o)
{
	struct etq_ruleset *rules = load_opts(o);
	enum exit_code code = EXIT_ERROR;
	struct screen screen;

	if (!rules)
		return EXIT_ERROR;
	screen_init(&screen, stdout, (enum colour_when)o->colour);
	const struct etq_rule_info *rule = etq_ruleset_find(rules, sv_of(o->operands[0]));

	if (rule) {
		put_rule(&screen, rule);
		code = EXIT_CLEAN;
	} else {
		say_unknown(rules, o->operands[0]);
	}
	if (rule && o->noperands > 1) {
		fputc('\n', stdout);
		code = put_call(&screen, o, rules, rule);
	}
	etq_ruleset_unref(rules);
	return code;
}
