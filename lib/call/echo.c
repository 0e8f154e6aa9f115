/* Both sides carrying the same words at once: an echo, or one channel given twice. */
#include "call/judge.h"

#include <string.h>

enum {
	COMPARED_MAX = 64,   /* words of each that are compared */
	ESTIMATED_MS = 1000, /* without ends, so far apart they may begin */
	SAME_TIME_MS = 100,  /* closer than that, nobody can tell who spoke */
	SHARE_NUM = 3,
	SHARE_DEN = 4, /* of the shorter one's words, in their order */
};

static int32_t lesser(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* For at least half of the shorter one's time. */
static bool at_once(const struct utt *a, const struct utt *b)
{
	int32_t from = a->t > b->t ? a->t : b->t;
	int32_t both = lesser(a->end, b->end) - from;
	int32_t apart = a->t > b->t ? a->t - b->t : b->t - a->t;

	if ((a->estimated || b->estimated) && apart > ESTIMATED_MS)
		return false;
	return both > 0 && both >= lesser(a->end - a->t, b->end - b->t) / 2;
}

static bool same_word(const struct fold *a, uint32_t i, const struct fold *b, uint32_t k)
{
	const struct fold_word *x = &a->words[i];
	const struct fold_word *y = &b->words[k];

	return x->len == y->len && !memcmp(a->text + x->off, b->text + y->off, x->len);
}

/* Words that both have, in the same order: the longest common subsequence. */
static uint32_t common_words(const struct fold *a, const struct fold *b, uint32_t na, uint32_t nb)
{
	uint8_t rows[2][COMPARED_MAX + 1] = {{0}};

	for (uint32_t i = 0; i < na; i++) {
		const uint8_t *above = rows[i % 2];
		uint8_t *row = rows[(i + 1) % 2];

		for (uint32_t k = 0; k < nb; k++) {
			if (same_word(a, i, b, k))
				row[k + 1] = (uint8_t)(above[k] + 1);
			else
				row[k + 1] = above[k + 1] > row[k] ? above[k + 1] : row[k];
		}
	}
	return rows[na % 2][nb];
}

/* u is what is judged. */
static bool same_words(struct judge *j, const struct utt *u, const struct utt *other)
{
	uint32_t least = j->rules->settings.echo_words;
	uint32_t na = u->nwords < COMPARED_MAX ? u->nwords : COMPARED_MAX;
	uint32_t nb = other->nwords < COMPARED_MAX ? other->nwords : COMPARED_MAX;
	uint32_t shorter = na < nb ? na : nb;

	if (shorter < least)
		return false;
	const struct reading *a = hear_read(j->hear, u);
	const struct reading *b = a ? hear_read(j->hear, other) : NULL;

	if (!b) {
		j->failed = true;
		return false;
	}
	uint32_t common = common_words(&a->fold, &b->fold, na, nb);

	return common >= least && common * SHARE_DEN >= shorter * SHARE_NUM;
}

bool echo_heard(struct judge *j, const struct utt *u)
{
	if (u->by > ETQ_CUSTOMER)
		return false;
	const struct utt *other = j->s->last[u->by == ETQ_AGENT ? ETQ_CUSTOMER : ETQ_AGENT];

	return other && at_once(u, other) && same_words(j, u, other);
}

void echo_note(struct judge *j, struct utt *u)
{
	struct state *s = j->s;
	const struct utt *other = s->last[u->by == ETQ_AGENT ? ETQ_CUSTOMER : ETQ_AGENT];

	s->echoes++;
	if (other->by == ETQ_AGENT && u->t - other->t < SAME_TIME_MS)
		raise_no_charge(j, u->end);
	if (s->echoes >= j->rules->settings.echo_times)
		judge_event(j, EVENT_ECHO, ETQ_SYSTEM, &(struct sighting){.t = u->t, .utt = u});
}
