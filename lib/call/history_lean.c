/* What a history keeps of states between lines. */
#include "call/history.h"

bool history_stand(struct history *h, struct judge *j, size_t from)
{
	for (size_t i = h->n; i-- > from;) {
		const struct packed *behind = i + 1 < h->n ? h->v[i + 1].before : h->passed.before;

		if (!packed_leans(h->v[i].before))
			continue;
		if (behind && !packed_show(behind, j->s, j->rules))
			return false;
		struct packed *upright = packed_stand(h->v[i].before, j->s, j->rules);

		if (!upright)
			return false;
		packed_free(h->v[i].before);
		h->v[i].before = upright;
	}
	return true;
}

const struct packed *history_last(const struct history *h)
{
	return h->n ? h->v[h->n - 1].before : NULL;
}

void history_lean(struct history *h, struct packed *leaning, struct state *s,
		  const struct etq_ruleset *rules)
{
	struct entry *last = h->n ? &h->v[h->n - 1] : NULL;

	if (!last || h->passed.before || packed_leans(last->before)) {
		packed_free(leaning);
		return;
	}
	if (!leaning)
		leaning = packed_lean(last->before, s, rules);
	if (!leaning)
		return; /* it can stand */
	packed_free(last->before);
	last->before = leaning;
}
