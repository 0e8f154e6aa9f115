#include "sender.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/diag.h"
#include "counters.h"
#include "intake.h"
#include "ledger.h"
#include "loop.h"
#include "wire/reply.h"

enum waiting { GATHERED, SEALED, LISTS };

/*
 * n ≥ sealed ≥ acked: lines judged or refused, those of them that the commit under way makes
 * permanent, those that the sender has been told of.
 */
struct sender {
	struct senders *all;
	struct conn *conn;
	uint64_t n, sealed, acked;
	int64_t heard; /* when a line came last, or it was opened */
	struct call_owner *owner;
	bool listed[LISTS];
	bool ending;             /* to be closed as soon as all is acked … */
	enum conn_reason reason; /* … for this */
	const char *last_words;  /* … with a bye that says so; NULL: without */
	TAILQ_ENTRY(sender) links[LISTS];
};

TAILQ_HEAD(sender_list, sender);

struct senders {
	struct senders_opts opts;
	struct intake *intake;
	struct ledger *ledger;
	struct counters *counters;
	struct buf reply;
	/* GATHERED: have lines that come with the next commit; SEALED: with the one under way. */
	struct sender_list lists[LISTS];
};

static void set_listed(struct sender *s, enum waiting list, bool on)
{
	struct sender_list *head = &s->all->lists[list];

	if (s->listed[list] == on)
		return;
	s->listed[list] = on;
	if (on)
		TAILQ_INSERT_TAIL(head, s, links[list]);
	else
		TAILQ_REMOVE(head, s, links[list]);
}

/* Sends the reply that has been made, or closes when it could not be. */
static void send_reply(struct sender *s, bool made)
{
	struct buf *reply = &s->all->reply;

	if (made)
		conn_write(s->conn, reply->p, reply->n);
	else
		conn_close(s->conn, CONN_NO_MEMORY);
}

/* At once: it must not wait until all subscribers have been served. */
static void send_ack(struct sender *s)
{
	if (s->acked == s->sealed)
		return;
	s->acked = s->sealed;
	s->all->counters->acks++;
	buf_clear(&s->all->reply);
	if (reply_ack(s->acked, &s->all->reply))
		conn_send(s->conn, s->all->reply.p, s->all->reply.n);
	else
		conn_close(s->conn, CONN_NO_MEMORY);
}

static void send_error(struct sender *s, const struct etq_err *err)
{
	buf_clear(&s->all->reply);
	send_reply(s, reply_error(s->n, err->code, err->message, &s->all->reply));
}

static void send_bye(struct sender *s, const char *reason, const char *message)
{
	buf_clear(&s->all->reply);
	send_reply(s, reply_bye(reason, message, &s->all->reply));
}

static void refuse(struct sender *s, const char *code, const char *message)
{
	struct etq_err err;

	err_set(&err, code, "%s", message);
	counters_refused(s->all->counters, code);
	send_error(s, &err);
}

static void *sender_opened(struct conn *c, void *service)
{
	struct sender *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	*s = (struct sender){.all = service, .conn = c, .heard = loop_now()};
	s->owner = call_owner_new(s->all->opts.calls);
	if (s->owner)
		return s;
	free(s);
	return NULL;
}

/* The ack is due when the line has been dealt with, whatever came of it. */
static void count_line(struct sender *s)
{
	if (s->n++ == 0)
		conn_timer(s->conn, s->all->opts.idle_ms);
	s->heard = loop_now();
	s->all->counters->lines++;
	set_listed(s, GATHERED, true);
}

static void sender_line(void *user, struct etq_str line)
{
	struct sender *s = user;
	struct etq_err err;

	count_line(s);
	if (line.n == 0)
		s->all->counters->lines_empty++;
	else if (!intake_line(s->all->intake, line, s->owner, &err))
		send_error(s, &err);
}

