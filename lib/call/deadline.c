/* What is decided when its time has come: deadlines, running measures. */
#include "call/judge.h"
#include "call/trace.h"

enum {
	REVOCABLE_MS = 30000
}; /* a late line may satisfy an expectation for so long after it failed */

/* The pending that closes first, if before `to`; npendings when there is none. */
static uint32_t due(const struct state *s, int32_t to, int32_t held)
{
	uint32_t first = s->npendings;

	for (uint32_t i = 0; i < s->npendings; i++) {
		const struct pending *p = &s->pendings[i];

		if (p->closes >= to || p->closes >= held || p->fired)
			continue;
		if (first == s->npendings || p->closes < s->pendings[first].closes)
			first = i;
	}
	return first;
}

static void forget_fired(struct state *s, int32_t to)
{
	for (uint32_t i = s->npendings; i-- > 0;)
		if (s->pendings[i].fired && s->pendings[i].closes < to - REVOCABLE_MS)
			state_unpend(s, i);
}

static void decide(struct judge *j, uint32_t i)
{
	struct state *s = j->s;
	struct pending *p = &s->pendings[i];

	switch ((enum pending_kind)p->kind) {
	case PENDING_HOLD:
	case PENDING_SILENCE:
		limit_decide(j, i); /* goes on, or takes itself out */
		return;
	case PENDING_WHOLE_TURN:
		forbid_decide(j, p, p->closes);
		break;
	case PENDING_AFTER:
	case PENDING_BEFORE:
		expect_decide(j, p, p->closes);
		break;
	}
	if (!p->fired)
		state_unpend(s, i);
}

static void decide_due(struct judge *j, int32_t to, int32_t held)
{
	struct state *s = j->s;

	for (uint32_t i = due(s, to, held); i < s->npendings && !j->failed; i = due(s, to, held))
		decide(j, i);
}

/* What waited for a later deadline is decided by what the call was when it ended. */
static void cut_short(struct judge *j, int32_t t)
{
	struct state *s = j->s;

	limit_hold_stop(j, t);
	limit_silence_stop(j, t);
	for (uint32_t i = s->npendings; i-- > 0;) {
		struct pending *p = &s->pendings[i];

		if (p->closes <= t)
			continue;
		if (p->kind == PENDING_AFTER && !p->spoken) {
			TRACE(j, p->rule, .kind = ETQ_TRACE_NO_OCCASION, .t = t,
			      .from = p->anchor_t);
			state_unpend(s, i); /* there was no occasion */
		} else {
			p->closes = t;
		}
	}
}

void deadline_end(struct judge *j, int32_t t)
{
	cut_short(j, t);
	decide_due(j, NEVER, NEVER);
	while (j->s->npendings)
		state_unpend(j->s, j->s->npendings - 1);
}

void judge_until(struct judge *j, int32_t to, int32_t held)
{
	struct state *s = j->s;

	if (s->ended)
		return;
	if (notice_wait_due(j) < to && notice_wait_due(j) < held)
		notice_wait(j);
	decide_due(j, to, held);
	forget_fired(s, to);
}

bool judge_due(const struct judge *j, int32_t to, int32_t held)
{
	int32_t wait = notice_wait_due(j);

	return !j->s->ended &&
	       ((wait < to && wait < held) || due(j->s, to, held) < j->s->npendings);
}

int32_t judge_next(const struct state *s)
{
	int32_t next = NEVER;

	for (uint32_t i = 0; i < s->npendings; i++)
		if (!s->pendings[i].fired && s->pendings[i].closes < next)
			next = s->pendings[i].closes;
	return next;
}
