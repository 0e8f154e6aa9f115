#include "call/call.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "call/line.h"
#include "call/speech.h"

enum { HOLD_PATIENCE = 6 }; /* a call on hold is given up after so many times the idle time */

struct call *call_new(struct etq_str id, struct etq_ruleset *rules, struct workshop *w, int64_t now)
{
	struct call *c = malloc(sizeof(*c) + id.n);

	if (!c)
		return NULL;
	*c = (struct call){
		.rules = etq_ruleset_ref(rules),
		.papers = desk_take(&w->desk, rules),
		.wake = INT64_MAX,
		.clock = {.lateness = (int32_t)w->config.lateness_ms, .held = NEVER},
		.first_arrival = now,
		.last_arrival = now,
		.id_n = (uint8_t)id.n,
	};
	memcpy(c->id, id.p, id.n);
	if (!c->papers) {
		call_free(c);
		return NULL;
	}
	state_begin(c->papers->state, rules);
	facts_init(&c->papers->facts, call_id(c), rules);
	score_begin(&c->papers->card, rules);
	return c;
}

void call_free(struct call *c)
{
	if (!c)
		return;
	history_free(&c->history);
	partials_free(&c->partials);
	seen_free(&c->seen);
	papers_free(c->papers);
	packed_free(c->rest);
	record_free(c->record);
	etq_ruleset_unref(c->rules);
	free(c);
}

static int64_t idle_at(const struct call *c, const struct workshop *w)
{
	return c->last_arrival + w->config.idle_ms * (c->on_hold ? HOLD_PATIENCE : 1);
}

bool call_idle(const struct call *c, const struct workshop *w, int64_t now)
{
	return now >= idle_at(c, w);
}

/* When call_pass or call_finish has something to do, on the caller's clock. */
static int64_t next_wake(const struct call *c, const struct workshop *w)
{
	int64_t next = idle_at(c, w);
	int32_t due = judge_next(c->papers->state);
	int64_t from = c->last_arrival + c->clock.lateness - c->clock.max_t;

	if (c->ended) /* late lines are waited for, then it is forgotten */
		return c->last_arrival + c->clock.lateness * 2 + 1000;
	if (due < c->clock.held && from + due + 1 < next)
		next = from + due + 1;
	for (size_t i = 0; i < c->partials.n; i++)
		if (from + c->partials.v[i].news_t + PARTIAL_ABANDONED_MS + 1 < next)
			next = from + c->partials.v[i].news_t + PARTIAL_ABANDONED_MS + 1;
	return next;
}

void call_prefetch(const struct call *c)
{
	enum { LINE = 64, REST_LINES = 6, RECORD_LINES = 2 };
	const char *rest = (const char *)c->rest, *record = (const char *)c->record;

	for (int i = 0; rest && i < REST_LINES; i++)
		__builtin_prefetch(rest + (size_t)i * LINE);
	for (int i = 0; record && i < RECORD_LINES; i++)
		__builtin_prefetch(record + (size_t)i * LINE);
	if (c->history.n > 0)
		__builtin_prefetch(c->history.v);
	for (uint32_t i = 0; i < c->seen.n; i += LINE / sizeof(*c->seen.v))
		__builtin_prefetch(c->seen.v + i);
}

/* ---- opened while something happens to it --------------------------------------------------- */

static bool open_papers(struct call *c, struct workshop *w, struct etq_err *err)
{
	if (c->papers)
		return true;
	struct papers *p = desk_take(&w->desk, c->rules);

	if (p && !packed_open(c->rest, p->state, c->rules)) {
		desk_put(&w->desk, p);
		p = NULL;
	}
	if (!p) {
		line_out_of_memory(err);
		return false;
	}
	c->rest = NULL;
	record_open(c->record, call_id(c), &p->facts, &p->card, c->rules);
	c->papers = p;
	for (size_t i = 0; i < c->history.n; i++) { /* some of these go soon */
		__builtin_prefetch(c->history.v[i].before);
		__builtin_prefetch(c->history.v[i].event.utt);
	}
	return true;
}

/* Makes a record of what the papers say besides the state, unless there is one. */
static bool keep_record(struct call *c)
{
	struct papers *p = c->papers;

	if (c->record && !p->facts.changed && !p->card.changed)
		return true;
	struct record *record = record_new(&p->facts, &p->card, c->rules);

	if (!record)
		return false;
	record_free(c->record);
	c->record = record;
	return true;
}

