/* etiquettectl check: whole calls, offline. */
#include <stdio.h>

#include "base/buf.h"
#include "base/sv.h"
#include "callfile.h"
#include "callpaths.h"
#include "commands.h"
#include "judge.h"
#include "load.h"
#include "say.h"
#include "scoretext.h"
#include "screen.h"
#include "shown.h"
#include "summary_print.h"
#include "wire/event.h"

struct check {
	const struct opts *o;
	struct screen screen;
	struct judge judge;
	struct etq_findings *findings; /* of the file being judged */
	struct buf event;
	size_t calls, withdrawn, found;
	size_t by_severity[ETQ_SEVERITIES];
	size_t files;           /* shown so far */
	struct callpaths paths; /* of the operands */
	struct summary summary; /* --summary */
};

/* ndjson: prints findings and scores as they come. */
static bool put_events(void *arg, struct etq_findings *findings)
{
	struct check *c = arg;

	for (size_t i = 0; i < etq_findings_count(findings); i++) {
		const struct etq_finding *f = etq_findings_get(findings, i);
		const struct event_opts opts = {0};

		if ((int)f->severity < c->o->severity)
			continue;
		c->found += f->kind == ETQ_FINDING;
		c->withdrawn += f->kind == ETQ_RETRACTED;
		buf_clear(&c->event);
		if (!event_encode(f, &opts, &c->event) || !event_finish_offline(&c->event)) {
			say("a finding of %.*s can't be written",
			    SV_ARG(f->rule ? f->rule->id : SV("a score")));
			return false;
		}
		fwrite(c->event.p, 1, c->event.n, stdout);
	}
	etq_findings_clear(findings);
	return !ferror(stdout);
}

/* human: prints the file's calls when all of it is judged. */
static bool put_calls(struct check *c, const struct callfile *f)
{
	const struct shown_filter filter = {.severity = (enum etq_severity)c->o->severity};
	struct shown shown;
	bool ok = shown_pick(&shown, c->findings, &filter);

	if (ok) {
		fputs(c->files++ > 0 ? "\n" : "", stdout);
		if (c->paths.n > 1)
			fprintf(stdout, "%s:\n", callfile_name(f));
		ok = shown_print(&c->screen, c->judge.transcript, &shown);
		c->calls += transcript_count(c->judge.transcript);
		c->found += shown.n;
		c->withdrawn += shown.withdrawn;
		for (size_t i = 0; i < ETQ_SEVERITIES; i++)
			c->by_severity[i] += shown.by_severity[i];
		shown_free(&shown);
	}
	if (!ok)
		say("%s: no memory", callfile_name(f));
	return ok;
}

/* --summary: only the scores are kept. */
static bool sum_up(struct check *c, const struct callfile *f)
{
	bool ok = summary_add(&c->summary, callfile_name(f), c->findings);

	if (!ok)
		say("%s: no memory", callfile_name(f));
	return ok;
}

static bool check_file(struct check *c, const char *name)
{
	struct etq_err err;
	struct callfile *f = callfile_open(name, (enum file_format)c->o->format, &err);
	bool sum = c->o->summary;
	bool human = c->o->output == OUTPUT_HUMAN && !sum;
	bool ok = false;

	if (!f) {
		say("%s", err.message);
		return false;
	}
	c->findings = etq_findings_new();
	c->judge.transcript = human ? transcript_new() : NULL;
	c->judge.take = human || sum ? NULL : put_events;
	c->judge.arg = c;
	if (!c->findings || (human && !c->judge.transcript)) {
		say("%s: no memory", name);
		goto out;
	}
	ok = judge_file(&c->judge, f, c->findings);
	/* What was judged before a failure is shown, too. */
	if (human)
		ok = put_calls(c, f) && ok;
	else if (sum)
		ok = sum_up(c, f) && ok;
out:
	etq_findings_free(c->findings);
	transcript_free(c->judge.transcript);
	callfile_close(f);
	return ok;
}

static void put_count(size_t n, const char *one, const char *many)
{
	printf("%zu %s", n, n == 1 ? one : many);
}

/* "2 calls, 31 lines: 3 findings (1 major, 2 minor)" */
static void put_summary(const struct check *c)
{
	putchar('\n');
	put_count(c->calls, "call, ", "calls, ");
	put_count(c->judge.lines, "line: ", "lines: ");
	put_count(c->found, "finding", "findings");
	scoretext_severities(stdout, c->by_severity);
	if (c->withdrawn > 0)
		printf(", %zu withdrawn", c->withdrawn);
	putchar('\n');
}

static bool put_end(struct check *c)
{
	bool ok = true;

	if (!c->o->summary && c->o->output == OUTPUT_HUMAN)
		put_summary(c);
	if (!c->o->summary)
		return true;
	summary_sort(&c->summary);
	c->found = c->summary.tally.findings + c->summary.tally.trial;
	ok = c->o->output == OUTPUT_HUMAN ? summary_print(&c->summary, &c->screen)
					  : summary_print_json(&c->summary, stdout);
	if (!ok)
		say("no memory");
	return ok;
}

/* Loads the rules and finds the files; false: said why. */
static bool begin(struct check *c)
{
	bool ok = true;

	if (c->o->summary && c->o->severity != ETQ_INFO) {
		say("--summary adds up all findings: leave --severity out");
		return false;
	}
	c->judge.rules = load_opts(c->o);
	if (!c->judge.rules)
		return false;
	if (c->o->summary && !summary_open(&c->summary, c->judge.rules)) {
		say("no memory");
		return false;
	}
	for (size_t i = 0; ok && i < c->o->noperands; i++)
		ok = callpaths_add(&c->paths, c->o->operands[i]);
	return ok;
}

enum exit_code check_run(const struct opts *o)
{
	struct check c = {.o = o, .event = BUF_INIT(EVENT_LINE_MAX)};
	bool ok = begin(&c);

	screen_init(&c.screen, stdout, (enum colour_when)o->colour);
	if (ok) {
		for (size_t i = 0; i < c.paths.n && !ferror(stdout); i++)
			ok = check_file(&c, c.paths.v[i]) && ok;
		ok = put_end(&c) && ok;
	}
	buf_free(&c.event);
	summary_close(&c.summary);
	callpaths_free(&c.paths);
	etq_ruleset_unref(c.judge.rules);
	if (!ok || c.judge.bad > 0)
		return EXIT_ERROR;
	/* A finding that was withdrawn was told first. */
	return c.found > (o->output == OUTPUT_NDJSON ? c.withdrawn : 0) ? EXIT_FOUND : EXIT_CLEAN;
}
