/*
 * Companies as phrases mean them: the rules' spellings, the name in a call's metadata, and how that
 * is said. One for all calls that name the same one under the same rules.
 */
#ifndef CALL_FIRM_H
#define CALL_FIRM_H

#include "base/table.h"
#include "rules/ruleset.h"

struct firm {
	struct table *home; /* where it is found, as long as anyone has it */
	size_t refs;
	struct etq_str key;
	struct etq_str name; /* as in the metadata */
	struct value_span spellings;
};

/* The one of that name, which may be longer than ETQ_MAX_META; a reference. NULL when out of memory. */
struct firm *firm_get(struct table *home, const struct etq_ruleset *rules,
		      struct etq_str name) ETQ_MUST_CHECK;
struct firm *firm_ref(struct firm *f); /* NULL is fine */
void firm_unref(struct firm *f);       /* NULL is fine */

#endif