/* Puts it to rest. When there is no memory for that it stays open: nothing of it may be lost. */
static void close_papers(struct call *c, struct workshop *w)
{
	struct papers *p = c->papers;
	struct packed *leaning;

	c->ended = p->state->ended;
	c->on_hold = p->state->hold_t != NEVER;
	c->wake = next_wake(c, w);
	c->rest = packed_turn(p->state, c->rules, history_last(&c->history), &leaning);
	if (!c->rest)
		return;
	if (!keep_record(c)) {
		packed_free(leaning);
		p->state->same = c->rest;
		c->rest = NULL;
		return;
	}
	history_lean(&c->history, leaning, p->state, c->rules);
	desk_put(&w->desk, p);
	c->papers = NULL;
}

static bool time_of(const struct call *c, const struct etq_input *in, int64_t now, int64_t *t,
		    struct etq_err *err)
{
	*t = in->t;
	if (in->t == ETQ_NO_TIME)
		*t = now ? line_stamp(c, now) : c->papers->state->last_end;
	if (*t >= 0 && *t < NEVER)
		return true;
	err_set(err, "bad-time", "t %lld: expected 0 <= t < %d ms", (long long)*t, NEVER);
	return false;
}

static bool feed_hold(struct call *c, struct workshop *w, const struct etq_input *in, int64_t now,
		      struct etq_findings *out, struct etq_err *err)
{
	int64_t t;

	if (!time_of(c, in, now, &t, err))
		return false;
	if (in->t != ETQ_NO_TIME && seen_has(&c->seen, seen_hold(in))) {
		w->stats.duplicates++;
		return true;
	}
	if (line_over(c, t, err) || line_late(c, w, t, err))
		return false;
	if (!seen_reserve(&c->seen, 1))
		return line_out_of_memory(err);
	w->stats.stamped += in->t == ETQ_NO_TIME;
	struct event_in event = {
		.t = (int32_t)t,
		.mark = in->type == ETQ_HOLD_START ? MARK_HOLD_START : MARK_HOLD_END,
	};

	if (!line_insert(c, w, &event, NULL, out, err))
		return false;
	if (in->t != ETQ_NO_TIME)
		seen_add(&c->seen, seen_hold(in));
	return true;
}

/* The end comes after all that was heard, even if the switch's clock lags behind the recognition's. */
static bool feed_end(struct call *c, struct workshop *w, const struct etq_input *in, int64_t now,
		     struct etq_findings *out, struct etq_err *err)
{
	int64_t t;

	if (!time_of(c, in, now, &t, err))
		return false;
	if (c->papers->state->ended) {
		if (in->t != ETQ_NO_TIME && line_over(c, t, err))
			return false;
		w->stats.duplicates++;
		return true;
	}
	if (!speech_give_up(c, w, INT64_MAX, out, err))
		return false;
	w->stats.stamped += in->t == ETQ_NO_TIME;
	struct event_in event = {.t = t > c->clock.max_t ? (int32_t)t : c->clock.max_t,
				 .mark = MARK_CALL_END,
				 .by = (uint8_t)in->by};

	return line_insert(c, w, &event, NULL, out, err);
}

static bool feed_meta(struct call *c, struct workshop *w, const struct etq_input *in,
		      struct etq_err *err)
{
	if (c->papers->state->ended) {
		err_set(err, "call-ended", "the call ended at %d ms", c->papers->state->end_t);
		return false;
	}
	return facts_update(&c->papers->facts, &in->meta, c->rules, w->firms) ||
	       line_out_of_memory(err);
}

static bool feed_one(struct call *c, struct workshop *w, struct etq_input *in, int64_t now,
		     struct etq_findings *out, struct etq_err *err)
{
	switch (in->type) {
	case ETQ_CALL_START:
	case ETQ_CALL_UPDATE:
		return feed_meta(c, w, in, err);
	case ETQ_UTTERANCE:
		return in->final ? speech_final(c, w, in, now, out, err)
				 : speech_partial(c, w, in, now, out, err);
	case ETQ_HOLD_START:
	case ETQ_HOLD_END:
		return feed_hold(c, w, in, now, out, err);
	case ETQ_CALL_END:
		return feed_end(c, w, in, now, out, err);
	case ETQ_INPUT_TYPES:
		break;
	}
	err_set(err, "unknown-type", "input type %d", (int)in->type);
	return false;
}

