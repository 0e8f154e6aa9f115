/* `score`: what findings cost at the end of a call. */
#ifndef RULES_SCORING_H
#define RULES_SCORING_H

#include "rules/loader.h"

/* Fills ld->out->scoring, and the points of its rules, which are sorted already. */
bool scoring_read(struct loader *ld) ETQ_MUST_CHECK;

#endif
