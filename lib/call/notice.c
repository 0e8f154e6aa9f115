/* What nobody reports and the call shows: silences, waits, interruptions. */
#include "base/sv.h"
#include "call/trace.h"

void notice_wait(struct judge *j)
{
	struct state *s = j->s;
	struct sighting x = {.t = s->wait_t};

	s->waiting = true;
	s->waits++;
	TRACE_WAIT(j, .kind = ETQ_TRACE_WAIT_BEGUN, .t = s->wait_t, .from = s->wait_t);
	judge_event(j, EVENT_WAIT_START, ETQ_SYSTEM, &x);
	x.inferred = true;
	judge_event(j, EVENT_HOLD_START, ETQ_SYSTEM, &x);
	limit_hold_start(j, s->wait_t, true);
}

/* Somebody says more than an acknowledgement at t: an announced wait is over. */
void notice_wait_over(struct judge *j, int32_t t)
{
	struct state *s = j->s;

	if (s->wait_t == NEVER)
		return;
	if (!s->waiting && !s->holds && t - s->wait_t >= j->rules->settings.wait_ms)
		notice_wait(j);
	if (s->waiting) {
		struct sighting x = {.t = t};

		TRACE_WAIT(j, .kind = ETQ_TRACE_WAIT_OVER, .t = t, .from = s->wait_t);
		judge_event(j, EVENT_WAIT_END, ETQ_SYSTEM, &x);
		x.inferred = true;
		judge_event(j, EVENT_HOLD_END, ETQ_SYSTEM, &x);
		limit_hold_stop(j, t);
		s->wait_ms += (uint32_t)(t > s->wait_t ? t - s->wait_t : 0);
	} else if (!s->holds) {
		TRACE_WAIT(j, .kind = ETQ_TRACE_WAIT_SHORT, .t = t, .from = s->wait_t,
			   .measure = SV("wait"), .value = t - s->wait_t,
			   .bound = j->rules->settings.wait_ms);
	}
	s->waiting = false;
	s->wait_t = NEVER;
}

static bool announces_wait(const struct judge *j, const struct utt *u)
{
	uint16_t announce = j->rules->settings.wait_announce;

	if (announce == NO_SIGNAL || u->by != ETQ_AGENT || j->s->holds)
		return false;
	const struct signal *signal = &j->rules->signals[announce];

	for (size_t i = 0; i < j->hear->nheard; i++)
		for (size_t k = 0; k < signal->nsets; k++)
			if (j->hear->heard[i].set == signal->sets[k])
				return true;
	return false;
}

/* From the last end of speech, or from where it was counted to: a hold ends no speech. */
static void add_silence(struct state *s, int32_t t)
{
	int32_t from = s->last_end > s->silence_end ? s->last_end : s->silence_end;

	if (t <= from)
		return;
	s->silence_ms += (uint32_t)(t - from);
	s->silence_end = t;
}

void notice_silence_over(struct judge *j, int32_t t)
{
	struct state *s = j->s;

	limit_silence_stop(j, t);
	if (s->hold_t == NEVER && t > s->last_end && s->started) {
		struct sighting x = {.t = t};

		add_silence(s, t);
		judge_event(j, EVENT_SILENCE, ETQ_SYSTEM, &x);
	}
}

/* The side began to speak, for a while and not to acknowledge, into what the other was saying. */
void notice_interruption(struct judge *j, struct utt *u)
{
	const struct settings *set = &j->rules->settings;

	if (u->by > ETQ_CUSTOMER || u->acknowledgement || u->estimated)
		return;
	const struct utt *other = j->s->last[u->by == ETQ_AGENT ? ETQ_CUSTOMER : ETQ_AGENT];

	if (!other || other->estimated || other->t >= u->t ||
	    other->end - u->t <= set->overlap_ms || u->end - u->t <= set->speech_ms)
		return;
	struct sighting x = {.t = u->t, .utt = u};

	j->s->interruptions[u->by]++;
	judge_event(j, EVENT_INTERRUPTION, u->by, &x);
	limit_interruption(j, u);
}

void notice_announcement(struct judge *j, const struct utt *u)
{
	if (!announces_wait(j, u))
		return;
	j->s->wait_t = u->end;
	j->s->waiting = false;
}

int32_t notice_wait_due(const struct judge *j)
{
	const struct state *s = j->s;

	if (s->wait_t == NEVER || s->waiting || s->holds)
		return NEVER;
	return s->wait_t + j->rules->settings.wait_ms;
}
