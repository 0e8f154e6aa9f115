#include "subscriber.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/sv.h"
#include "counters.h"
#include "cursors.h"
#include "eventlog.h"
#include "hub.h"
#include "loop.h"
#include "wire/reply.h"
#include "wire/stats.h"
#include "wire/subscribe.h"

struct subscriber {
	struct reader reader; /* first, for the cache's sake */
	struct subscribers *all;
	struct conn *conn;
	uint64_t n; /* lines */
	int errors;
	bool subscribed;
	struct cursor *cursor; /* NULL: it has no name */
};

struct subscribers {
	struct subscribers_opts opts;
	struct hub *hub;
	struct cursors *cursors;
	struct counters *counters;
	struct native_decoder *decoder;
	struct buf reply;
	struct stats stats; /* kept here, being large */
};

static void send_reply(struct subscriber *s, bool made)
{
	struct buf *reply = &s->all->reply;

	if (!made) {
		conn_close(s->conn, CONN_NO_MEMORY);
		return;
	}
	s->reader.written_at = loop_now();
	conn_write(s->conn, reply->p, reply->n);
}

static void send_bye(struct subscriber *s, enum conn_reason reason, const char *message)
{
	buf_clear(&s->all->reply);
	send_reply(s, reply_bye(conn_reason_name(reason), message, &s->all->reply));
	conn_close(s->conn, reason);
}

static void refuse(struct subscriber *s, const struct etq_err *err)
{
	s->all->counters->requests_refused++;
	buf_clear(&s->all->reply);
	send_reply(s, reply_error(s->n, err->code, err->message, &s->all->reply));
	if (++s->errors >= SUBSCRIBER_ERRORS)
		send_bye(s, CONN_RUBBISH, "too many lines were refused");
}

/* Where in the log it begins; a number that is not given out yet means the next one. */
static uint64_t first_wanted(const struct subscription *sub, const struct eventlog *events)
{
	if (sub->start == SUBSCRIBE_EARLIEST)
		return events->first;
	if (sub->start == SUBSCRIBE_FROM && sub->from <= events->last)
		return sub->from;
	return events->last + 1;
}

/* One name, one connection: the newer one is right. */
static void hold_name(struct subscriber *s, struct cursor *c)
{
	struct subscriber *other = c->holder;

	if (other) {
		other->cursor = NULL;
		send_bye(other, CONN_REPLACED, "another connection has taken the name");
	}
	c->holder = s;
	s->cursor = c;
}

/* A name that is known goes on behind what it has dealt with. False: err says why not. */
static bool find_name(struct subscriber *s, const struct subscription *sub, uint64_t *from,
		      struct etq_err *err)
{
	const struct eventlog *events = hub_events(s->all->hub);
	struct etq_str name = sv_of(sub->name);
	struct cursor *c = cursors_find(s->all->cursors, name);

	if (!name.n)
		return true;
	if (c)
		*from = c->sequence < events->last ? c->sequence + 1 : events->last + 1;
	else
		c = cursors_add(s->all->cursors, name, *from - 1, events->first, err);
	if (c)
		hold_name(s, c);
	return c;
}

static void subscribe(struct subscriber *s, struct subscription *sub)
{
	const struct eventlog *events = hub_events(s->all->hub);
	uint64_t from = first_wanted(sub, events);
	struct etq_err err;

	if (!find_name(s, sub, &from, &err)) {
		refuse(s, &err);
		return;
	}
	s->subscribed = true;
	s->reader.conn = s->conn;
	s->reader.filter = sub->filter;
	sub->filter = (struct filter){0}; /* now the reader's */
	s->reader.cursor = from;
	buf_clear(&s->all->reply);
	send_reply(s,
		   reply_subscribed(from > events->first ? from : events->first, &s->all->reply));
	if (!conn_is_open(s->conn))
		return; /* there was no memory for the reply */
	hub_join(s->all->hub, &s->reader);
	conn_timer(s->conn, s->all->opts.heartbeat_ms);
}

static void take_ack(struct subscriber *s, uint64_t sequence)
{
	struct etq_err err;

	s->all->counters->subscriber_acks++;
	if (!s->cursor)
		err_set(&err, "no-name", "only a subscriber with a name has a place that is kept");
	else if (sequence >= s->reader.cursor)
		err_set(&err, "bad-sequence", "%llu has not been sent to you",
			(unsigned long long)sequence);
	else {
		cursors_move(s->all->cursors, s->cursor, sequence);
		return;
	}
	refuse(s, &err);
}

