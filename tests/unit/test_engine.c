/*
 * The engine against calls as data: every tests/data/engine/NAME.case has rules, a call (in the
 * text format or as native lines) and the exact findings, in order:
 *
 *   --- rules
 *   --- call | --- lines
 *   --- findings
 *   hold.no-thanks t=40000 raised=55000 major "Так, нашла."
 *   -hold.no-thanks            (withdrawn)
 *   -hold.no-thanks critical   (so was one of another severity than its rule)
 *   ! 3 late                   (line 3 was refused)
 *
 *   --- trace hold.no-thanks   (any number: why that rule fired or did not, see print_event)
 *
 * --- findings and scores: scores as well, in two lines each:
 *
 *   = CALL SCORE/START -POINTS rREVISION RULE:FINDINGS:UNCAPPED=POINTS(?: on trial) … [TOPIC:FINDINGS=POINTS] …
 *     iINFO,mMINOR,MMAJOR,cCRITICAL,tTRIAL of MS by SIDE
 *   = SIDE=MS/WORDS/TURNS … silence=MS holds=COUNT/MS waits=COUNT/MS
 *
 * (A line `= ID` stands between the calls of a trace.) Each case is also judged with every line sent twice,
 * which must change nothing, and with a trace of each rule, which must change no finding.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/sv.h"
#include "etiquette_trace.h"
#include "wire/native.h"
#include "wire/textcall.h"

struct test_case {
	struct buf file;
	struct etq_str rules, call, lines, findings;
	bool scores;
	bool twice;
};

struct run {
	struct etq_engine *engine;
	struct etq_findings *found;
	struct etq_trace *trace; /* may be NULL */
	struct buf *out;
	size_t line;
	bool scores;
	bool twice;
};

