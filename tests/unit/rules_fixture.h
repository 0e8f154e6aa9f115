/* Rule files of a test, as strings, and the ruleset that they make. */
#ifndef TESTS_RULES_FIXTURE_H
#define TESTS_RULES_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "etiquette.h"
#include "rules/ruleset.h"
#include "test.h"

/* Loads n files called "1.yaml", "2.yaml", …; NULL with the errors printed when they are wrong. */
static inline struct etq_ruleset *load_files(const char *const *texts, size_t n)
{
	static const char *const names[] = {"1.yaml", "2.yaml", "3.yaml", "4.yaml"};
	struct etq_source sources[COUNT(names)];
	struct etq_diags diags = {0};
	struct etq_ruleset *rules;

	assert_true(n <= COUNT(names));
	for (size_t i = 0; i < n; i++)
		sources[i] = (struct etq_source){names[i], sv_of(texts[i])};
	rules = etq_ruleset_load(sources, n, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		char line[1000];

		etq_diag_format(&diags.v[i], line, sizeof(line));
		print_message("%s\n", line);
	}
	etq_diags_free(&diags);
	return rules;
}

static inline struct etq_ruleset *load_text(const char *text)
{
	struct etq_ruleset *rules = load_files(&text, 1);

	assert_non_null(rules);
	return rules;
}

static inline size_t rule_number(const struct etq_ruleset *rules, const char *id)
{
	for (size_t i = 0; i < rules->nrules; i++)
		if (sv_eq(rules->rules[i].info.id, sv_of(id)))
			return i;
	fail_msg("there is no rule %s", id);
	return 0;
}

static inline const struct rule *rule_of(const struct etq_ruleset *rules, const char *id)
{
	return &rules->rules[rule_number(rules, id)];
}

static inline size_t set_number(const struct etq_ruleset *rules, const char *name)
{
	for (size_t i = 0; i < rules->nsets; i++)
		if (sv_eq(rules->sets[i].name, sv_of(name)))
			return i;
	fail_msg("there is no set %s", name);
	return 0;
}

#define assert_sv_equal(sv, text)                        \
	do {                                             \
		struct etq_str sv_ = (sv);               \
		assert_int_equal(sv_.n, strlen(text));   \
		assert_memory_equal(sv_.p, text, sv_.n); \
	} while (0)

#endif