/* Closes it, as soon as there is nothing that it still has to be told. */
static void close_when_acked(struct sender *s)
{
	if (s->acked < s->n)
		return;
	if (s->last_words)
		send_bye(s, conn_reason_name(s->reason), s->last_words);
	conn_close(s->conn, s->reason);
}

static void end(struct sender *s, enum conn_reason reason, const char *last_words)
{
	s->ending = true;
	s->reason = reason;
	s->last_words = last_words;
	conn_stop(s->conn);
	close_when_acked(s);
}

static void sender_long_line(void *user, bool ended)
{
	struct sender *s = user;

	count_line(s);
	refuse(s, "line-too-long", "a line has at most 65536 bytes");
	if (!ended)
		end(s, CONN_LINE_TOO_LONG, "a line went over the limit without its end");
}

static void sender_end(void *user, size_t rest, enum conn_reason reason)
{
	struct sender *s = user;

	if (rest > 0) {
		count_line(s);
		s->all->counters->lines_unfinished++;
		refuse(s, "unfinished-line", "the connection ended within a line");
	}
	end(s, reason, NULL);
}

/* Silent for too long, unless it is the daemon that does not read. */
static void sender_timer(void *user)
{
	struct sender *s = user;
	const struct senders_opts *opts = &s->all->opts;
	int64_t limit = s->n > 0 ? opts->idle_ms : opts->first_ms;
	int64_t left = s->heard + limit - loop_now();

	if (s->ending)
		return;
	if (*ledger_blocked(s->all->ledger))
		left = limit;
	if (left > 0)
		conn_timer(s->conn, left);
	else
		end(s, CONN_TIMEOUT, "no line came for too long");
}

static void sender_closed(void *user)
{
	struct sender *s = user;

	set_listed(s, GATHERED, false);
	set_listed(s, SEALED, false);
}

static void sender_freed(void *user)
{
	struct sender *s = user;

	call_owner_drop(s->owner);
	free(s);
}

const struct conn_kind sender_kind = {
	.name = "sender",
	.opened = sender_opened,
	.line = sender_line,
	.long_line = sender_long_line,
	.end = sender_end,
	.timer = sender_timer,
	.closed = sender_closed,
	.freed = sender_freed,
};

void sender_shut_down(void *user)
{
	struct sender *s = user;

	send_bye(s, "shutdown", "the daemon stops");
	conn_close(s->conn, CONN_SHUTDOWN);
}

/* ---- commits --------------------------------------------------------------------------------- */

static bool senders_waiting(void *user)
{
	struct senders *all = user;

	return !TAILQ_EMPTY(&all->lists[GATHERED]);
}

static void senders_sealed(void *user)
{
	struct senders *all = user;
	struct sender *s;

	while ((s = TAILQ_FIRST(&all->lists[GATHERED]))) {
		set_listed(s, GATHERED, false);
		s->sealed = s->n;
		set_listed(s, SEALED, true);
	}
}

/* One ack for all lines of the commit. */
static void senders_committed(void *user)
{
	struct senders *all = user;
	struct sender *s;

	while ((s = TAILQ_FIRST(&all->lists[SEALED]))) {
		set_listed(s, SEALED, false);
		send_ack(s);
		if (s->ending)
			close_when_acked(s);
	}
}

struct senders *senders_new(const struct senders_opts *opts, struct intake *intake,
			    struct ledger *ledger, struct counters *counters)
{
	struct senders *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct senders){.opts = *opts,
				.intake = intake,
				.ledger = ledger,
				.counters = counters,
				.reply = BUF_INIT(REPLY_MAX)};
	for (int i = 0; i < LISTS; i++)
		TAILQ_INIT(&all->lists[i]);
	ledger_wait(ledger, &(struct ledger_waiter){senders_sealed, senders_committed,
						    senders_waiting, all});
	return all;
}

void senders_free(struct senders *all)
{
	if (!all)
		return;
	ledger_wait(all->ledger, NULL);
	buf_free(&all->reply);
	free(all);
}
