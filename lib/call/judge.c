#include "call/judge.h"

#include "base/sv.h"
#include "call/trace.h"

static const struct signal *signal_of(const struct judge *j, uint16_t signal)
{
	return &j->rules->signals[signal];
}

static void use_none(struct judge *j, const struct use *use, const struct sighting *x)
{
}

typedef void use_fn(struct judge *j, const struct use *use, const struct sighting *x);

static use_fn *const use_table[] = {
	[ROLE_FORBID] = forbid_seen,
	[ROLE_FORBID_AFTER] = tally_after,
	[ROLE_FORBID_UNTIL] = tally_until,
	[ROLE_EXPECT_SAID] = expect_said,
	[ROLE_EXPECT_ANCHOR] = expect_anchor,
	[ROLE_STEP] = sequence_step,
	[ROLE_STATE] = use_none,
};

/* inferred: only rules that count inferred waits as holds are told. */
static void tell(struct judge *j, const struct sighting *x)
{
	const struct uses *uses = &j->rules->signal_uses[x->signal];

	for (size_t i = 0; i < uses->n; i++) {
		const struct use *use = &uses->v[i];

		if (x->inferred &&
		    (use->role == ROLE_STATE || !j->rules->rules[use->rule].inferred))
			continue;
		if (j->trace)
			trace_signal(j, use, x);
		if (x->echo && use->role != ROLE_EXPECT_SAID)
			continue;
		use_table[use->role](j, use, x);
	}
	if (x->inferred || j->rules->signal_slots[x->signal] == NO_SLOT)
		return;
	struct slot *slot = state_keep_slot(j->s, j->rules, x->signal);

	if (slot)
		slot_mark(slot, j->s, x->t);
	else
		j->failed = true;
}

void judge_event(struct judge *j, enum event event, enum etq_side by, const struct sighting *x)
{
	j->s->serial++;
	const struct id_list *signals = &j->rules->event_signals[event];

	for (size_t i = 0; i < signals->n; i++) {
		const struct signal *signal = signal_of(j, signals->v[i]);
		struct sighting seen = *x;

		if (!(signal->sides & (1u << by)))
			continue;
		if (event == EVENT_SILENCE) {
			/* x->t is when somebody spoke again; it was silence when it was long enough */
			seen.t = j->s->last_end + signal->above_ms;
			if (seen.t > x->t)
				continue;
		}
		seen.signal = signals->v[i];
		tell(j, &seen);
	}
}

/* ---- utterances ----------------------------------------------------------------------------- */

static void turn_over(struct judge *j, int32_t t)
{
	enum etq_side side = j->s->turn_side;

	if (side == ETQ_SIDES)
		return;
	expect_turn_over(j, side, t);
	forbid_turn_over(j, side, t);
}

/* Before the words: whose turn it is. Speech by an unknown side neither ends nor begins a turn. */
static void take_turn(struct judge *j, struct utt *u)
{
	struct state *s = j->s;

	if (u->by == s->turn_side || u->by == ETQ_UNKNOWN)
		return;
	turn_over(j, u->t);
	for (uint32_t i = 0; i < s->ntail; i++)
		utt_unref(s->tail[i]);
	s->ntail = 0;
	s->turn_side = u->by;
	s->sides[u->by].turns++;
	forbid_turn_start(j, u->by);
	judge_event(j, EVENT_TURN_START, u->by, &(struct sighting){.t = u->t, .utt = u});
}

/* Recognition cuts at will: what overlaps within a side is not spoken twice. */
static void add_talk(struct spoken *side, const struct utt *u)
{
	int32_t from = u->t > side->talk_end ? u->t : side->talk_end;

	if (u->end <= from)
		return;
	side->talk_ms += (uint32_t)(u->end - from);
	side->talk_end = u->end;
}

