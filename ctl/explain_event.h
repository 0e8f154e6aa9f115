/* One event of a rule's trace as a sentence. */
#ifndef CTL_EXPLAIN_EVENT_H
#define CTL_EXPLAIN_EVENT_H

#include "etiquette_trace.h"
#include "screen.h"

/* Prints "  mm:ss.s  kind  sentence", and the phrase that was heard in a row of its own. */
void explain_event(const struct screen *s, const struct etq_trace_event *e);

#endif
