/* What is known of a call besides its events: its id, metadata, and the values that phrases name. */
#ifndef CALL_FACTS_H
#define CALL_FACTS_H

#include "call/firm.h"

/* A person's name as it is matched. */
struct known_name {
	struct value value; /* of no words: it is not known */
	bool from_meta;     /* else heard */
	uint8_t nlike;
	uint16_t like[NAME_GROUPS_OF]; /* groups of first names that it is in */
};

enum { KNOWN_NAMES = VALUE_CUSTOMER_NAME + 1 };

/* Of the call at hand; what is kept of it between lines is a record (record.h). */
struct facts {
	struct etq_str call;
	struct etq_meta meta; /* strings are in `block`, or in the call's record */
	struct matcher_values values;
	char *block; /* may be NULL */
	struct known_name names[KNOWN_NAMES];
	struct firm *firm; /* a reference; NULL: no company is named but by the rules */
	bool changed;      /* since the record was made */
	unsigned heard;    /* names taken out of speech, for who wants to know whether one was */
};

/* id: kept as a view. */
void facts_init(struct facts *f, struct etq_str id, const struct etq_ruleset *rules);
void facts_free(struct facts *f);
/* Has the values be what the names and the firm are. */
void facts_value(struct facts *f, const struct etq_ruleset *rules);
/* Lays what is given in update over what is known. False when out of memory: nothing changed. */
bool facts_update(struct facts *f, const struct etq_meta *update, const struct etq_ruleset *rules,
		  struct table *firms) ETQ_MUST_CHECK;
/* A value taken out of speech; metadata goes before it. */
void facts_hear(struct facts *f, enum value_name name, struct etq_str text);
/* The names are what they were: what was heard since is forgotten, but not what metadata says. */
void facts_unhear(struct facts *f, const struct known_name were[KNOWN_NAMES]);

/* The strings of metadata, for who goes over all of them. */
enum { META_STRINGS = 7 };
void facts_strings(struct etq_meta *m, struct etq_str *out[META_STRINGS]);

#endif
