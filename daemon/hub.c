#include "hub.h"

#include <stdlib.h>

#include "base/buf.h"
#include "conn.h"
#include "counters.h"
#include "eventlog.h"
#include "log.h"
#include "loop.h"
#include "wire/event.h"
#include "wire/reply.h"

enum {
	BATCH_BYTES = 256 * 1024, /* in one write */
	BATCH_EVENTS = 4096,      /* looked at for one write */
	/*
	 * Bytes of events that those who catch up look at in one turn, all together, besides as many
	 * events for each as are new, without which they would never catch up with a fast stream:
	 */
	CATCH_UP_CALM = 256 * 1024, /* when nothing new came for CALM_MS */
	CATCH_UP_BUSY = 24 * 1024,  /* else, lest what is new has to wait for them */
	CALM_MS = 20,
	CACHE_LINE = 64,
};

TAILQ_HEAD(reader_list, reader);

/* What a filter looks at, in the shape that it wants. */
struct probe {
	struct etq_finding finding;
	struct etq_rule_info rule;
	struct etq_meta meta;
};

struct hub {
	struct hub_opts opts;
	struct eventlog *events;
	struct counters *counters;
	const struct log *log;
	struct reader_list lists[HUB_LISTS];
	size_t counts[HUB_LISTS];
	struct probe probe;
	struct buf batch;
	uint64_t seen;   /* last event that live readers have been told of */
	uint64_t fresh;  /* events that are new in this turn */
	int64_t news_at; /* when that was */
	int64_t now;     /* when this turn's deliveries began */
	size_t looked;   /* bytes of events that the last reader looked at beyond what it had to */
	bool draining;
};

/* The only way from list to list. */
static void move(struct hub *h, struct reader *r, enum hub_list to)
{
	if (r->list == to)
		return;
	if (r->list != HUB_NONE)
		TAILQ_REMOVE(&h->lists[r->list], r, link);
	h->counts[r->list]--;
	r->list = to;
	h->counts[to]++;
	if (to != HUB_NONE)
		TAILQ_INSERT_TAIL(&h->lists[to], r, link);
}

/* ---- slow readers ---------------------------------------------------------------------------- */

static void note_held(struct hub *h, struct reader *r)
{
	move(h, r, HUB_SLOW);
	if (!r->caught_up || r->slow)
		return;
	r->slow = true;
	h->counters->slow_begins++;
	log_notice(h->log, "subscriber %s is slow: %zu bytes wait for it", conn_peer(r->conn),
		   conn_pending(r->conn));
}

static void note_caught_up(struct hub *h, struct reader *r)
{
	move(h, r, HUB_LIVE);
	r->caught_up = true;
	if (!r->slow)
		return;
	r->slow = false;
	h->counters->slow_ends++;
	log_notice(h->log, "subscriber %s has caught up", conn_peer(r->conn));
}

static void say_bye(struct hub *h, struct reader *r, enum conn_reason reason, const char *message)
{
	buf_clear(&h->batch);
	if (reply_bye(conn_reason_name(reason), message, &h->batch))
		conn_write(r->conn, h->batch.p, h->batch.n);
	conn_close(r->conn, reason);
}

/* The log has dropped what r would read next. Puts a gap into the batch; false: r is closed. */
static bool overrun(struct hub *h, struct reader *r)
{
	uint64_t from = r->cursor, to = h->events->first - 1;

	h->counters->gaps++;
	h->counters->gap_events += to - from + 1;
	log_notice(h->log, "subscriber %s lost events %llu to %llu", conn_peer(r->conn),
		   (unsigned long long)from, (unsigned long long)to);
	r->cursor = to + 1;
	if (reply_gap(from, to, &h->batch) && !h->opts.close_overrun)
		return true;
	conn_write(r->conn, h->batch.p, h->batch.n);
	say_bye(h, r, CONN_SLOW, "what you have not read is not kept any more");
	return false;
}

