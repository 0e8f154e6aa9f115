/*
 * Mappings by table: a row for every key that may be written, with its help and what reads its value.
 * What is read goes to a field of a struct that the row names by its offset.
 */
#ifndef RULES_KEYS_H
#define RULES_KEYS_H

#include "rules/loader.h"

struct key {
	const char *name;
	const char *help; /* one line */
	/* Reads value into field; complains and leaves field as it is when value is wrong. */
	void (*read)(struct loader *ld, const struct key *key, const struct node *value,
		     void *field);
	size_t offset;
	bool required;
};

#define KEY_COUNT(keys) (sizeof(keys) / sizeof(*(keys)))

/*
 * Reads a mapping; what is it called in messages ("a rule"). False when it is no mapping at all;
 * of unknown, missing and wrong keys it complains and goes on.
 */
bool keys_read(struct loader *ld, const struct node *map, const char *what, const struct key *keys,
	       size_t nkeys, void *out);

/* The node itself, into a const struct node *. */
void read_node(struct loader *ld, const struct key *key, const struct node *value, void *field);

/* "; did you mean `x`?" or "", into buf; names ends with NULL. */
const char *keys_suggest(struct etq_str written, const char *const *names, char *buf, size_t size);
/* "a, b, c" of names, cut when it does not fit. */
const char *keys_list(const char *const *names, char *buf, size_t size);

#endif
