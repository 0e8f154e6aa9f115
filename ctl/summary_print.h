/* A summary as people read it, and as JSON. */
#ifndef CTL_SUMMARY_PRINT_H
#define CTL_SUMMARY_PRINT_H

#include "screen.h"
#include "summary.h"

/* Tables: the worst calls, agents, rules. False when out of memory. */
bool summary_print(const struct summary *s, const struct screen *screen) ETQ_MUST_CHECK;
/* One object a line, all of them. False when out of memory. */
bool summary_print_json(const struct summary *s, FILE *out) ETQ_MUST_CHECK;

#endif