static void read_file(const char *path, struct buf *b)
{
	char chunk[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		assert_true(buf_put(b, chunk, n));
	fclose(f);
}

static struct etq_str section(const struct buf *file, const char *name)
{
	char head[32];

	snprintf(head, sizeof(head), "--- %s\n", name);
	const char *at = strstr(file->p, head);

	if (!at)
		return SV_NONE;
	at += strlen(head);
	const char *end = strstr(at, "\n--- ");

	return (struct etq_str){at, end ? (size_t)(end + 1 - at) : strlen(at)};
}

static void print_talk(struct run *r, const struct etq_score *s, enum etq_side side)
{
	const struct etq_talk *talk = &s->talk[side];

	buf_printf(r->out, " %s=%lld/%u/%u", etq_side_name(side), (long long)talk->ms, talk->words,
		   talk->turns);
}

static void print_score(struct run *r, const struct etq_finding *f)
{
	const struct etq_score *s = f->score;

	if (!r->scores)
		return;
	buf_printf(r->out, "= %.*s %d/%d -%d r%u", SV_ARG(f->call), s->score, s->start, s->points,
		   s->revision);
	for (size_t i = 0; i < s->nrules; i++)
		buf_printf(r->out, " %.*s:%u:%d=%d%s", SV_ARG(s->rules[i].rule),
			   s->rules[i].findings, s->rules[i].uncapped, s->rules[i].points,
			   s->rules[i].trial ? "?" : "");
	for (size_t i = 0; i < s->ntopics; i++)
		buf_printf(r->out, " [%.*s:%u=%d]", SV_ARG(s->topics[i].topic),
			   s->topics[i].findings, s->topics[i].points);
	buf_printf(r->out, " i%u,m%u,M%u,c%u,t%u of %lld by %s\n=", s->by_severity[ETQ_INFO],
		   s->by_severity[ETQ_MINOR], s->by_severity[ETQ_MAJOR],
		   s->by_severity[ETQ_CRITICAL], s->trial, (long long)s->duration_ms,
		   etq_side_name(s->ended_by));
	print_talk(r, s, ETQ_AGENT);
	print_talk(r, s, ETQ_CUSTOMER);
	if (s->talk[ETQ_UNKNOWN].utterances)
		print_talk(r, s, ETQ_UNKNOWN);
	buf_printf(r->out, " silence=%lld holds=%u/%lld waits=%u/%lld\n", (long long)s->silence_ms,
		   s->holds, (long long)s->hold_ms, s->waits, (long long)s->wait_ms);
}

static void print_findings(struct run *r)
{
	for (size_t i = 0; i < etq_findings_count(r->found); i++) {
		const struct etq_finding *f = etq_findings_get(r->found, i);

		if (f->kind == ETQ_SCORED) {
			print_score(r, f);
			continue;
		}
		buf_printf(r->out, "%s%.*s", f->kind == ETQ_RETRACTED ? "-" : "",
			   SV_ARG(f->rule->id));
		if (f->kind == ETQ_FINDING) {
			buf_printf(r->out, " t=%lld raised=%lld %s", (long long)f->t,
				   (long long)f->raised, etq_severity_name(f->severity));
			if (f->inferred)
				buf_puts(r->out, " inferred");
			if (f->measure.p)
				buf_printf(r->out, " %.*s=%g>%g", SV_ARG(f->measure), f->value,
					   f->bound);
			for (size_t q = 0; q < f->nquotes; q++)
				buf_printf(r->out, " \"%.*s\"", SV_ARG(f->quotes[q].words));
		} else if (f->severity != f->rule->severity) {
			buf_printf(r->out, " %s", etq_severity_name(f->severity));
		}
		buf_putc(r->out, '\n');
	}
	etq_findings_clear(r->found);
}

static void feed(struct run *r, const struct etq_input *in)
{
	struct etq_err err;

	for (int i = 0; i < (r->twice ? 2 : 1); i++) {
		bool ok = etq_engine_feed(r->engine, in, 0, r->found, &err);

		print_findings(r);
		if (!ok && i == 0)
			buf_printf(r->out, "! %zu %s\n", r->line, err.code);
	}
}

static bool next_line(struct etq_str *rest, struct etq_str *line)
{
	if (!rest->n)
		return false;
	const char *nl = memchr(rest->p, '\n', rest->n);

	*line = (struct etq_str){rest->p, nl ? (size_t)(nl - rest->p) : rest->n};
	rest->p += line->n + (nl != NULL);
	rest->n -= line->n + (nl != NULL);
	return true;
}

static void feed_call(struct run *r, struct etq_str text)
{
	struct textcall *t = textcall_new();
	struct textcall_inputs in;
	struct etq_str line;
	struct etq_err err;
	int col;

	while (next_line(&text, &line)) {
		r->line++;
		if (!textcall_line(t, line, &in, &err, &col))
			fail_msg("%.*s: %s", SV_ARG(line), err.message);
		for (size_t i = 0; i < in.n; i++)
			feed(r, &in.v[i]);
	}
	textcall_finish(t, &in);
	for (size_t i = 0; i < in.n; i++)
		feed(r, &in.v[i]);
	textcall_free(t);
}

static void feed_lines(struct run *r, struct etq_str text)
{
	struct native_decoder *d = native_decoder_new();
	struct etq_input in;
	struct etq_str line;
	struct etq_err err;

	while (next_line(&text, &line)) {
		r->line++;
		if (!line.n)
			continue;
		if (!native_decode(d, line, &in, &err))
			fail_msg("%.*s: %s", SV_ARG(line), err.message);
		feed(r, &in);
	}
	native_decoder_free(d);
}

static void print_phrase(struct buf *out, const char *before, const struct etq_trace_phrase *p)
{
	if (p->set.p)
		buf_printf(out, "%s%.*s:%d `%.*s`", before, SV_ARG(p->set), p->line,
			   SV_ARG(p->text));
}

static void print_window(struct buf *out, const struct etq_trace_event *e)
{
	const struct etq_trace_window *w = &e->window;

	buf_printf(out, " within=%lldms,%ut,%uw,%uu", (long long)w->ms, w->turns, w->words,
		   w->utterances);
	if (e->until != ETQ_NO_TIME)
		buf_printf(out, " until=%lld", (long long)e->until);
}

/* T kind [role signal] [(why)] [inferred] and what else the kind has. */
static void print_event(struct buf *out, const struct etq_trace_event *e)
{
	const struct etq_trace_kind_info *kind = &etq_trace_kinds[e->kind];

	buf_printf(out, "%lld %s", (long long)e->t, kind->name);
	if (kind->fields & (ETQ_TRACE_HAS_SIGNAL | ETQ_TRACE_HAS_STEP))
		buf_printf(out, " %s", e->role);
	if (kind->fields & ETQ_TRACE_HAS_SIGNAL)
		buf_printf(out, " %.*s", SV_ARG(e->signal));
	if (kind->fields & ETQ_TRACE_HAS_STEP)
		buf_printf(out, " %zu/%zu", e->step, e->steps);
	if (e->why)
		buf_printf(out, " (%s)", e->why);
	if (e->inferred)
		buf_puts(out, " inferred");
	if (kind->fields & ETQ_TRACE_HAS_FROM)
		buf_printf(out, " from=%lld", (long long)e->from);
	if (kind->fields & ETQ_TRACE_HAS_WINDOW)
		print_window(out, e);
	if (e->measure.p)
		buf_printf(out, " %.*s=%g%s%g", SV_ARG(e->measure), e->value, e->below ? ">" : "<",
			   e->bound);
	if (e->text.p)
		buf_printf(out, " [%.*s]", SV_ARG(e->text));
	if (kind->fields & ETQ_TRACE_HAS_ID)
		buf_printf(out, " %s", etq_severity_name(e->severity));
	for (size_t i = 0; i < e->nquotes; i++)
		buf_printf(out, " \"%.*s\"", SV_ARG(e->quotes[i].words));
	print_phrase(out, " ", &e->phrase);
	print_phrase(out, " under ", &e->except);
	buf_putc(out, '\n');
}

/* The trace must have nothing that its kind does not have. */
static void check_event(const struct etq_trace_event *e)
{
	unsigned fields = etq_trace_kinds[e->kind].fields;

	assert_true(e->kind < ETQ_TRACE_KINDS);
	assert_non_null(etq_trace_kinds[e->kind].help);
	assert_true((fields & (ETQ_TRACE_HAS_SIGNAL | ETQ_TRACE_HAS_STEP)) || !e->role);
	assert_true((fields & ETQ_TRACE_HAS_SIGNAL) || !e->signal.p);
	assert_true((fields & ETQ_TRACE_HAS_WORDS) || !e->nquotes);
	assert_true((fields & ETQ_TRACE_HAS_PHRASE) || (!e->phrase.set.p && !e->except.set.p));
	assert_true((fields & ETQ_TRACE_HAS_VALUE) || !e->measure.p);
	assert_true((fields & (ETQ_TRACE_HAS_STEP | ETQ_TRACE_HAS_TEXT)) || !e->text.p);
	assert_int_equal(strlen(e->id), (fields & ETQ_TRACE_HAS_ID) ? 32 : 0);
}

static void judge_case(const struct test_case *c, struct etq_ruleset *rules, bool twice,
		       struct etq_trace *trace, struct buf *out)
{
	struct etq_engine_config config;
	struct etq_err err;

	etq_engine_config_init(&config);
	struct run r = {.engine = etq_engine_new(&config, rules),
			.found = etq_findings_new(),
			.trace = trace,
			.out = out,
			.scores = c->scores,
			.twice = twice};

	etq_engine_trace(r.engine, trace);
	if (c->call.p)
		feed_call(&r, c->call);
	else
		feed_lines(&r, c->lines);
	assert_true(etq_engine_finish(r.engine, r.found, &err));
	print_findings(&r);
	etq_engine_free(r.engine);
	etq_findings_free(r.found);
	buf_putc(out, '\0');
}

/* The trace section of the rule, or none. */
static struct etq_str trace_section(const struct buf *file, struct etq_str rule)
{
	char name[ETQ_MAX_ID];

	snprintf(name, sizeof(name), "trace %.*s", SV_ARG(rule));
	return section(file, name);
}

/* Judges the case with a trace of the rule; returns whether it has a section of its own. */
static bool trace_rule(const struct test_case *c, struct etq_ruleset *rules,
		       const struct etq_rule_info *rule, bool twice, const char *findings)
{
	struct etq_str want = trace_section(&c->file, rule->id);
	struct etq_trace *trace = etq_trace_new(rules, rule);
	struct buf out = BUF_INIT(1 << 20);

	judge_case(c, rules, twice, trace, &out);
	assert_string_equal(out.p, findings);
	assert_true(etq_trace_is_complete(trace));
	etq_trace_sort(trace);
	buf_clear(&out);
	for (size_t i = 0; i < etq_trace_count(trace); i++) {
		const struct etq_trace_event *e = etq_trace_get(trace, i);

		check_event(e);
		if (i && !sv_eq(e->call, etq_trace_get(trace, i - 1)->call))
			buf_printf(&out, "= %.*s\n", SV_ARG(e->call));
		print_event(&out, e);
	}
	buf_putc(&out, '\0');
	if (want.p) {
		char *text = strndup(want.p, want.n);

		assert_string_equal(out.p, text);
		free(text);
	}
	buf_free(&out);
	etq_trace_free(trace);
	return want.p;
}

static size_t trace_sections(const struct buf *file)
{
	size_t n = 0;

	for (const char *at = file->p; (at = strstr(at, "\n--- trace ")); at++)
		n++;
	return n;
}

static void run_case(void **state)
{
	struct test_case c = {.file = BUF_INIT(1 << 20)};
	struct etq_diags diags = {0};
	char text[2048];

	read_file(*state, &c.file);
	c.rules = section(&c.file, "rules");
	c.call = section(&c.file, "call");
	c.lines = section(&c.file, "lines");
	c.findings = section(&c.file, "findings");
	if (!c.findings.p) {
		c.findings = section(&c.file, "findings and scores");
		c.scores = true;
	}
	assert_non_null(c.findings.p);
	struct etq_source source = {.name = *state, .text = c.rules};
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	for (size_t i = 0; i < diags.n; i++) {
		etq_diag_format(&diags.v[i], text, sizeof(text));
		print_message("%s\n", text);
	}
	assert_non_null(rules);
	char *want = strndup(c.findings.p, c.findings.n);

	for (int twice = 0; twice < 2; twice++) {
		struct buf out = BUF_INIT(1 << 20);

		size_t traced = 0;

		judge_case(&c, rules, twice, NULL, &out);
		assert_string_equal(out.p, want);
		buf_free(&out);
		for (size_t i = 0; i < etq_ruleset_count(rules); i++)
			traced += trace_rule(&c, rules, etq_ruleset_rule(rules, i), twice, want);
		assert_int_equal(traced, trace_sections(&c.file));
	}
	free(want);
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
	buf_free(&c.file);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_case(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && !strcmp(dot, ".case");
}

int main(void)
{
	static const char folder[] = ETQ_TEST_DATA "/engine";
	struct dirent **files;
	int n = scandir(folder, &files, is_case, by_name);
	int failed;

	if (n <= 0)
		return 1;
	struct CMUnitTest *tests = calloc((size_t)n, sizeof(*tests));

	for (int i = 0; i < n; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", folder, files[i]->d_name) < 0)
			return 1;
		tests[i] = (struct CMUnitTest){.name = strrchr(path, '/') + 1,
					       .test_func = run_case,
					       .initial_state = path};
	}
	failed = _cmocka_run_group_tests("engine", tests, (size_t)n, NULL, NULL);
	for (int i = 0; i < n; i++) {
		free(tests[i].initial_state);
		free(files[i]);
	}
	free(files);
	free(tests);
	return failed;
}
