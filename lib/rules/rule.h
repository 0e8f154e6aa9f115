/* `rules`: one rule, from its merged node. */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "rules/loader.h"

/* Reads all of ld->rule_names into ld->drafts. False when out of memory. */
bool rules_read(struct loader *ld) ETQ_MUST_CHECK;

#endif
