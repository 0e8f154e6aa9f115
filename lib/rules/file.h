/* A rule file: its top keys, and how it adds to or changes what other files have. */
#ifndef RULES_FILE_H
#define RULES_FILE_H

#include "rules/loader.h"

/*
 * Reads all of ld->sources, layer by layer, into ld's names and settings; what is in them is not
 * looked at yet. False when out of memory.
 */
bool files_read_all(struct loader *ld) ETQ_MUST_CHECK;

#endif
