/* `within`: how far a window reaches. */
#ifndef RULES_WINDOW_H
#define RULES_WINDOW_H

#include "rules/keys.h"

/* Into a struct window. */
void read_window(struct loader *ld, const struct key *key, const struct node *value, void *field);

/*
 * Complains of a window that counts turns, words or utterances where the side is none that is
 * counted. node: the window as written, NULL when there is none.
 */
void window_check(struct loader *ld, const struct node *node, const struct window *window,
		  uint32_t sides);

#endif
