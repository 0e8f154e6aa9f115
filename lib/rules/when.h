/* `when`: conditions on metadata and on how the call went. */
#ifndef RULES_WHEN_H
#define RULES_WHEN_H

#include "rules/keys.h"

/* What holds for every call. */
#define WHEN_ALWAYS ((struct when){.holds = -1})

/* Into a struct when, which must be WHEN_ALWAYS. */
void read_when(struct loader *ld, const struct key *key, const struct node *value, void *field);

#endif
