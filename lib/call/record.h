/*
 * What lasts of a call besides its state, put away while nothing happens to it: metadata, the names
 * as they are matched, what its findings come to. Immutable.
 */
#ifndef CALL_RECORD_H
#define CALL_RECORD_H

#include "call/facts.h"
#include "call/score.h"

struct record;

/* The caller's. NULL when out of memory. */
struct record *record_new(const struct facts *f, const struct scorecard *card,
			  const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/*
 * Makes both what they were (id: kept as a view; the card has room for the rules). Strings stay in
 * the record, which must be kept for as long.
 */
void record_open(const struct record *r, struct etq_str id, struct facts *f, struct scorecard *card,
		 const struct etq_ruleset *rules);
void record_free(struct record *r); /* NULL is fine */

#endif
