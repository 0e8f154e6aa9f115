/* An utterance read: its text, and that folded. Made when it is needed, and of no more than one at a time. */
#ifndef CALL_READING_H
#define CALL_READING_H

#include "call/utt.h"
#include "text/fold.h"

struct reading {
	const struct utt
		*of; /* NULL: nothing's; to be forgotten before another one can be in its place */
	struct etq_str text; /* may be the caller's of the line */
	struct fold fold;
	char *own; /* room for a text */
	size_t cap;
};

void reading_free(struct reading *r);
/* Reads u, unless it has. False when out of memory: it has read nothing. */
bool reading_take(struct reading *r, const struct utt *u) ETQ_MUST_CHECK;

#endif