static void count_words(struct judge *j, struct utt *u)
{
	struct state *s = j->s;
	struct spoken *side = &s->sides[u->by];

	side->words += u->nwords;
	side->utterances++;
	add_talk(side, u);
	if (s->monologue_by != u->by) {
		s->monologue_by = u->by;
		s->monologue = 0;
		utt_set(&s->monologue_utt, u);
	}
	s->monologue += u->nwords;
	if (u->by > ETQ_CUSTOMER)
		return;
	if (u->by == ETQ_AGENT)
		s->charged.n = 0; /* on what it said before; no echo of that comes any more */
	utt_set(&s->last[u->by], u);
}

static void capture(struct judge *j, const struct heard *x)
{
	int name = j->rules->sets[x->set].capture;

	if (name < 0 || x->v0 < 0 || j->partial)
		return;
	struct words w[2];

	if (hear_words(j->hear, (uint32_t)x->v0, (uint32_t)x->v1, w, 2) < 1)
		return;
	const struct fold_word *from = &j->hear->words[x->v0];
	const struct fold_word *to = from + (w[0].w1 - w[0].w0 - 1);
	struct etq_str text = {j->hear->text + from->off, to->off + to->len - from->off};

	facts_hear(j->facts, (enum value_name)name, text);
}

static void tell_heard(struct judge *j, struct utt *u, bool echo)
{
	for (size_t i = 0; i < j->hear->nheard; i++) {
		const struct heard *h = &j->hear->heard[i];
		const struct id_list *signals = &j->rules->set_signals[h->set];

		if (!echo)
			capture(j, h);
		j->s->serial++;
		for (size_t k = 0; k < signals->n; k++) {
			if (!(signal_of(j, signals->v[k])->sides & (1u << u->by)))
				continue;
			tell(j, &(struct sighting){.signal = signals->v[k],
						   .set = h->set,
						   .t = u->t,
						   .utt = u,
						   .w0 = h->w0,
						   .w1 = h->w1,
						   .words = true,
						   .echo = echo});
		}
	}
}

/* Keeps the utterance within reach of phrases that go on in the next one. */
static void keep_tail(struct state *s, struct utt *u)
{
	if (u->by != s->turn_side)
		return;
	if (s->ntail == TAIL_UTTS) {
		utt_unref(s->tail[0]);
		memmove(s->tail, s->tail + 1, (TAIL_UTTS - 1) * sizeof(*s->tail));
		s->ntail--;
	}
	s->tail[s->ntail++] = utt_ref(u);
}

/* Coming back to the customer during a hold starts its clock anew. */
static void back_in_hold(struct judge *j, const struct utt *u)
{
	if (j->s->hold_t == NEVER || u->by != ETQ_AGENT)
		return;
	limit_hold_stop(j, u->t);
	limit_hold_start(j, u->end, false);
}

/* The utterance just heard is nothing but words of this signal. */
static bool only(const struct judge *j, uint16_t signal)
{
	return signal != NO_SIGNAL && hear_covered(j->hear, signal_of(j, signal));
}

/* What a side says in one breath is one spell; acknowledgements, by whomever, are none. */
static void count_spell(struct state *s, const struct utt *u)
{
	bool goes_on = s->spells && u->by == s->spell_by && u->by == s->turn_side &&
		       u->t - s->last_end <= BREATH_MS;

	if (u->acknowledgement || goes_on)
		return;
	s->spells++;
	s->spell_by = u->by;
}

/* Sound, but nobody's words: they were said by the other side, or nobody knows by whom. */
static void judge_echo(struct judge *j, struct utt *u)
{
	struct state *s = j->s;

	s->stamped |= u->stamped;
	notice_silence_over(j, u->t);
	s->monologue_by = ETQ_SIDES; /* who has spoken without a break is not known */
	echo_note(j, u);
	tell_heard(j, u, true);
	if (u->end > s->last_end)
		s->last_end = u->end;
	if (s->hold_t == NEVER)
		limit_silence_start(j, s->last_end);
}

