/* etiquettectl rules test: the examples that rules carry. */
#include <stdio.h>

#include "base/buf.h"
#include "base/sv.h"
#include "callfile.h"
#include "commands.h"
#include "judge.h"
#include "load.h"
#include "say.h"
#include "screen.h"
#include "shown.h"
#include "text/fold.h"

enum { NAME_MAX_BYTES = 600, PROGRESS_EVERY = 10 };

struct tester {
	struct screen screen;
	struct etq_ruleset *rules;
	size_t run, failed, rules_with;
	bool broken; /* something could not be run at all */
};

/* What became of an example. */
struct trial {
	struct transcript *transcript;
	struct etq_findings *findings;
	struct shown shown;
	size_t bad; /* lines of it */
};

static void trial_close(struct trial *t)
{
	shown_free(&t->shown);
	etq_findings_free(t->findings);
	transcript_free(t->transcript);
}

static bool trial_run(struct trial *t, const struct etq_example *example, struct etq_ruleset *rules)
{
	const struct shown_filter filter = {.rule = example->rule};
	char name[NAME_MAX_BYTES];
	struct etq_err err;

	*t = (struct trial){.transcript = transcript_new(), .findings = etq_findings_new()};
	if (!t->transcript || !t->findings) {
		say("no memory");
		return false;
	}
	snprintf(name, sizeof name, "%.*s:%d: line of the example", SV_ARG(example->file),
		 example->line);
	struct callfile *f = callfile_over(name, example->text, FORMAT_TEXT, &err);
	if (!f) {
		say("%s", err.message);
		return false;
	}
	struct judge judge = {.rules = rules, .transcript = t->transcript};
	bool ok = judge_file(&judge, f, t->findings);

	callfile_close(f);
	t->bad = judge.bad;
	return ok && shown_pick(&t->shown, t->findings, &filter);
}

/* Are the folded words those of the quotes from..to, taken together? 1, 0, or -1: no memory. */
static int same_words(const struct event_view *e, size_t from, size_t to, const struct fold *wanted)
{
	struct buf text = BUF_INIT(ETQ_MAX_LINE);
	struct fold fold = {0};
	int same = -1;

	for (size_t i = from; i < to; i++) {
		buf_put(&text, e->quotes[i].words.p, e->quotes[i].words.n);
		buf_putc(&text, ' ');
	}
	if (!text.failed && fold_text(&fold, (struct etq_str){text.p, text.n}))
		same = sv_eq((struct etq_str){fold.text, fold.len},
			     (struct etq_str){wanted->text, wanted->len});
	fold_free(&fold);
	buf_free(&text);
	return same;
}

/* Does a finding quote the words, in one quote or in several in a row? As same_words. */
static int quotes_words(const struct shown *shown, struct etq_str words)
{
	struct fold wanted = {0};
	int found = fold_text(&wanted, words) ? 0 : -1;

	for (size_t i = 0; found == 0 && i < shown->n; i++) {
		const struct event_view *e = &shown->v[i];

		for (size_t from = 0; found == 0 && from < e->nquotes; from++) {
			for (size_t to = from + 1; found == 0 && to <= e->nquotes; to++)
				found = same_words(e, from, to, &wanted);
		}
	}
	fold_free(&wanted);
	return found;
}

/* "expected 2 findings, found 1" in why; true when all is as expected. */
static bool as_expected(const struct etq_example *example, const struct trial *t, struct buf *why)
{
	size_t n = t->shown.n;

	if (t->bad > 0) {
		buf_puts(why, "it has bad lines");
	} else if (!example->violates && n > 0) {
		buf_printf(why, "it complies, but gave %zu %s", n, n == 1 ? "finding" : "findings");
	} else if (example->violates && example->times >= 0 && n != (size_t)example->times) {
		buf_printf(why, "expected %d %s, found %zu", example->times,
			   example->times == 1 ? "finding" : "findings", n);
	} else if (example->violates && n == 0) {
		buf_puts(why, "it violates, but gave no finding");
	} else if (example->violates && example->words.n > 0) {
		int quoted = quotes_words(&t->shown, example->words);

		if (quoted <= 0)
			buf_printf(why,
				   quoted < 0 ? "no memory to look for `%.*s`"
					      : "no finding quotes `%.*s`",
				   SV_ARG(example->words));
		return quoted > 0;
	} else {
		return true;
	}
	return false;
}

