/* What is known of a call besides its events: its id, metadata, and the values that phrases name. */
#ifndef CALL_FACTS_H
#define CALL_FACTS_H

#include "rules/ruleset.h"

struct facts {
	struct etq_str call;
	struct etq_meta meta; /* strings are in `block` */
	struct matcher_values values;
	char *block;
	struct value names[2]; /* agent's, customer's: from metadata, or else as heard */
	bool from_meta[2];
	struct value *company; /* the ruleset's spellings and the metadata's, when that names one */
};

/* id: kept as a view. */
void facts_init(struct facts *f, struct etq_str id, const struct etq_ruleset *rules);
void facts_free(struct facts *f);
/* Lays what is given in update over what is known. False when out of memory: nothing changed. */
bool facts_update(struct facts *f, const struct etq_meta *update,
		  const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* A value taken out of speech; metadata goes before it. */
void facts_hear(struct facts *f, enum value_name name, struct etq_str text);

#endif
