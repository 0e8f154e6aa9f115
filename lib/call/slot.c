#include "call/slot.h"

#include "call/state.h"

/* Sums a slot's counts over the sides in the mask. */
static struct spoken at_slot(const struct slot *slot, uint32_t sides)
{
	struct spoken sum = {0};

	for (int i = 0; i < 2; i++) {
		if (!(sides & (1u << i)))
			continue;
		sum.words += slot->words[i];
		sum.utterances += slot->utterances[i];
		sum.turns += slot->turns[i];
	}
	return sum;
}

void slot_mark(struct slot *slot, const struct state *s, int32_t t)
{
	if (!slot->count++)
		slot->first = t;
	slot->to_last = t - slot->first;
	if (slot->spell != s->spells)
		slot->spell_before = slot->spell;
	slot->spell = s->spells;
	for (int i = 0; i < 2; i++) {
		slot->words[i] = s->sides[i].words;
		slot->utterances[i] = s->sides[i].utterances;
		slot->turns[i] = s->sides[i].turns;
	}
}

static bool is_whole_call(const struct window *w)
{
	return !w->ms && !w->turns && !w->words && !w->utterances;
}

bool slot_open(const struct slot *from, const struct window *w, int32_t t, uint32_t sides,
	       const struct spoken *now)
{
	struct spoken then = at_slot(from, sides);

	return is_whole_call(w) || (w->ms && t - slot_last(from) <= w->ms) ||
	       (w->turns && now->turns - then.turns <= w->turns) ||
	       (w->words && now->words - then.words <= w->words) ||
	       (w->utterances && now->utterances - then.utterances <= w->utterances);
}

bool slot_heard(const struct slot *slot, const struct window *w, const struct state *s, int32_t t,
		uint32_t sides)
{
	struct spoken then = at_slot(slot, sides);
	struct spoken now = state_spoken(s, sides);

	if (!slot->count)
		return false;
	if (is_whole_call(w))
		return true;
	int32_t last = slot_last(slot) <= t ? slot_last(slot) : slot->first;

	return (w->ms && last <= t && t - last <= w->ms) ||
	       (w->turns && now.turns - then.turns < w->turns) ||
	       (w->words && now.words - then.words < w->words) ||
	       (w->utterances && now.utterances - then.utterances < w->utterances);
}

bool slot_came_in(const struct slot *slot, uint32_t spell)
{
	return slot->count && spell && (slot->spell == spell || slot->spell_before == spell);
}