static void put_failure(struct tester *tester, const struct etq_example *example, struct trial *t,
			const struct buf *why)
{
	const struct screen *s = &tester->screen;

	fprintf(s->out, "%s%.*s:%d: %.*s: %s%s\n", screen_paint(s, PAINT_MAJOR),
		SV_ARG(example->file), example->line, SV_ARG(example->rule),
		why->p ? why->p : "no memory", screen_paint(s, PAINT_PLAIN));
	if (!shown_print(s, t->transcript, &t->shown))
		say("no memory");
	fputc('\n', s->out);
}

/* On a terminal, over itself; wiped before anything else is printed. */
static void put_progress(const struct tester *t, size_t total)
{
	if (!t->screen.terminal)
		return;
	if (total == 0)
		fputs("\r\033[K", t->screen.out);
	else if (t->run % PROGRESS_EVERY == 0)
		fprintf(t->screen.out, "\r%zu of %zu examples", t->run, total);
	fflush(t->screen.out);
}

static void run_example(struct tester *tester, const struct etq_example *example)
{
	struct buf why = BUF_INIT(ETQ_MAX_LINE);
	struct trial t;

	tester->run++;
	if (!trial_run(&t, example, tester->rules)) {
		tester->broken = true;
	} else if (!as_expected(example, &t, &why)) {
		tester->failed++;
		put_progress(tester, 0);
		put_failure(tester, example, &t, &why);
	}
	trial_close(&t);
	buf_free(&why);
}

static size_t count_rules_with(const struct etq_ruleset *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < etq_ruleset_count(rules); i++) {
		const struct etq_rule_info *rule = etq_ruleset_rule(rules, i);

		n += rule->violating + rule->complying > 0;
	}
	return n;
}

/* A rule that is off, or a draft, finds nothing: its examples would only say so. */
static bool is_live(const struct etq_ruleset *rules, struct etq_str id)
{
	for (size_t i = 0; i < etq_ruleset_count(rules); i++) {
		const struct etq_rule_info *rule = etq_ruleset_rule(rules, i);

		if (sv_eq(rule->id, id))
			return rule->status == ETQ_ON || rule->status == ETQ_TRIAL;
	}
	return false;
}

enum exit_code rules_test_run(const struct opts *o)
{
	struct tester t = {.rules = load_operands(o)};

	if (!t.rules)
		return EXIT_ERROR;
	screen_init(&t.screen, stdout, (enum colour_when)o->colour);
	size_t n = etq_ruleset_examples(t.rules), all = etq_ruleset_count(t.rules), skipped = 0;

	for (size_t i = 0; i < n && !ferror(stdout); i++) {
		const struct etq_example *example = etq_ruleset_example(t.rules, i);

		put_progress(&t, n);
		if (is_live(t.rules, example->rule))
			run_example(&t, example);
		else
			skipped++;
	}
	put_progress(&t, 0);
	size_t with = count_rules_with(t.rules);

	printf("%zu examples of %zu rules: %zu as expected, %zu not", t.run, with, t.run - t.failed,
	       t.failed);
	if (skipped > 0)
		printf("; %zu of rules that are off or drafts were not run", skipped);
	printf(with < all ? "; %zu rules have none\n" : "\n", all - with);
	etq_ruleset_unref(t.rules);
	return t.broken ? EXIT_ERROR : t.failed > 0 ? EXIT_FOUND : EXIT_CLEAN;
}
