/* The engine: the calls by id, and whose turn it is when time passes. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "base/table.h"
#include "call/call.h"
#include "call/findings.h"
#include "call/graves.h"
#include "call/roster.h"
#include "call/wakes.h"
#include "text/utf8.h"

enum {
	ENDED_KEPT = 4096
}; /* ended calls that late lines may still come to; beyond, the oldest goes */

struct etq_engine {
	struct workshop shop;
	struct etq_ruleset *rules; /* for calls that start now */
	struct table *calls;
	struct wakes wakes;
	struct graves *graves;
	struct roster roster; /* who has left stays in it with keep_gone */
	int64_t now;
};

void etq_engine_config_init(struct etq_engine_config *config)
{
	*config = (struct etq_engine_config){
		.lateness_ms = 2000,
		.idle_ms = 600000,
		.max_calls = 100000,
		.max_partials = 16,
		.match_limit = 100000,
	};
}

struct etq_engine *etq_engine_new(const struct etq_engine_config *config, struct etq_ruleset *rules)
{
	struct etq_engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->shop.config = *config;
	e->rules = etq_ruleset_ref(rules);
	e->calls = table_new(config->seed);
	e->graves = graves_new(config->seed);
	e->shop.scratch = etq_findings_new();
	e->shop.firms = table_new(config->seed);
	if (!hear_init(&e->shop.hear, config->match_limit) || !e->calls || !e->graves ||
	    !e->shop.scratch || !e->shop.firms) {
		etq_engine_free(e);
		return NULL;
	}
	return e;
}

/* Takes the call out of everything. */
static void take_out(struct etq_engine *e, struct call *c)
{
	roster_remove(&e->roster, c);
	wakes_remove(&e->wakes, c);
	table_remove(e->calls, call_id(c));
}

static void drop(struct etq_engine *e, struct call *c)
{
	take_out(e, c);
	call_free(c);
}

/* The call is over; kept is what of it is still to be told, for which no memory has to be found. */
static void leave(struct etq_engine *e, struct call *c, bool buried)
{
	if (buried)
		graves_add(e->graves, call_id(c), e->now);
	if (!e->shop.config.keep_gone) {
		drop(e, c);
		return;
	}
	take_out(e, c);
	c->buried = buried;
	roster_leave(&e->roster, c);
}

bool etq_engine_gone(struct etq_engine *e, struct etq_gone *gone)
{
	struct call *c = roster_next_gone(&e->roster);

	if (c)
		*gone = (struct etq_gone){.call = call_id(c), .buried = c->buried};
	return c;
}

void etq_engine_bury(struct etq_engine *e, struct etq_str call, int64_t now)
{
	if (!graves_has(e->graves, call))
		graves_add(e->graves, call, now);
}

void etq_engine_free(struct etq_engine *e)
{
	if (!e)
		return;
	while (e->roster.oldest)
		drop(e, e->roster.oldest);
	roster_free(&e->roster);
	wakes_free(&e->wakes);
	table_free(e->calls);
	graves_free(e->graves);
	hear_free(&e->shop.hear);
	desk_free(&e->shop.desk);
	table_free(e->shop.firms);
	etq_findings_free(e->shop.scratch);
	etq_ruleset_unref(e->rules);
	free(e);
}

void etq_engine_set_rules(struct etq_engine *e, struct etq_ruleset *rules)
{
	struct etq_ruleset *old = e->rules;

	e->rules = etq_ruleset_ref(rules);
	etq_ruleset_unref(old);
}

static struct call *add_call(struct etq_engine *e, struct etq_str id, int64_t now)
{
	struct call *c = call_new(id, e->rules, &e->shop, now);

	if (!c)
		return NULL;
	if (!wakes_add(&e->wakes, c)) {
		call_free(c);
		return NULL;
	}
	if (!table_put(e->calls, call_id(c), c)) {
		wakes_remove(&e->wakes, c);
		call_free(c);
		return NULL;
	}
	roster_add(&e->roster, c);
	return c;
}

static bool check(const struct etq_input *in, struct etq_err *err)
{
	size_t bad;

	if (!in->call.n || in->call.n > ETQ_MAX_ID) {
		err_set(err, "bad-call-id", "call: %zu bytes, expected 1 to %d", in->call.n,
			ETQ_MAX_ID);
		return false;
	}
	if (in->id.n > ETQ_MAX_ID) {
		err_set(err, "bad-utterance-id", "id: %zu bytes, expected at most %d", in->id.n,
			ETQ_MAX_ID);
		return false;
	}
	if (in->type != ETQ_UTTERANCE)
		return true;
	if (in->text.n > ETQ_MAX_TEXT) {
		err_set(err, "text-too-long", "text: %zu bytes, expected at most %d", in->text.n,
			ETQ_MAX_TEXT);
		return false;
	}
	if (!utf8_valid(in->text, &bad)) {
		err_set(err, "bad-text", "text: byte %zu is not UTF-8", bad);
		return false;
	}
	if ((unsigned)in->by > ETQ_UNKNOWN) {
		err_set(err, "bad-side", "by: %d is no speaker", (int)in->by);
		return false;
	}
	return true;
}

/* The call of the line, if it is known. What judging needs of it is on its way from then on. */
static struct call *known_call(const struct etq_engine *e, const struct etq_input *in)
{
	struct call *c = table_get(e->calls, in->call);

	if (c)
		call_prefetch(c);
	return c;
}

