/* `times`, `until` and `kinds` of a forbid: how often something must have come before. */
#ifndef RULES_TALLY_H
#define RULES_TALLY_H

#include "rules/loader.h"

struct tally_keys {
	const struct node *times, *until, *kinds;
};

/* Rows of a key table for a struct tally_keys in struct type; path: "" or "field." that leads to it. */
#define TALLY_KEYS(type, path)                                                          \
	{"times", "in how many turns `after` must have come", read_node,                \
	 offsetof(type, path times)},                                                   \
		{"until", "a signal that takes the count back", read_node,              \
		 offsetof(type, path until)},                                           \
	{                                                                               \
		"kinds", "phrase sets of the things that are counted apart", read_node, \
			offsetof(type, path kinds)                                      \
	}

/* The tally that the keys ask for; after, within: the forbid's keys or NULL; sides: who is listened to. */
void tally_read(struct loader *ld, const struct tally_keys *keys, const struct node *after,
		const struct node *within, uint32_t sides, struct tally *out);

#endif
