/* The scores of many calls, added up: per call, per agent, per rule. */
#ifndef CTL_SUMMARY_H
#define CTL_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

/* Findings and what they cost, with those on trial apart. */
struct tally {
	size_t findings, trial;
	size_t by_severity[ETQ_SEVERITIES];
	int64_t points;
};

/* What one rule comes to. */
struct rule_tally {
	size_t findings, calls; /* of a rule on trial, too */
	int64_t points;
};

struct call_summary {
	const char *file;
	struct etq_str id, agent_id, agent_name, queue;
	int score;
	int64_t duration_ms;
	struct tally tally;
	struct rule_tally *rules; /* [nrules] */
};

struct agent_summary {
	struct etq_str id, name; /* the same id, or without one the same name; none: not known */
	size_t calls;
	int64_t scores; /* the sum */
	int worst;
	struct tally tally;
	struct rule_tally *rules; /* [nrules] */
};

/* All views live as long as the summary and its ruleset. */
struct summary {
	const struct etq_ruleset *rules;
	size_t nrules;
	struct arena *arena;
	struct call_summary **calls;
	size_t ncalls, calls_cap;
	struct agent_summary **agents;
	size_t nagents, agents_cap;
	int64_t scores; /* the sum */
	struct tally tally;
	struct rule_tally *by_rule; /* [nrules] */
};

/* False when out of memory; summary_close is due either way. */
bool summary_open(struct summary *s, const struct etq_ruleset *rules) ETQ_MUST_CHECK;
void summary_close(struct summary *s);

/* Adds the calls of a file: of each the score that was told last. False when out of memory. */
bool summary_add(struct summary *s, const char *file,
		 const struct etq_findings *findings) ETQ_MUST_CHECK;

/* Worst calls and agents first. */
void summary_sort(struct summary *s);

/* The rules that cost a call or an agent most, numbers into out (room for max); how many. */
size_t summary_dearest(const struct summary *s, const struct rule_tally *rules, size_t *out,
		       size_t max);

double summary_average(int64_t scores, size_t calls);

#endif
