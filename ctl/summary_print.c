#include "summary_print.h"

#include "base/buf.h"
#include "base/sv.h"
#include "grid.h"
#include "render.h"
#include "scoretext.h"
#include "wire/emit.h"

enum {
	CALLS_SHOWN = 20,  /* to people; JSON has all */
	RULES_NAMED = 3,   /* of an agent */
	LABEL_MAX = 1024,  /* bytes of a cell that is put together */
	RULES_MOST = 1000, /* of a ruleset */
};

#define LINE_MAX_BYTES ((size_t)1024 * 1024)

static const struct etq_rule_info *info(const struct summary *s, size_t rule)
{
	return etq_ruleset_rule(s->rules, rule);
}

/* "Ирина (a7)" */
static void put_agent(struct grid *g, struct etq_str id, struct etq_str name)
{
	struct buf label = BUF_INIT(LABEL_MAX);

	buf_put(&label, name.p ? name.p : "", name.n);
	if (name.n && id.n)
		buf_printf(&label, " (%.*s)", SV_ARG(id));
	else if (id.n)
		buf_put(&label, id.p, id.n);
	else if (!name.n)
		buf_puts(&label, "not known");
	g->text.failed |= label.failed;
	grid_text(g, (struct etq_str){label.p ? label.p : "", label.n});
	buf_free(&label);
}

static void put_tally(struct grid *g, const struct tally *t)
{
	grid_put(g, "%lld", (long long)t->points);
	for (int i = ETQ_CRITICAL; i >= ETQ_INFO; i--)
		grid_put(g, "%zu", t->by_severity[i]);
}

static bool print_calls(const struct summary *s, const struct screen *screen)
{
	static const struct grid_column columns[] = {
		{"score", true},  {"points", true}, {"critical", true}, {"major", true},
		{"minor", true},  {"info", true},   {"length", true},   {"agent", false},
		{"queue", false}, {"call", false},  {"file", false},
	};
	struct grid g;
	size_t n = s->ncalls < CALLS_SHOWN ? s->ncalls : CALLS_SHOWN;

	grid_open(&g, columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < n; i++) {
		const struct call_summary *c = s->calls[i];

		grid_put(&g, "%d", c->score);
		put_tally(&g, &c->tally);
		grid_put(&g, "%s", render_clock(c->duration_ms).p);
		put_agent(&g, c->agent_id, c->agent_name);
		grid_text(&g, c->queue);
		grid_text(&g, c->id);
		grid_text(&g, sv_of(c->file));
	}
	bool ok = grid_print(&g, screen);

	grid_close(&g);
	if (n < s->ncalls)
		fprintf(screen->out, "… and %zu better ones (--output ndjson has all)\n",
			s->ncalls - n);
	return ok;
}

/* "hold.no-thanks ×4, speech.filler ×2" */
static void put_dearest(struct grid *g, const struct summary *s, const struct rule_tally *rules)
{
	struct buf label = BUF_INIT(LABEL_MAX);
	size_t dearest[RULES_NAMED];
	size_t n = summary_dearest(s, rules, dearest, RULES_NAMED);

	for (size_t i = 0; i < n; i++)
		buf_printf(&label, "%s%.*s ×%zu", i ? ", " : "", SV_ARG(info(s, dearest[i])->id),
			   rules[dearest[i]].findings);
	g->text.failed |= label.failed;
	grid_text(g, (struct etq_str){label.p ? label.p : "", label.n});
	buf_free(&label);
}

static bool print_agents(const struct summary *s, const struct screen *screen)
{
	static const struct grid_column columns[] = {
		{"agent", false}, {"calls", true},
		{"score", true},  {"worst", true},
		{"points", true}, {"critical", true},
		{"major", true},  {"minor", true},
		{"info", true},   {"what costs most", false},
	};
	struct grid g;

	grid_open(&g, columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < s->nagents; i++) {
		const struct agent_summary *a = s->agents[i];

		put_agent(&g, a->id, a->name);
		grid_put(&g, "%zu", a->calls);
		grid_put(&g, "%.1f", summary_average(a->scores, a->calls));
		grid_put(&g, "%d", a->worst);
		put_tally(&g, &a->tally);
		put_dearest(&g, s, a->rules);
	}
	bool ok = grid_print(&g, screen);

	grid_close(&g);
	return ok;
}

static bool print_rules(const struct summary *s, const struct screen *screen)
{
	static const struct grid_column columns[] = {
		{"rule", false},  {"findings", true}, {"calls", true},
		{"points", true}, {"", false},        {"title", false},
	};
	size_t order[RULES_MOST];
	size_t n = summary_dearest(s, s->by_rule, order, RULES_MOST);
	struct grid g;

	grid_open(&g, columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < n; i++) {
		const struct etq_rule_info *rule = info(s, order[i]);
		const struct rule_tally *t = &s->by_rule[order[i]];

		grid_text(&g, rule->id);
		grid_put(&g, "%zu", t->findings);
		grid_put(&g, "%zu", t->calls);
		grid_put(&g, "%lld", (long long)t->points);
		grid_put(&g, "%s", rule->status == ETQ_TRIAL ? "trial" : "");
		grid_text(&g, rule->title_ru);
	}
	bool ok = grid_print(&g, screen);

	grid_close(&g);
	return ok;
}