/* Those that wait for room lose events, too; some are to be closed for it at once. */
static void check_slow(struct hub *h)
{
	struct reader *next;

	if (!h->opts.close_overrun)
		return;
	for (struct reader *r = TAILQ_FIRST(&h->lists[HUB_SLOW]); r; r = next) {
		next = TAILQ_NEXT(r, link);
		buf_clear(&h->batch);
		if (r->cursor < h->events->first)
			overrun(h, r);
	}
}

/* ---- delivery -------------------------------------------------------------------------------- */

static bool passes(struct hub *h, const struct reader *r, const struct record *rec)
{
	struct probe *p = &h->probe;

	p->finding.kind = rec->kind;
	p->finding.severity = rec->severity;
	p->finding.call = rec->call;
	p->rule.id = rec->rule;
	p->meta.queue = rec->queue;
	p->meta.agent_id = rec->agent;
	return filter_match(&r->filter, &p->finding);
}

/*
 * Fills the batch with r's next events: those before number `to`, and beyond that as far as about max
 * bytes go. False: r has been closed.
 */
static bool gather(struct hub *h, struct reader *r, uint64_t to, size_t max)
{
	struct record rec;

	h->looked = 0;
	for (int n = 0; n < BATCH_EVENTS && (r->cursor < to || h->looked < max); n++) {
		if (h->batch.n >= BATCH_BYTES ||
		    conn_pending(r->conn) + h->batch.n > conn_max_pending(r->conn))
			break;
		enum eventlog_result result = eventlog_read(h->events, r->cursor, &rec);
		if (result == EVENTLOG_END)
			break;
		if (result == EVENTLOG_GONE) {
			if (!overrun(h, r))
				return false;
			continue;
		}
		if (result == EVENTLOG_FAILED) {
			log_error(h->log, "old events can't be read from the store");
			say_bye(h, r, CONN_STORE, "what you asked for can't be read just now");
			return false;
		}
		if (r->wants_all || passes(h, r, &rec)) {
			if (!buf_put(&h->batch, rec.line.p, rec.line.n)) {
				conn_close(r->conn, CONN_NO_MEMORY);
				return false;
			}
			h->counters->deliveries++;
		}
		if (r->cursor++ >= to)
			h->looked += rec.line.n;
	}
	return true;
}

/* One write for as much of that as goes into a batch. */
static void deliver(struct hub *h, struct reader *r, uint64_t to, size_t max)
{
	buf_clear(&h->batch);
	bool open = gather(h, r, to, max);
	eventlog_rest(h->events);
	if (!open)
		return;
	if (h->batch.n > 0) {
		h->counters->delivered_bytes += h->batch.n;
		r->written_at = h->now;
		conn_send(r->conn, h->batch.p, h->batch.n);
	}
	if (r->list == HUB_NONE)
		return; /* closed by the write */
	if (r->cursor <= h->events->last && conn_held(r->conn))
		note_held(h, r);
	else if (r->cursor > h->events->last)
		note_caught_up(h, r);
	else
		move(h, r, HUB_BEHIND);
	if (h->draining && r->list == HUB_LIVE)
		say_bye(h, r, CONN_SHUTDOWN, "the daemon stops");
}

/* All that r gets in this turn, as gather says: unless it is held or closed meanwhile. */
static void serve(struct hub *h, struct reader *r, uint64_t to, size_t max)
{
	do
		deliver(h, r, to, max);
	while (r->list == HUB_BEHIND && r->cursor < to);
}

/* The next of a list, which is then its last; NULL: it is empty. */
static struct reader *rotate(struct hub *h, enum hub_list list)
{
	struct reader *r = TAILQ_FIRST(&h->lists[list]);

	if (r) {
		TAILQ_REMOVE(&h->lists[list], r, link);
		TAILQ_INSERT_TAIL(&h->lists[list], r, link);
	}
	return r;
}

/*
 * With many readers each is out of the cache when its turn comes: asks for the next one's connection,
 * whose reader was asked for a turn ago, and for the reader after it.
 */
