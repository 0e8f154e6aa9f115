/* Judged calls as they are shown: what was said, findings under the words. */
#ifndef CTL_SHOWN_H
#define CTL_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"
#include "screen.h"
#include "transcript.h"

/* Findings and scores to show; views into their list. */
struct shown {
	struct event_view *v;
	size_t n;
	size_t by_severity[ETQ_SEVERITIES];
	size_t withdrawn;
	const struct etq_findings *findings; /* where scores are looked up when calls are printed */
	bool scores;
};

/* Which findings pass; a rule with p == NULL: all. Scores are shown when all findings are. */
struct shown_filter {
	enum etq_severity severity;
	struct etq_str rule;
};

/* The findings that pass and were not withdrawn. False when out of memory; free with shown_free. */
bool shown_pick(struct shown *shown, const struct etq_findings *findings,
		const struct shown_filter *filter) ETQ_MUST_CHECK;
void shown_free(struct shown *shown);

/* Prints all talks with their findings and scores; sorts the talks' lines. False when out of memory. */
bool shown_print(const struct screen *s, struct transcript *tr,
		 const struct shown *shown) ETQ_MUST_CHECK;

#endif