bool summary_print(const struct summary *s, const struct screen *screen)
{
	bool ok = true;

	if (s->ncalls > 0) {
		ok = print_calls(s, screen);
		fputc('\n', screen->out);
		ok = ok && print_agents(s, screen);
		fputc('\n', screen->out);
	}
	if (s->tally.findings + s->tally.trial > 0) {
		ok = ok && print_rules(s, screen);
		fputc('\n', screen->out);
	}
	fprintf(screen->out, "%zu %s, average score %.1f: %zu %s", s->ncalls,
		s->ncalls == 1 ? "call" : "calls", summary_average(s->scores, s->ncalls),
		s->tally.findings, s->tally.findings == 1 ? "finding" : "findings");
	scoretext_severities(screen->out, s->tally.by_severity);
	if (s->tally.trial > 0)
		fprintf(screen->out, ", %zu on trial", s->tally.trial);
	fputc('\n', screen->out);
	return ok;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static double tenths(double v)
{
	return (double)(int64_t)(v * 10 + 0.5) / 10;
}

static void emit_agent(struct emit *e, struct etq_str id, struct etq_str name)
{
	emit_open(e, "agent", '{');
	emit_some(e, "id", id);
	emit_some(e, "name", name);
	emit_close(e, '}');
}

static void emit_tally(struct emit *e, const struct tally *t)
{
	emit_int(e, "points", t->points);
	emit_open(e, "findings", '{');
	emit_int(e, "count", (int64_t)t->findings);
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		emit_int(e, etq_severity_name((enum etq_severity)i), (int64_t)t->by_severity[i]);
	emit_int(e, "trial", (int64_t)t->trial);
	emit_close(e, '}');
}

static void emit_rules(struct emit *e, const struct summary *s, const struct rule_tally *rules,
		       bool calls)
{
	size_t order[RULES_MOST];
	size_t n = summary_dearest(s, rules, order, RULES_MOST);

	emit_open(e, "rules", '[');
	for (size_t i = 0; i < n; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "rule", info(s, order[i])->id);
		emit_int(e, "findings", (int64_t)rules[order[i]].findings);
		if (calls)
			emit_int(e, "calls", (int64_t)rules[order[i]].calls);
		emit_int(e, "points", rules[order[i]].points);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

/* Each writes the members of one line. */
static void emit_all(struct emit *e, const struct summary *s, size_t i)
{
	emit_int(e, "calls", (int64_t)s->ncalls);
	emit_int(e, "agents", (int64_t)s->nagents);
	emit_number(e, "score", tenths(summary_average(s->scores, s->ncalls)));
	emit_tally(e, &s->tally);
	emit_name(e, "rules_version", etq_ruleset_version(s->rules));
}

static void emit_call(struct emit *e, const struct summary *s, size_t i)
{
	const struct call_summary *c = s->calls[i];

	emit_name(e, "file", c->file);
	emit_text(e, "call", c->id);
	emit_agent(e, c->agent_id, c->agent_name);
	emit_some(e, "queue", c->queue);
	emit_int(e, "duration", c->duration_ms);
	emit_int(e, "score", c->score);
	emit_tally(e, &c->tally);
	emit_rules(e, s, c->rules, false);
}

static void emit_one_agent(struct emit *e, const struct summary *s, size_t i)
{
	const struct agent_summary *a = s->agents[i];

	emit_agent(e, a->id, a->name);
	emit_int(e, "calls", (int64_t)a->calls);
	emit_number(e, "score", tenths(summary_average(a->scores, a->calls)));
	emit_int(e, "worst", a->worst);
	emit_tally(e, &a->tally);
	emit_rules(e, s, a->rules, true);
}

static void emit_rule(struct emit *e, const struct summary *s, size_t rule)
{
	const struct rule_tally *t = &s->by_rule[rule];

	emit_text(e, "rule", info(s, rule)->id);
	emit_text(e, "topic", info(s, rule)->topic);
	emit_int(e, "findings", (int64_t)t->findings);
	emit_int(e, "calls", (int64_t)t->calls);
	emit_int(e, "points", t->points);
	if (info(s, rule)->status == ETQ_TRIAL)
		emit_bool(e, "trial", true);
}

static bool put_line(const struct summary *s, FILE *out, struct buf *line, const char *type,
		     void (*members)(struct emit *e, const struct summary *s, size_t i), size_t i)
{
	buf_clear(line);
	struct emit e = emit_begin(line);

	emit_open(&e, NULL, '{');
	emit_name(&e, "type", type);
	members(&e, s, i);
	emit_close(&e, '}');
	if (!emit_end(&e) || !buf_putc(line, '\n'))
		return false;
	fwrite(line->p, 1, line->n, out);
	return true;
}

bool summary_print_json(const struct summary *s, FILE *out)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	size_t order[RULES_MOST];
	size_t n = summary_dearest(s, s->by_rule, order, RULES_MOST);
	bool ok = put_line(s, out, &line, "summary", emit_all, 0);

	for (size_t i = 0; ok && i < s->ncalls; i++)
		ok = put_line(s, out, &line, "summary.call", emit_call, i);
	for (size_t i = 0; ok && i < s->nagents; i++)
		ok = put_line(s, out, &line, "summary.agent", emit_one_agent, i);
	for (size_t i = 0; ok && i < n; i++)
		ok = put_line(s, out, &line, "summary.rule", emit_rule, order[i]);
	buf_free(&line);
	return ok;
}
