/*
 * Arbitrary bytes as rule files: alone, and cut at lines "#next" into files that are loaded together.
 * Whatever comes, there is a sound ruleset or a reason with a place.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "etiquette.h"
#include "rules/ruleset.h"

enum { PARTS_MAX = 4 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_diags(const struct etq_diags *diags)
{
	size_t errors = 0;
	char line[8000];

	for (size_t i = 0; i < diags->n; i++) {
		const struct etq_diag *d = &diags->v[i];

		must(d->file && d->message && d->message[0]);
		must((d->line >= 1 && d->col >= 1) || !d->source);
		must(etq_diag_format(d, line, sizeof(line)) > 0);
		errors += d->level == ETQ_DIAG_ERROR;
	}
	must(errors <= diags->errors);
}

static void check_sequence(const struct etq_ruleset *rules, const struct sequence *sequence)
{
	must(sequence->n > 0 && sequence->n <= STEPS_MAX && sequence->slot < rules->nsequences);
	for (size_t i = 0; i < sequence->n; i++)
		must(sequence->steps[i].signal < rules->nsignals);
}

static void check_form(const struct etq_ruleset *rules, const struct rule *rule)
{
	switch (rule->form) {
	case FORM_FORBID:
		must(rule->forbid.n > 0 && rule->forbid.n <= FORBIDDEN_MAX);
		for (size_t i = 0; i < rule->forbid.n; i++) {
			const struct forbidden *f = &rule->forbid.any[i];

			must(f->what < rules->nsignals);
			must(f->after < rules->nsignals || f->after == NO_SIGNAL);
		}
		break;
	case FORM_EXPECT:
		must(rule->expect.said < rules->nsignals && rule->expect.anchor < rules->nsignals);
		break;
	case FORM_LIMIT:
		must(rule->limit.n > 0 && rule->limit.any[0].bound.set);
		break;
	case FORM_SEQUENCE:
		check_sequence(rules, &rule->sequence);
		break;
	}
}

static void check_exception(const struct etq_ruleset *rules, size_t number,
			    const struct exception *e)
{
	if (e->kind == EX_HEARD || e->kind == EX_NOT_HEARD)
		must(e->signal < rules->nsignals);
	if (e->kind == EX_FIRED)
		must(e->fired < number);
	if (e->kind == EX_SEQUENCE)
		check_sequence(rules, e->sequence);
	if (e->kind == EX_LIMIT)
		must(e->limit.n > 0);
}

static void check_rules(const struct etq_ruleset *rules)
{
	for (size_t i = 0; i < rules->nrules; i++) {
		const struct rule *rule = &rules->rules[i];

		must(rule->info.id.n > 0 && rule->info.title_ru.n > 0 && rule->info.title_en.n > 0);
		check_form(rules, rule);
		for (size_t k = 0; k < rule->nunless; k++)
			for (size_t m = 0; m < rule->unless[k].n; m++)
				check_exception(rules, i, &rule->unless[k].all[m]);
	}
	for (size_t i = 0; i < rules->nsignals; i++) {
		for (size_t k = 0; k < rules->signals[i].nsets; k++)
			must(rules->signals[i].sets[k] < rules->nsets);
		for (size_t k = 0; k < rules->signal_uses[i].n; k++)
			must(rules->signal_uses[i].v[k].rule < rules->nrules ||
			     rules->signal_uses[i].v[k].role == ROLE_STATE);
	}
	for (size_t i = 0; i < matcher_count(rules->matcher); i++)
		must(rules->pattern_set[i] < rules->nsets);
}

static void load(const struct etq_source *sources, size_t n)
{
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(sources, n, &diags);

	check_diags(&diags);
	must(!rules == (diags.errors > 0));
	if (rules)
		check_rules(rules);
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[PARTS_MAX] = {"a.yaml", "b.yaml", "site/c.yaml",
						     "site/d.yaml"};
	static const char cut[] = "\n#next\n";
	struct etq_source parts[PARTS_MAX];
	struct etq_str rest = {(const char *)data, size};
	size_t n = 0;

	load(&(struct etq_source){"a.yaml", rest}, 1);
	while (n < PARTS_MAX) {
		const char *end = rest.n ? memmem(rest.p, rest.n, cut, sizeof(cut) - 1) : NULL;
		size_t len = end && n + 1 < PARTS_MAX ? (size_t)(end - rest.p) : rest.n;

		parts[n] = (struct etq_source){names[n], {rest.p, len}};
		n++;
		if (len == rest.n)
			break;
		rest.p += len + sizeof(cut) - 1;
		rest.n -= len + sizeof(cut) - 1;
	}
	if (n > 1)
		load(parts, n);
	return 0;
}
