/* `unless`: exceptions to a rule. */
#ifndef RULES_UNLESS_H
#define RULES_UNLESS_H

#include "rules/loader.h"

/* Reads the list into rule; `fired` in it are numbers of ld->rule_names for now. */
void unless_read(struct loader *ld, const struct node *value, struct rule *rule);

#endif
