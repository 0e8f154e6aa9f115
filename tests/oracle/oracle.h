/*
 * What hits a phrase must have, found in another way: written as a PCRE2 pattern that PCRE2
 * interprets. The matcher's walks over words must come to the same.
 */
#ifndef ORACLE_ORACLE_H
#define ORACLE_ORACLE_H

#include "match/matcher.h"

enum oracle_result {
	ORACLE_OK,
	ORACLE_NOTHING, /* not a phrase, or one that the pattern gets too long for, or PCRE2 gave up */
};

/* Replaces what is in hits. The phrase names no lists. */
enum oracle_result oracle_run(const struct phrase_spec *spec, const struct matcher_text *text,
			      const struct matcher_values *values, struct hits *hits);

#endif
