/* etiquettectl rules list: what rules there are, and what limits can measure. */
#include <stdio.h>

#include "base/buf.h"
#include "base/sv.h"
#include "commands.h"
#include "load.h"
#include "rules/ruleset.h"
#include "say.h"
#include "screen.h"
#include "text/utf8.h"
#include "wire/emit.h"

static void put_rule(const struct screen *s, const struct etq_rule_info *rule, int width)
{
	enum paint paint = (enum paint)(PAINT_INFO + (int)rule->severity);

	fprintf(s->out, "%-*.*s  %s%-8s%s  %-5s  %-8.*s  %3d  %3zu+%-3zu  %.*s\n", width,
		SV_ARG(rule->id), screen_paint(s, paint), etq_severity_name(rule->severity),
		screen_paint(s, PAINT_PLAIN), etq_status_name(rule->status), SV_ARG(rule->form),
		rule->points, rule->violating, rule->complying,
		SV_ARG(rule->title_ru.n ? rule->title_ru : rule->title_en));
}

static void put_table(const struct screen *s, const struct etq_ruleset *rules)
{
	size_t n = etq_ruleset_count(rules);
	int width = 2;

	for (size_t i = 0; i < n; i++) {
		const struct etq_rule_info *rule = etq_ruleset_rule(rules, i);

		if ((int)rule->id.n > width)
			width = (int)rule->id.n;
	}
	fprintf(s->out, "%s%-*s  %-8s  %-5s  %-8s  %3s  %7s  %s%s\n", screen_paint(s, PAINT_BOLD),
		width, "id", "severity", "on", "form", "pts", "ex. -+", "title",
		screen_paint(s, PAINT_PLAIN));
	for (size_t i = 0; i < n; i++)
		put_rule(s, etq_ruleset_rule(rules, i), width);
	fprintf(s->out, "%zu %s, version %s\n", n, n == 1 ? "rule" : "rules",
		etq_ruleset_version(rules));
}

static bool put_json(const struct etq_rule_info *rule, struct buf *line)
{
	buf_clear(line);
	struct emit e = emit_begin(line);

	emit_open(&e, NULL, '{');
	emit_text(&e, "id", rule->id);
	emit_text(&e, "topic", rule->topic);
	emit_open(&e, "title", '{');
	emit_some(&e, "ru", rule->title_ru);
	emit_some(&e, "en", rule->title_en);
	emit_close(&e, '}');
	emit_name(&e, "severity", etq_severity_name(rule->severity));
	emit_name(&e, "status", etq_status_name(rule->status));
	emit_text(&e, "form", rule->form);
	emit_int(&e, "points", rule->points);
	emit_int(&e, "violating", (int64_t)rule->violating);
	emit_int(&e, "complying", (int64_t)rule->complying);
	emit_some(&e, "say_instead", rule->say_instead);
	emit_some(&e, "source_sentence", rule->source);
	emit_some(&e, "blind", rule->blind);
	emit_some(&e, "file", rule->file);
	emit_int(&e, "line", rule->line);
	emit_close(&e, '}');
	if (!emit_end(&e) || !buf_putc(line, '\n'))
		return false;
	fwrite(line->p, 1, line->n, stdout);
	return true;
}

static bool put_ndjson(const struct etq_ruleset *rules)
{
	struct buf line = BUF_INIT(ETQ_MAX_LINE);
	bool ok = true;

	for (size_t i = 0; ok && i < etq_ruleset_count(rules); i++)
		ok = put_json(etq_ruleset_rule(rules, i), &line);
	if (!ok)
		say("no memory");
	buf_free(&line);
	return ok;
}

static bool put_measures_ndjson(void)
{
	struct buf line = BUF_INIT(ETQ_MAX_LINE);
	bool ok = true;

	for (size_t i = 0; ok && i < MEASURES; i++) {
		const struct measure_info *m = &measure_infos[i];

		buf_clear(&line);
		struct emit e = emit_begin(&line);

		emit_open(&e, NULL, '{');
		emit_name(&e, "name", m->name);
		emit_name(&e, "help", m->help);
		emit_bool(&e, "time", m->ms);
		emit_bool(&e, "running", m->running);
		emit_bool(&e, "by", m->by);
		emit_close(&e, '}');
		ok = emit_end(&e) && buf_putc(&line, '\n');
		if (ok)
			fwrite(line.p, 1, line.n, stdout);
	}
	buf_free(&line);
	return ok;
}

static void put_measures(void)
{
	for (size_t i = 0; i < MEASURES; i++) {
		const struct measure_info *m = &measure_infos[i];

		printf("%-14s %-6s %-3s %-9s %s\n", m->name, m->ms ? "time" : "number",
		       m->by ? "by" : "", m->running ? "at once" : "at end", m->help);
	}
}

enum exit_code rules_list_run(const struct opts *o)
{
	bool human = o->output == OUTPUT_HUMAN, ok = true;
	struct screen screen;

	if (o->measures) {
		if (human)
			put_measures();
		else
			ok = put_measures_ndjson();
		return ok ? EXIT_CLEAN : EXIT_ERROR;
	}
	struct etq_ruleset *rules = load_operands(o);

	if (!rules)
		return EXIT_ERROR;
	screen_init(&screen, stdout, (enum colour_when)o->colour);
	if (human)
		put_table(&screen, rules);
	else
		ok = put_ndjson(rules);
	etq_ruleset_unref(rules);
	return ok ? EXIT_CLEAN : EXIT_ERROR;
}
