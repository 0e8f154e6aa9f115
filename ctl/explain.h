/* The trace of a rule, call by call: what happened in the order of time, and what came of it. */
#ifndef CTL_EXPLAIN_H
#define CTL_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette_trace.h"
#include "screen.h"
#include "transcript.h"

struct explain {
	const struct etq_trace *trace; /* sorted */
	const struct etq_rule_info *rule;
	int64_t around; /* only what is near this time, or spans it; ETQ_NO_TIME: all */
};

/* Findings of the rule in all calls that were not withdrawn. */
size_t explain_findings(const struct explain *x);

/* Prints all talks. False when out of memory. */
bool explain_print(const struct explain *x, const struct screen *s,
		   struct transcript *tr) ETQ_MUST_CHECK;

/* Prints a JSON object a line. False, having said why, when it can't be written. */
bool explain_print_ndjson(const struct explain *x) ETQ_MUST_CHECK;

#endif
