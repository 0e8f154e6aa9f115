#include "rules/tally.h"

#include "rules/scalar.h"
#include "rules/signal.h"

/* What must stand beside it, or must not. */
static bool in_company(struct loader *ld, const struct tally_keys *keys, const struct node *after,
		       const struct node *within)
{
	const struct node *alone = keys->until ? keys->until : keys->kinds;

	if (!keys->times) {
		if (alone)
			loader_error(ld, alone,
				     "`until` and `kinds` belong to `times`, which is missing");
		return false;
	}
	if (!after)
		loader_error(ld, keys->times,
			     "`times` counts how often `after` came, which is missing");
	if (within)
		loader_error(
			ld, within,
			"`within` can't stand beside `times`: there are several to count from");
	return after;
}

void tally_read(struct loader *ld, const struct tally_keys *keys, const struct node *after,
		const struct node *within, uint32_t sides, struct tally *out)
{
	uint32_t times;

	*out = (struct tally){.until = NO_SIGNAL, .kinds = NO_SIGNAL};
	if (!in_company(ld, keys, after, within) || !scalar_count(ld, keys->times, "times", &times))
		return;
	out->times = (uint16_t)times;
	out->slot = (uint16_t)ld->ntallies++;
	if (keys->until)
		out->until = signal_read(ld, keys->until, "until");
	if (keys->kinds)
		out->kinds = signal_said(ld, keys->kinds, sides);
	if (out->kinds != NO_SIGNAL && ld->signals[out->kinds].nsets > KINDS_MAX)
		loader_error(ld, keys->kinds, "there are %d kinds at most", KINDS_MAX);
}