static void prefetch(const struct reader *next)
{
	__builtin_prefetch(next->conn);
	__builtin_prefetch((const char *)next->conn + CACHE_LINE);
	if (TAILQ_NEXT(next, link)) {
		__builtin_prefetch(TAILQ_NEXT(next, link));
		__builtin_prefetch((const char *)TAILQ_NEXT(next, link) + CACHE_LINE);
	}
}

/* What is new goes to all who have everything else, each once. */
static void tell_news(struct hub *h)
{
	struct reader *r;

	h->fresh = h->events->last - h->seen;
	h->seen = h->events->last;
	h->news_at = h->now;
	for (size_t n = h->counts[HUB_LIVE]; n > 0 && (r = rotate(h, HUB_LIVE)); n--) {
		prefetch(TAILQ_FIRST(&h->lists[HUB_LIVE]));
		serve(h, r, h->seen + 1, 0);
	}
	check_slow(h);
}

/* Those who are behind, in turn, as far as what they may look at goes; the others in the next turn. */
static void catch_up(struct hub *h)
{
	bool calm = h->now - h->news_at >= CALM_MS;
	size_t left = calm ? CATCH_UP_CALM : CATCH_UP_BUSY;
	struct reader *r;

	for (size_t n = h->counts[HUB_BEHIND]; n > 0 && (left > 0 || h->fresh > 0); n--) {
		if (!(r = rotate(h, HUB_BEHIND)))
			break;
		serve(h, r, r->cursor + h->fresh, left);
		left -= h->looked < left ? h->looked : left;
	}
}

static bool hub_end_turn(void *arg)
{
	struct hub *h = arg;

	if (h->seen == h->events->last && h->counts[HUB_BEHIND] == 0)
		return false;
	h->now = loop_now();
	h->fresh = 0;
	if (h->seen != h->events->last)
		tell_news(h);
	if (h->counts[HUB_BEHIND] > 0)
		catch_up(h);
	return h->counts[HUB_BEHIND] > 0;
}

/* ---- readers --------------------------------------------------------------------------------- */

void hub_join(struct hub *h, struct reader *r)
{
	r->written_at = loop_now();
	r->wants_all = filter_is_open(&r->filter);
	move(h, r, conn_held(r->conn) ? HUB_SLOW : HUB_BEHIND);
}

void hub_leave(struct hub *h, struct reader *r)
{
	move(h, r, HUB_NONE);
}

void hub_resume(struct hub *h, struct reader *r)
{
	if (r->list == HUB_SLOW)
		move(h, r, HUB_BEHIND);
}

void hub_drain(struct hub *h)
{
	struct reader *r;

	h->draining = true;
	while ((r = TAILQ_FIRST(&h->lists[HUB_LIVE])))
		move(h, r, HUB_BEHIND);
}

size_t hub_count(const struct hub *h, enum hub_list list)
{
	return h->counts[list];
}

const struct eventlog *hub_events(const struct hub *h)
{
	return h->events;
}

struct hub *hub_new(const struct hub_opts *opts, struct eventlog *events, struct loop *loop,
		    struct counters *counters, const struct log *log)
{
	struct hub *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	*h = (struct hub){
		.opts = *opts,
		.events = events,
		.counters = counters,
		.log = log,
		.batch = BUF_INIT(BATCH_BYTES + EVENT_LINE_MAX + REPLY_MAX),
		.seen = events->last,
	};
	h->probe.finding.rule = &h->probe.rule;
	h->probe.finding.meta = &h->probe.meta;
	for (int i = 0; i < HUB_LISTS; i++)
		TAILQ_INIT(&h->lists[i]);
	if (!loop_hook(loop, hub_end_turn, h)) {
		free(h);
		return NULL;
	}
	return h;
}

void hub_free(struct hub *h)
{
	if (!h)
		return;
	buf_free(&h->batch);
	free(h);
}
