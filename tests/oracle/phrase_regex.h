/* A PCRE2 pattern that says what a parsed phrase says; it works on bytes of folded text. */
#ifndef ORACLE_PHRASE_REGEX_H
#define ORACLE_PHRASE_REGEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "match/phrase.h"

/* Group number i + 1 takes what may be the value names[i]; callout i + 1 asks whether it is. */
struct regex_groups {
	uint8_t names[PHRASE_VALUES_MAX];
	unsigned n;
};

/* False when it gets too long (out->failed), has too many groups, or memory runs out. */
bool regex_write(const struct node *root, bool capture, struct buf *out,
		 struct regex_groups *groups) ETQ_MUST_CHECK;

#endif
