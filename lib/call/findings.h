/* The list of findings that the engine fills: deep copies in an arena of its own. */
#ifndef CALL_FINDINGS_H
#define CALL_FINDINGS_H

#include "etiquette.h"

/* Before findings are added whose rules are in these: they live until the list is cleared. */
bool findings_keep(struct etq_findings *list, struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* Appends a copy of f with all that it points to (but rule and rules_version). */
bool findings_add(struct etq_findings *list, const struct etq_finding *f) ETQ_MUST_CHECK;
/* Forgets all after the first n; their memory comes back with the next clear. */
void findings_cut(struct etq_findings *list, size_t n);

#endif
