/* Parts of the sentences that explain what happened to a rule: words, amounts, windows. */
#ifndef EXPLAIN_PART_H
#define EXPLAIN_PART_H

#include "etiquette_trace.h"
#include "render.h"

enum { EXPLAIN_INDENT = 26 }; /* columns before the sentence: time and kind */

/* By whom, and «each» «quote», cut when it is long. */
void explain_put_quotes(const struct screen *s, const struct etq_trace_event *e);
/* A piece of a rule file, cut when it is long: its place is there to look up the rest. */
void explain_put_written(const struct screen *s, struct etq_str text);
/* On a line of its own: the phrase and where it is written; nothing when there is none. */
void explain_put_phrase(const struct screen *s, const char *before,
			const struct etq_trace_phrase *p);
/* Of a measure: seconds, or a number. */
void explain_put_amount(const struct screen *s, struct etq_str measure, double value);
void explain_put_seconds(const struct screen *s, int64_t ms);
/* "15.0 s and 2 turns" */
void explain_put_window(const struct screen *s, const struct etq_trace_window *w);
/* "2 of 3 «предложение»" */
void explain_put_step(const struct screen *s, const struct etq_trace_event *e);

#endif
