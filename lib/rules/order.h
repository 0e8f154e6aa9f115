/* The order of rules: after those that their `unless: fired` name, else as in the files. */
#ifndef RULES_ORDER_H
#define RULES_ORDER_H

#include "rules/loader.h"

/*
 * Copies the drafts, sorted, to ld->out->rules and makes `fired` places there. A cycle is said as
 * an error. False when out of memory.
 */
bool rules_order(struct loader *ld) ETQ_MUST_CHECK;

#endif
