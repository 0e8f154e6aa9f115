/*
 * What a call's findings come to. They are counted as they go out, so that a score rests on exactly
 * what was told: a finding on the rule, severity by severity, and its withdrawal back.
 */
#ifndef CALL_SCORE_H
#define CALL_SCORE_H

#include "call/facts.h"
#include "call/state.h"

/* Of one rule: findings that stand, and the sum of their points. */
struct score_counts {
	uint16_t n[ETQ_SEVERITIES];
	uint32_t points;
};

struct scorecard {
	struct score_counts *counts; /* [nrules]; owned by whoever has the card */
	uint32_t revision;           /* of the score that was told last; 0: none */
	uint64_t told;               /* what it was, hashed */
	bool changed;                /* set with every change */
};

/* That of a call that has just begun. */
void score_begin(struct scorecard *card, const struct etq_ruleset *rules);

/* Counts the findings of the call from number `from` on. */
void score_count(struct scorecard *card, const struct etq_ruleset *rules,
		 const struct etq_findings *found, size_t from);

/*
 * Appends the score of an ended call, unless it was told as it is. False when out of memory:
 * nothing changed, and it can be told later.
 */
bool score_tell(struct scorecard *card, const struct etq_ruleset *rules, const struct state *s,
		const struct facts *facts, struct etq_findings *out) ETQ_MUST_CHECK;

#endif
