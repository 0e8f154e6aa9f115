/* `above`, `below` and their rates. */
#ifndef RULES_BOUND_H
#define RULES_BOUND_H

#include "rules/keys.h"

/* The keys of a bound as written; NULL: not there. */
struct bound_keys {
	const struct node *above, *below, *per, *over;
};

/* Rows of a key table for a struct bound_keys in struct type; path: "" or "field." that leads to it. */
#define BOUND_KEYS(type, path)                                                             \
	{"above", "the bound that must be passed", read_node, offsetof(type, path above)}, \
	{                                                                                  \
		"below", "the bound that must not be reached", read_node,                  \
			offsetof(type, path below)                                         \
	}
#define RATE_KEYS(type, path)                                                                 \
	{"per", "`100 words` or `minute`", read_node, offsetof(type, path per)},              \
	{                                                                                     \
		"over", "`50 words` or `20s`: before so much a rate says nothing", read_node, \
			offsetof(type, path over)                                             \
	}

/* What a bound is of: what it is called, and whether that is a time. */
struct bound_unit {
	const char *name;
	bool ms;
};

/* Fills out; true when there is a bound and it is right, or none at all (out->set false). */
bool bound_make(struct loader *ld, const struct bound_keys *keys, struct bound_unit unit,
		struct bound *out) ETQ_MUST_CHECK;

#endif
