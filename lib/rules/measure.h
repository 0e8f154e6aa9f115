/* Names of measures; what they are is in measure_infos of ruleset.h. */
#ifndef RULES_MEASURE_H
#define RULES_MEASURE_H

#include "rules/ruleset.h"
#include "rules/scalar.h"

extern const struct choice measure_choices[];

#endif
