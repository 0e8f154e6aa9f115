/* Lists that spare judging a look at all rules and signals. */
#ifndef RULES_INDEX_H
#define RULES_INDEX_H

#include "rules/loader.h"

/* Fills them in from linked rules. False when out of memory. */
bool index_rules(struct loader *ld) ETQ_MUST_CHECK;

#endif