static void answer_stats(struct subscriber *s)
{
	struct subscribers *all = s->all;
	/* The answer may be longer than any other reply. */
	struct buf line = BUF_INIT(STATS_MAX);

	all->stats = (struct stats){0};
	all->opts.stats(all->opts.user, &all->stats);
	if (stats_encode(&all->stats, &line))
		conn_write(s->conn, line.p, line.n);
	else
		conn_close(s->conn, CONN_NO_MEMORY);
	buf_free(&line);
	s->reader.written_at = loop_now();
	if (!s->subscribed)
		conn_timer(s->conn, all->opts.request_timeout_ms);
}

static void subscriber_line(void *user, struct etq_str line)
{
	struct subscriber *s = user;
	struct subscription sub;
	struct etq_err err;

	s->n++;
	s->all->counters->requests++;
	if (line.n == 0)
		return;
	if (!subscription_decode(s->all->decoder, line, &sub, &err)) {
		refuse(s, &err);
		return;
	}
	if (sub.type == SUBSCRIBE_STATS) {
		answer_stats(s);
	} else if (sub.type == SUBSCRIBE_ACK) {
		take_ack(s, sub.from);
	} else if (s->subscribed) {
		err_set(&err, "already-subscribed", "this connection has its subscription");
		refuse(s, &err);
	} else {
		subscribe(s, &sub);
	}
	subscription_free(&sub);
}

static void subscriber_long_line(void *user, bool ended)
{
	struct subscriber *s = user;
	struct etq_err err;

	s->n++;
	s->all->counters->requests++;
	err_set(&err, "line-too-long", "a line has at most %d bytes", (int)ETQ_MAX_LINE);
	refuse(s, &err);
	if (!ended)
		send_bye(s, CONN_LINE_TOO_LONG, "a line went over the limit without its end");
}

static void subscriber_end(void *user, size_t rest, enum conn_reason reason)
{
	struct subscriber *s = user;

	conn_close(s->conn, reason);
}

static void subscriber_drained(void *user)
{
	struct subscriber *s = user;

	hub_resume(s->all->hub, &s->reader);
}

/* A heartbeat, unless something was sent meanwhile or waits: then later. */
static void beat(struct subscriber *s)
{
	int64_t period = s->all->opts.heartbeat_ms;
	int64_t quiet = loop_now() - s->reader.written_at;

	if (quiet >= period && conn_pending(s->conn) == 0 && s->reader.list == HUB_LIVE) {
		s->all->counters->heartbeats++;
		buf_clear(&s->all->reply);
		send_reply(s, reply_heartbeat(s->reader.cursor - 1, loop_wall(), &s->all->reply));
		quiet = 0;
	}
	conn_timer(s->conn, quiet < period ? period - quiet : period);
}

static void subscriber_timer(void *user)
{
	struct subscriber *s = user;

	if (s->subscribed)
		beat(s);
	else
		send_bye(s, CONN_TIMEOUT, "nothing was asked for");
}

static void *subscriber_opened(struct conn *c, void *service)
{
	struct subscriber *s = calloc(1, sizeof(*s));

	if (s)
		*s = (struct subscriber){.all = service, .conn = c};
	return s;
}

static void subscriber_closed(void *user)
{
	struct subscriber *s = user;

	hub_leave(s->all->hub, &s->reader);
	if (s->cursor)
		s->cursor->holder = NULL;
	s->cursor = NULL;
}

static void subscriber_freed(void *user)
{
	struct subscriber *s = user;
	struct subscription sub = {.filter = s->reader.filter};

	subscription_free(&sub);
	free(s);
}

const struct conn_kind subscriber_kind = {
	.name = "subscriber",
	.opened = subscriber_opened,
	.line = subscriber_line,
	.long_line = subscriber_long_line,
	.end = subscriber_end,
	.drained = subscriber_drained,
	.timer = subscriber_timer,
	.closed = subscriber_closed,
	.freed = subscriber_freed,
};

void subscriber_shut_down(void *user)
{
	struct subscriber *s = user;

	if (!s->subscribed)
		send_bye(s, CONN_SHUTDOWN, "the daemon stops");
}

struct subscribers *subscribers_new(const struct subscribers_opts *opts, struct hub *hub,
				    struct cursors *cursors, struct counters *counters)
{
	struct subscribers *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct subscribers){.opts = *opts,
				    .hub = hub,
				    .cursors = cursors,
				    .counters = counters,
				    .reply = BUF_INIT(REPLY_MAX)};
	all->decoder = native_decoder_new();
	if (!all->decoder) {
		free(all);
		return NULL;
	}
	return all;
}

void subscribers_free(struct subscribers *all)
{
	if (!all)
		return;
	native_decoder_free(all->decoder);
	buf_free(&all->reply);
	free(all);
}
