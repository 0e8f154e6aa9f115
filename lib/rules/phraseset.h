/* `phrases`: named sets. */
#ifndef RULES_PHRASESET_H
#define RULES_PHRASESET_H

#include "rules/loader.h"

/* Reads all sets of ld->set_names into ld->sets, without compiling phrases. */
bool phrasesets_read(struct loader *ld) ETQ_MUST_CHECK;

#endif