void judge_utterance(struct judge *j, struct utt *u)
{
	struct state *s = j->s;
	const struct settings *set = &j->rules->settings;

	if (!hear_utterance(j->hear, j->rules, s, u, &j->facts->values)) {
		j->failed = true;
		return;
	}
	if (j->trace)
		trace_excepted(j, u);
	if (only(j, set->noise))
		return;
	if (echo_heard(j, u)) {
		judge_echo(j, u);
		return;
	}
	u->acknowledgement = only(j, set->acknowledge);
	count_spell(s, u);
	s->stamped |= u->stamped;
	s->started = true;
	limit_rings(j);
	notice_silence_over(j, u->t);
	if (!u->acknowledgement)
		notice_wait_over(j, u->t);
	back_in_hold(j, u);
	take_turn(j, u);
	notice_interruption(j, u);
	count_words(j, u);
	judge_event(j, EVENT_UTTERANCE, u->by, &(struct sighting){.t = u->t, .utt = u});
	expect_spoken(j, u);
	tell_heard(j, u, false);
	forbid_utterance_over(j, u);
	limit_monologue(j, u);
	keep_tail(s, u);
	if (u->end > s->last_end)
		s->last_end = u->end;
	notice_announcement(j, u);
	if (s->hold_t == NEVER)
		limit_silence_start(j, s->last_end);
}

/* ---- other events --------------------------------------------------------------------------- */

static void mark_start(struct judge *j, int32_t t, enum etq_side by)
{
	j->s->started = true;
	limit_rings(j);
	judge_event(j, EVENT_CALL_START, ETQ_SYSTEM, &(struct sighting){.t = t});
	limit_silence_start(j, t);
}

static void mark_hold_start(struct judge *j, int32_t t, enum etq_side by)
{
	struct state *s = j->s;

	if (s->hold_t != NEVER)
		return;
	notice_silence_over(j, t);
	s->wait_t = NEVER;
	s->waiting = false;
	raise_no_inferred(j, t);
	s->holds++;
	s->hold_t = t;
	judge_event(j, EVENT_HOLD_START, ETQ_SYSTEM, &(struct sighting){.t = t});
	limit_hold_start(j, t, false);
}

static void mark_hold_end(struct judge *j, int32_t t, enum etq_side by)
{
	struct state *s = j->s;

	if (s->hold_t == NEVER)
		return;
	limit_hold_stop(j, t);
	s->hold_ms += (uint32_t)(t > s->hold_t ? t - s->hold_t : 0);
	s->hold_t = NEVER;
	if (t > s->last_end)
		s->last_end = t;
	judge_event(j, EVENT_HOLD_END, ETQ_SYSTEM, &(struct sighting){.t = t});
	limit_silence_start(j, t);
}

static void mark_end(struct judge *j, int32_t t, enum etq_side by)
{
	struct state *s = j->s;

	notice_silence_over(j, t);
	notice_wait_over(j, t);
	if (s->hold_t != NEVER)
		s->hold_ms += (uint32_t)(t > s->hold_t ? t - s->hold_t : 0);
	turn_over(j, t);
	s->ended = true;
	s->ended_by = by;
	s->end_t = t;
	deadline_end(j, t);
	judge_event(j, EVENT_CALL_END, by, &(struct sighting){.t = t});
	deadline_end(j, t);
	sequence_call_over(j, t);
	limit_call_over(j, t);
}

typedef void mark_fn(struct judge *j, int32_t t, enum etq_side by);

void judge_mark(struct judge *j, enum mark mark, int32_t t, enum etq_side by)
{
	static mark_fn *const table[] = {
		[MARK_CALL_START] = mark_start,
		[MARK_HOLD_START] = mark_hold_start,
		[MARK_HOLD_END] = mark_hold_end,
		[MARK_CALL_END] = mark_end,
	};

	table[mark](j, t, by);
}
