/* Phrases: from the lists of the rule files to patterns of the matcher. */
#ifndef RULES_PHRASE_H
#define RULES_PHRASE_H

#include "rules/loader.h"

/*
 * Compiles the phrases of the sets that are heard into ld->out->matcher (when there are no errors)
 * and checks those of the others; `heard` and `wanted` must be settled. False when out of memory.
 */
bool phrases_compile(struct loader *ld) ETQ_MUST_CHECK;

#endif
