/* What a call remembers of a signal: when it came, and how far everybody had come by then. */
#ifndef CALL_SLOT_H
#define CALL_SLOT_H

#include <stdint.h>

#include "rules/ruleset.h"

#define NEVER INT32_MAX

/* How much a side has spoken. */
struct spoken {
	uint32_t words, utterances, turns;
	uint32_t talk_ms; /* its overlaps with itself counted once */
	int32_t talk_end; /* of its latest speech */
};

/* When a signal was last heard, and how far each side had come by then. */
struct slot {
	int32_t first; /* event time; count == 0: never */
	int32_t to_last; /* from then to when it came last: none, for the most part, which packs well */
	uint32_t count;
	uint32_t words[2], utterances[2], turns[2]; /* agent, customer */
	uint32_t spell,
		spell_before; /* of speech (see struct state): the last two that brought it */
};

static inline int32_t slot_last(const struct slot *slot)
{
	return slot->first + slot->to_last;
}

struct state;

/* Notes that the signal came at t. */
void slot_mark(struct slot *slot, const struct state *s, int32_t t);
/* The window, of the sides in the mask, that began with the last mark is still open at t. */
bool slot_open(const struct slot *from, const struct window *w, int32_t t, uint32_t sides,
	       const struct spoken *now);
/* The signal last came within the window before t. */
bool slot_heard(const struct slot *slot, const struct window *w, const struct state *s, int32_t t,
		uint32_t sides);
/* It came in the spell, one of the last two that brought it. */
bool slot_came_in(const struct slot *slot, uint32_t spell);

#endif
