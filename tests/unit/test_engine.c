/*
 * The engine against calls as data: every tests/data/engine/NAME.case has rules, a call (in the
 * text format or as native lines) and the exact findings, in order:
 *
 *   --- rules
 *   --- call | --- lines
 *   --- findings
 *   hold.no-thanks t=40000 raised=55000 major "Так, нашла."
 *   -hold.no-thanks            (withdrawn)
 *   ! 3 late                   (line 3 was refused)
 *
 * Each case is also judged with every line sent twice, which must change nothing.
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
#include "etiquette.h"
#include "wire/native.h"
#include "wire/textcall.h"

struct test_case {
	struct buf file;
	struct etq_str rules, call, lines, findings;
	bool twice;
};

struct run {
	struct etq_engine *engine;
	struct etq_findings *found;
	struct buf *out;
	size_t line;
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

static void print_findings(struct run *r)
{
	for (size_t i = 0; i < etq_findings_count(r->found); i++) {
		const struct etq_finding *f = etq_findings_get(r->found, i);

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

static void judge_case(const struct test_case *c, struct etq_ruleset *rules, bool twice,
		       struct buf *out)
{
	struct etq_engine_config config;
	struct etq_err err;

	etq_engine_config_init(&config);
	struct run r = {.engine = etq_engine_new(&config, rules),
			.found = etq_findings_new(),
			.out = out,
			.twice = twice};

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

		judge_case(&c, rules, twice, &out);
		assert_string_equal(out.p, want);
		buf_free(&out);
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
