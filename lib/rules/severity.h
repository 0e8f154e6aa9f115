/* Severities and statuses as values of keys. */
#ifndef RULES_SEVERITY_H
#define RULES_SEVERITY_H

#include "rules/keys.h"

/* Into an int or an enum etq_severity. */
void read_severity(struct loader *ld, const struct key *key, const struct node *value, void *field);
/* Into an enum etq_status. */
void read_status(struct loader *ld, const struct key *key, const struct node *value, void *field);

#endif
