/* Whether a file is text at all. */
#ifndef RULES_BYTES_H
#define RULES_BYTES_H

#include "rules/loader.h"

/*
 * Finds the lines of a source, and complains of one that is too large, is not UTF-8 or has a NUL;
 * its text is then cut before what is wrong. False after a complaint, or when out of memory.
 */
bool bytes_check(struct loader *ld, struct source *source) ETQ_MUST_CHECK;

#endif