/* The call that begins with the line. */
static struct call *new_call(struct etq_engine *e, const struct etq_input *in, int64_t now,
			     struct etq_err *err)
{
	struct call *c;

	if (graves_has(e->graves, in->call)) {
		err_set(err, "call-ended", "the call has ended");
		return NULL;
	}
	if (in->type == ETQ_CALL_END) {
		err_set(err, "unknown-call", "the end of a call of which nothing was heard");
		return NULL;
	}
	if (table_count(e->calls) - e->roster.ended >= e->shop.config.max_calls) {
		err_set(err, "too-many-calls", "%zu calls are open, which is the limit",
			e->shop.config.max_calls);
		return NULL;
	}
	c = add_call(e, in->call, now);
	if (!c)
		err_set(err, "out-of-memory", "out of memory");
	return c;
}

/* The call may go, and with it the last hold on its rules, before anyone has read out. */
static bool keep_rules(const struct call *c, struct etq_findings *out, struct etq_err *err)
{
	if (findings_keep(out, c->rules))
		return true;
	err_set(err, "out-of-memory", "out of memory");
	return false;
}

/* Counts what is new in out. */
static void count(struct etq_engine *e, const struct etq_findings *out, size_t from)
{
	for (size_t i = from; i < etq_findings_count(out); i++) {
		const struct etq_finding *f = etq_findings_get(out, i);

		if (f->kind != ETQ_FINDING) {
			e->shop.stats.retracted += f->kind == ETQ_RETRACTED;
			e->shop.stats.scored += f->kind == ETQ_SCORED;
			continue;
		}
		e->shop.stats.findings++;
		e->shop.stats.findings_by_severity[f->severity]++;
	}
}

/* The call that has ended longest ago gives way when too many are kept for late lines. */
static void bury_first(struct etq_engine *e)
{
	leave(e, e->roster.first_ended, true);
}

bool etq_engine_feed(struct etq_engine *e, const struct etq_input *in, int64_t now,
		     struct etq_findings *out, struct etq_err *err)
{
	size_t had = etq_findings_count(out);
	struct call *c = known_call(e, in);
	bool fresh = !c;

	e->now = now;
	e->shop.stats.lines++;
	if (!check(in, err))
		c = NULL;
	else if (fresh)
		c = new_call(e, in, now, err);
	bool was_ended = c && c->ended;

	if (!c || !keep_rules(c, out, err) || !call_feed(c, &e->shop, in, now, out, err)) {
		if (fresh && c) {
			drop(e, c);
			findings_cut(out, had);
		} else if (c) {
			wakes_move(&e->wakes, c);
		}
		count(e, out, had); /* of partials that were given up on the way */
		e->shop.stats.refused++;
		return false;
	}
	e->shop.stats.calls_started += fresh;
	if (c->ended && !was_ended) {
		roster_end(&e->roster, c);
		e->shop.stats.calls_ended++;
	}
	count(e, out, had);
	wakes_move(&e->wakes, c);
	if (e->roster.ended > ENDED_KEPT && !e->roster.first_ended->owes_score)
		bury_first(e);
	return true;
}

/* The call's time has come: it is over, gone, or something in it is due. */
static bool wake(struct etq_engine *e, struct call *c, int64_t now, struct etq_findings *out,
		 struct etq_err *err)
{
	if (!keep_rules(c, out, err))
		return false;
	if (c->ended) {
		if (!call_settle(c, &e->shop, out, err))
			return false;
		leave(e, c, true);
		return true;
	}
	if (!call_idle(c, &e->shop, now)) {
		if (!call_pass(c, &e->shop, now, out, err))
			return false;
		if (c->wake <= now) /* held up by a partial: looked at again with its news */
			c->wake = now + 1000;
		wakes_move(&e->wakes, c);
		return true;
	}
	if (!call_finish(c, &e->shop, out, err))
		return false;
	e->shop.stats.calls_idle++;
	leave(e, c, false); /* without a grave: a line that comes after all begins it anew */
	return true;
}

bool etq_engine_tick(struct etq_engine *e, int64_t now, struct etq_findings *out,
		     struct etq_err *err)
{
	size_t had = etq_findings_count(out);

	e->now = now;
	for (struct call *c = wakes_first(&e->wakes); c && c->wake <= now;
	     c = wakes_first(&e->wakes))
		if (!wake(e, c, now, out, err))
			return false;
	graves_forget(e->graves, now - e->shop.config.idle_ms);
	count(e, out, had);
	return true;
}

int64_t etq_engine_next_tick(struct etq_engine *e)
{
	struct call *first = wakes_first(&e->wakes);

	return first ? first->wake : INT64_MAX;
}

bool etq_engine_finish(struct etq_engine *e, struct etq_findings *out, struct etq_err *err)
{
	size_t had = etq_findings_count(out);

	while (e->roster.oldest) {
		struct call *c = e->roster.oldest;
		bool open = !c->ended;

		if (!keep_rules(c, out, err) || !call_finish(c, &e->shop, out, err))
			return false;
		e->shop.stats.calls_idle += open;
		leave(e, c, !open);
	}
	count(e, out, had);
	return true;
}

void etq_engine_trace(struct etq_engine *e, struct etq_trace *trace)
{
	e->shop.trace = trace;
	e->shop.hear.everything = trace;
}

void etq_engine_stats(const struct etq_engine *e, struct etq_engine_stats *stats)
{
	*stats = e->shop.stats;
	stats->open_calls = table_count(e->calls) - e->roster.ended;
}
