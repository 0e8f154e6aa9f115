#include "call/line.h"

#include <string.h>

#include "base/diag.h"

enum {
	WORD_MS = 400,  /* a steady speaking rate, where no end is given: 150 words a minute */
	PAUSE_MS = 300, /* between utterances without times, offline */
};

struct judge line_judge(struct call *c, struct workshop *w, struct etq_findings *out)
{
	return (struct judge){.rules = c->rules,
			      .s = c->papers->state,
			      .facts = &c->papers->facts,
			      .hear = &w->hear,
			      .out = out,
			      .scratch = w->scratch,
			      .trace = w->trace};
}

bool line_out_of_memory(struct etq_err *err)
{
	err_set(err, "out-of-memory", "out of memory");
	return false;
}

/* Event time of something that came without one. */
int64_t line_stamp(const struct call *c, int64_t now)
{
	if (now)
		return c->clock.max_t + (now - (c->has_time ? c->last_arrival : c->first_arrival));
	int64_t after = c->papers->state->last_end > c->clock.max_t ? c->papers->state->last_end
								    : c->clock.max_t;

	return c->has_time ? after + PAUSE_MS : 0;
}

/* Gives the line the times that it lacks; *stamped: it has none of its own. */
bool line_settle(const struct call *c, struct etq_input *in, size_t words, int64_t now,
		 bool *stamped, bool *estimated, struct etq_err *err)
{
	*stamped = in->t == ETQ_NO_TIME;
	*estimated = in->end == ETQ_NO_TIME;
	if (*stamped)
		in->t = line_stamp(c, now);
	if (*estimated)
		in->end = in->t + (int64_t)(words ? words : 1) * WORD_MS;
	if (in->t >= 0 && in->end >= in->t && in->end < NEVER)
		return true;
	err_set(err, "bad-time", "t %lld and end %lld: expected 0 <= t <= end < %d ms",
		(long long)in->t, (long long)in->end, NEVER);
	return false;
}

bool line_late(const struct call *c, struct workshop *w, int64_t end, struct etq_err *err)
{
	int64_t oldest = (int64_t)c->clock.max_t - c->clock.lateness;

	if (end >= oldest)
		return false;
	w->stats.late++;
	err_set(err, "late",
		"%lld ms is before %lld ms: the call has come to %d ms, and lines may lag by %d ms",
		(long long)end, (long long)oldest, c->clock.max_t, c->clock.lateness);
	return true;
}

bool line_over(const struct call *c, int64_t t, struct etq_err *err)
{
	if (!c->papers->state->ended || t <= c->papers->state->end_t)
		return false;
	err_set(err, "call-ended", "the call ended at %d ms, this is at %lld ms",
		c->papers->state->end_t, (long long)t);
	return true;
}

/* Puts the event where it belongs. */
bool line_insert(struct call *c, struct workshop *w, const struct event_in *event,
		 const struct emitted_list *known, struct etq_findings *out, struct etq_err *err)
{
	struct judge j = line_judge(c, w, out);
	struct known_name names[KNOWN_NAMES];
	bool reordered = false;

	memcpy(names, j.facts->names, sizeof(names));
	if (!history_insert(&c->history, &j, &c->clock, event, known, &reordered)) {
		facts_unhear(j.facts, names); /* a line that is not taken told no name */
		return line_out_of_memory(err);
	}
	w->stats.reordered += reordered;
	w->stats.match_gave_up += w->hear.hits.gave_up;
	c->has_time = true;
	return true;
}
