/* Laying a site's file over what it changes: the upper layer's keys win, mappings merge. */
#ifndef RULES_OVERLAY_H
#define RULES_OVERLAY_H

#include "rules/loader.h"

/*
 * A node with upper's keys over lower's: values that are mappings on both sides merge, others are
 * replaced; a null in upper takes the key away; keys that exclude each other (`above` and `below`,
 * the forms of a rule, …) replace each other. NULL when out of memory, noted in ld.
 */
const struct node *overlay(struct loader *ld, const struct node *lower, const struct node *upper);
/* For rules: a status alone may stand for the mapping. */
const struct node *overlay_rule(struct loader *ld, const struct node *lower,
				const struct node *upper);
/* For phrase sets: a list replaces the set; `add` and `except: {add: …}` add to it. */
const struct node *overlay_set(struct loader *ld, const struct node *lower,
			       const struct node *upper);

#endif
