/* Single values: text, numbers, times, switches, names of a fixed set. */
#ifndef RULES_SCALAR_H
#define RULES_SCALAR_H

#include "rules/keys.h"

/* A row of a table of names; the last has no name. */
struct choice {
	const char *name;
	int value;
};

enum { TIME_MAX_MS = 24 * 3600 * 1000, COUNT_MAX = 10000, POINTS_MAX = 1000 };

/* What a scalar is; what: how messages call it. Each complains and returns false when it is none. */
bool scalar_text(struct loader *ld, const struct node *node, const char *what,
		 struct etq_str *out) ETQ_MUST_CHECK;
/* "30s" in ms, more than 0 and at most a day. */
bool scalar_time(struct loader *ld, const struct node *node, const char *what,
		 int32_t *ms) ETQ_MUST_CHECK;
/* A whole number from 1 to COUNT_MAX. */
bool scalar_count(struct loader *ld, const struct node *node, const char *what,
		  uint32_t *out) ETQ_MUST_CHECK;
/* A number of 0 or more, with decimals perhaps, and what is written behind it. */
bool scalar_number(struct loader *ld, const struct node *node, const char *what, double *out,
		   struct etq_str *unit) ETQ_MUST_CHECK;
/* Points of a score: a whole number from 0 to POINTS_MAX. */
bool scalar_points(struct loader *ld, const struct node *node, const char *what,
		   int *out) ETQ_MUST_CHECK;
bool scalar_choice(struct loader *ld, const struct node *node, const char *what,
		   const struct choice *choices, int *out) ETQ_MUST_CHECK;
/* One or a list of them, as bits. */
bool scalar_choices(struct loader *ld, const struct node *node, const char *what,
		    const struct choice *choices, uint32_t *bits) ETQ_MUST_CHECK;
/* One text or a list of them, kept in the ruleset. */
bool scalar_texts(struct loader *ld, const struct node *node, const char *what,
		  const struct etq_str **v, size_t *n) ETQ_MUST_CHECK;
/* True when node is a number and unit that make a time; never complains. */
bool scalar_is_time(const struct node *node);
/* Sides as `by` has them, "any" included; system only where a call's end is meant. */
bool scalar_sides(struct loader *ld, const struct node *node, bool system,
		  uint32_t *sides) ETQ_MUST_CHECK;

/* Key readers. Into struct etq_str, bool, int32_t (ms), uint32_t. */
void read_text(struct loader *ld, const struct key *key, const struct node *value, void *field);
void read_bool(struct loader *ld, const struct key *key, const struct node *value, void *field);
void read_time(struct loader *ld, const struct key *key, const struct node *value, void *field);
void read_count(struct loader *ld, const struct key *key, const struct node *value, void *field);

#endif