/* Every call begins with its start, whatever line comes first. */
static bool begin(struct call *c, struct workshop *w, struct etq_findings *out)
{
	struct judge j = line_judge(c, w, out);

	if (c->papers->state->started)
		return true;
	judge_mark(&j, MARK_CALL_START, 0, ETQ_SYSTEM);
	return !j.failed;
}

/*
 * What went out since `from` is counted; an ended call gets its score. When there is no memory for
 * that it is owed: a line that was judged stays judged.
 */
static void keep_score(struct call *c, struct etq_findings *out, size_t from)
{
	score_count(&c->papers->card, c->rules, out, from);
	c->owes_score = c->papers->state->ended &&
			!score_tell(&c->papers->card, c->rules, c->papers->state, &c->papers->facts,
				    out);
}

bool call_settle(struct call *c, struct workshop *w, struct etq_findings *out, struct etq_err *err)
{
	if (!c->owes_score)
		return true;
	if (!open_papers(c, w, err))
		return false;
	keep_score(c, out, etq_findings_count(out));
	close_papers(c, w);
	return !c->owes_score || line_out_of_memory(err);
}

static bool feed_line(struct call *c, struct workshop *w, const struct etq_input *in, int64_t now,
		      struct etq_findings *out, struct etq_err *err)
{
	struct etq_input line = *in;

	if (in->type == ETQ_CALL_START && !feed_meta(c, w, in, err))
		return false;
	if (!begin(c, w, out))
		return line_out_of_memory(err);
	if (!feed_one(c, w, &line, now, out, err))
		return false;
	c->last_arrival = now;
	int64_t before = (int64_t)c->clock.max_t - PARTIAL_ABANDONED_MS;
	struct etq_err later;

	/* The line is taken: what there is no memory for now is given up with a later one. */
	return c->papers->state->ended || speech_give_up(c, w, before, out, &later) || true;
}

bool call_feed(struct call *c, struct workshop *w, const struct etq_input *in, int64_t now,
	       struct etq_findings *out, struct etq_err *err)
{
	size_t had = etq_findings_count(out);

	if (!open_papers(c, w, err))
		return false;
	int32_t max_t = c->clock.max_t;
	bool ok = feed_line(c, w, in, now, out, err);

	if (c->clock.max_t != max_t) /* the two clocks go together, even when the line is refused */
		c->last_arrival = now;
	keep_score(c, out, had); /* what was found before a failure has gone out */
	close_papers(c, w);
	return ok;
}

static bool pass(struct call *c, struct workshop *w, int64_t now, struct etq_findings *out,
		 struct etq_err *err)
{
	int64_t wall = c->clock.max_t + (now - c->last_arrival) - c->clock.lateness;

	if (c->papers->state->ended)
		return true;
	if (!speech_give_up(c, w, wall - PARTIAL_ABANDONED_MS, out, err))
		return false;
	if (wall > c->clock.wall)
		c->clock.wall = wall < NEVER ? (int32_t)wall : NEVER - 1;
	struct judge j = line_judge(c, w, out);

	return history_pass(&c->history, &j, &c->clock) || line_out_of_memory(err);
}

bool call_pass(struct call *c, struct workshop *w, int64_t now, struct etq_findings *out,
	       struct etq_err *err)
{
	size_t had = etq_findings_count(out);

	if (!open_papers(c, w, err))
		return false;
	bool ok = pass(c, w, now, out, err);

	keep_score(c, out, had); /* what was found before a failure has gone out */
	close_papers(c, w);
	return ok;
}

static bool finish(struct call *c, struct workshop *w, struct etq_findings *out,
		   struct etq_err *err)
{
	if (c->papers->state->ended)
		return true;
	if (!speech_give_up(c, w, INT64_MAX, out, err))
		return false;
	int32_t last = c->papers->state->last_end > c->clock.max_t ? c->papers->state->last_end
								   : c->clock.max_t;
	struct event_in event = {.t = last, .mark = MARK_CALL_END, .by = ETQ_SYSTEM};

	return line_insert(c, w, &event, NULL, out, err);
}

bool call_finish(struct call *c, struct workshop *w, struct etq_findings *out, struct etq_err *err)
{
	size_t had = etq_findings_count(out);

	if (!open_papers(c, w, err))
		return false;
	bool ok = finish(c, w, out, err);

	keep_score(c, out, had);
	close_papers(c, w);
	return ok && call_settle(c, w, out, err);
}
