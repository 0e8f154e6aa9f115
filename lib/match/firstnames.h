/*
 * First names that the rule files list, in groups of names that mean the same person («Анастасия»,
 * «Настя»). A name may stand in several groups («Саша»). Immutable once sealed; in an arena.
 */
#ifndef MATCH_FIRSTNAMES_H
#define MATCH_FIRSTNAMES_H

#include "base/arena.h"
#include "match/value.h"

enum {
	FIRST_NAMES_MAX = 10000, /* names in all */
	NAME_GROUP_MAX = 32,     /* names of a group */
	NAME_GROUPS_OF = 4,      /* groups of one name that are told */
};

struct first_names;

struct first_names *first_names_new(struct arena *a) ETQ_MUST_CHECK;
/* Adds a group of at most NAME_GROUP_MAX. False: a name is not one word, or there is no memory. */
bool first_names_add(struct first_names *names, const struct etq_str *group,
		     size_t n) ETQ_MUST_CHECK;
/* To be called once, behind the last group and before the first question. False when out of memory. */
bool first_names_seal(struct first_names *names) ETQ_MUST_CHECK;

/* True when the folded word is a listed name as it stands, in no other case form. NULL knows none. */
bool first_names_has(const struct first_names *names, struct etq_str word);
/*
 * The numbers of the groups that any word of text (as people write it, at most ETQ_MAX_META bytes)
 * is in; returns how many there are.
 */
size_t first_names_like(const struct first_names *names, struct etq_str text,
			uint16_t groups[NAME_GROUPS_OF]);
/* The names of the group of such a number; they live as long as names. */
struct value_span first_names_group(const struct first_names *names, uint16_t number);

#endif
