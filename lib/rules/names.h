/* Names of phrase sets and rules: how they are spelt, what has which, what was probably meant. */
#ifndef RULES_NAMES_H
#define RULES_NAMES_H

#include "rules/loader.h"

bool names_init(struct names *names, const char *what, size_t max) ETQ_MUST_CHECK;
void names_free(struct names *names);

/* Complains when a name is not letters, digits and dashes in parts joined by dots. */
bool name_check(struct loader *ld, const struct node *node, const char *what);

struct named *names_find(const struct names *names, struct etq_str name);
/* Adds; NULL after a complaint. */
struct named *names_add(struct loader *ld, struct names *names, const struct node *key,
			const struct node *value) ETQ_MUST_CHECK;

/* What a scalar refers to, or NULL after a complaint with the nearest name. */
const struct named *names_refer(struct loader *ld, const struct names *names,
				const struct node *node, const char *what);
/* One name or a list of them as sorted numbers without doubles, kept in the ruleset. */
bool names_list(struct loader *ld, const struct names *names, const struct node *node,
		const char *what, uint16_t **ids, size_t *n) ETQ_MUST_CHECK;
/* "; did you mean `x`?", for another name than what is written, or "", into buf. */
const char *names_suggest(struct loader *ld, const struct names *names, struct etq_str written,
			  char *buf, size_t size);

#endif
