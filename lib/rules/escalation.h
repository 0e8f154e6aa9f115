/* `escalate`: another severity beyond a bound. */
#ifndef RULES_ESCALATION_H
#define RULES_ESCALATION_H

#include "rules/loader.h"

/* Reads the list into a rule whose form is read already. */
void escalations_read(struct loader *ld, const struct node *value, struct rule *rule);

#endif
