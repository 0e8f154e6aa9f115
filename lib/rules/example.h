/* `examples`: calls that break a rule, and calls that comply with it. */
#ifndef RULES_EXAMPLE_H
#define RULES_EXAMPLE_H

#include "rules/loader.h"

/* Appends the list's examples to ld->examples and counts them in the rule's info. */
void examples_read(struct loader *ld, const struct node *value, struct rule *rule);

#endif
