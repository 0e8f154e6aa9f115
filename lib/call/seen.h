/* What a call has had already: lines that come again change nothing. */
#ifndef CALL_SEEN_H
#define CALL_SEEN_H

#include <stdint.h>

#include "etiquette.h"

enum {
	SEEN_MAX = 256
}; /* lines that are remembered; an older one that comes again is late anyway */

/*
 * 48 bits of a hash: that a new line is taken for one of SEEN_MAX others comes once in a million
 * million lines.
 */
struct seen_mark {
	uint16_t part[3];
};

struct seen {
	struct seen_mark *v; /* a ring once it is full */
	uint16_t n, cap, next;
};

void seen_free(struct seen *seen);
bool seen_has(const struct seen *seen, uint64_t hash);
/* Makes room so that seen_add can't fail. */
bool seen_reserve(struct seen *seen, uint32_t more) ETQ_MUST_CHECK;
void seen_add(struct seen *seen, uint64_t hash);

/* An utterance by its id; 0 without one. */
uint64_t seen_id(const struct etq_input *in);
/* The start or end of a hold by its time. */
uint64_t seen_hold(const struct etq_input *in);
/* An utterance by its side, times and text. */
uint64_t seen_content(const struct etq_input *in);

#endif
