/* etq_ruleset_load: from rule files to a ruleset, or to all that is wrong with them. */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/sv.h"
#include "rules/file.h"
#include "rules/link.h"
#include "rules/loader.h"
#include "rules/names.h"
#include "rules/order.h"
#include "rules/phrase.h"
#include "rules/phraseset.h"
#include "rules/rule.h"
#include "rules/scoring.h"
#include "rules/setting.h"

static bool init(struct loader *ld, const struct etq_source *sources, size_t n,
		 struct etq_diags *diags)
{
	*ld = (struct loader){.diags = diags, .first_diag = diags->n};
	ld->arena = arena_new(ARENA_MAX);
	ld->scratch = arena_new(ARENA_MAX);
	if (!ld->arena || !ld->scratch || !names_init(&ld->set_names, "phrase set", SETS_MAX) ||
	    !names_init(&ld->rule_names, "rule", RULES_MAX)) {
		ld->out_of_memory = true;
		return false;
	}
	ld->out = loader_alloc(ld, 1, sizeof(*ld->out));
	ld->sources = loader_scratch(ld, n, sizeof(*ld->sources));
	if (!ld->out || !ld->sources)
		return false;
	ld->nsources = n;
	for (size_t i = 0; i < n; i++)
		ld->sources[i] = (struct source){
			.name = sources[i].name, .text = sources[i].text, .index = i};
	return true;
}

static void keep_examples(struct loader *ld)
{
	struct etq_example *examples = loader_alloc(ld, ld->nexamples, sizeof(*examples));

	if (!examples)
		return;
	if (ld->nexamples > 0)
		memcpy(examples, ld->examples, ld->nexamples * sizeof(*examples));
	ld->out->examples = examples;
	ld->out->nexamples = ld->nexamples;
}

/* Of the texts alone: the same rules in other files are another version, under another path they are not. */
static void make_version(struct etq_ruleset *out, const struct etq_source *sources, size_t n)
{
	uint64_t h = HASH64_INIT;

	for (size_t i = 0; i < n; i++) {
		uint64_t length = sources[i].text.n;

		h = hash64(h, &length, sizeof(length));
		h = hash64(h, sources[i].text.p, sources[i].text.n);
	}
	snprintf(out->version, sizeof(out->version), "%016llx", (unsigned long long)h);
}

static void warn(struct loader *ld)
{
	link_warn(ld);
	if (ld->rule_names.n == 0 && ld->nsources > 0)
		loader_complain(ld, ETQ_DIAG_WARNING, &ld->sources[ld->nsources - 1], 0,
				"there are no rules in it");
}

static void run(struct loader *ld)
{
	if (!files_read_all(ld) || !phrasesets_read(ld))
		return;
	settings_read(ld);
	if (!rules_read(ld) || !rules_order(ld) || !scoring_read(ld))
		return;
	if (loader_failed(ld)) {
		/* Rules with holes in them can't be linked; their phrases can be checked. */
		if (!phrases_compile(ld))
			ld->out_of_memory = true;
		return;
	}
	if (!link_sets(ld) || !phrases_compile(ld) || loader_failed(ld) || !link_rules(ld))
		return;
	warn(ld);
	keep_examples(ld);
}

static size_t source_of(const struct loader *ld, const struct etq_diag *diag)
{
	size_t i = 0;

	while (i < ld->nsources && strcmp(ld->sources[i].name, diag->file) != 0)
		i++;
	return i;
}

static bool is_before(const struct loader *ld, const struct etq_diag *a, const struct etq_diag *b)
{
	size_t x = source_of(ld, a), y = source_of(ld, b);

	if (x != y)
		return x < y;
	return a->line != b->line ? a->line < b->line : a->col < b->col;
}

/* By file and place; what is said of one place stays in order. */
static void sort_diags(struct loader *ld)
{
	struct etq_diag *v = ld->diags->v;

	for (size_t i = ld->first_diag + 1; i < ld->diags->n; i++)
		for (size_t k = i; k > ld->first_diag && is_before(ld, &v[k], &v[k - 1]); k--) {
			struct etq_diag d = v[k];

			v[k] = v[k - 1];
			v[k - 1] = d;
		}
}

static void finish(struct loader *ld)
{
	if (ld->out_of_memory) {
		ld->diags->out_of_memory = true;
		ld->diags->errors++;
	}
	if (ld->nsources == 0)
		return;
	sort_diags(ld);
	if (ld->too_many > 0)
		diag_add(ld->diags, ETQ_DIAG_WARNING, ld->sources[ld->nsources - 1].name, SV_NONE,
			 0, 0, "and %zu more", ld->too_many);
}

struct etq_ruleset *etq_ruleset_load(const struct etq_source *sources, size_t n,
				     struct etq_diags *diags)
{
	struct etq_ruleset *out = NULL;
	struct loader ld;

	if (n > SOURCES_MAX) {
		diag_add(diags, ETQ_DIAG_ERROR, sources[SOURCES_MAX].name, SV_NONE, 0, 0,
			 "too many rule files: at most %d", SOURCES_MAX);
		return NULL;
	}
	if (init(&ld, sources, n, diags))
		run(&ld);
	finish(&ld);
	if (ld.out && !loader_failed(&ld)) {
		out = ld.out;
		out->refs = 1;
		make_version(out, sources, n);
		out->arena = ld.arena;
		ld.arena = NULL; /* now the ruleset's */
	} else if (ld.out) {
		matcher_free(ld.out->matcher);
	}
	names_free(&ld.set_names);
	names_free(&ld.rule_names);
	arena_free(ld.arena);
	arena_free(ld.scratch);
	return out;
}
