#include "sender.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/diag.h"
#include "counters.h"
#include "intake.h"
#include "loop.h"
#include "wire/reply.h"

struct sender {
	struct senders *all;
	struct conn *conn;
	uint64_t n, acked; /* lines judged or refused, and told so */
	bool due;          /* is on the list of those that get an ack at the end of the turn */
	TAILQ_ENTRY(sender) link;
};

struct senders {
	struct intake *intake;
	struct counters *counters;
	struct buf reply;
	TAILQ_HEAD(, sender) due;
};

static void set_due(struct sender *s, bool on)
{
	if (s->due == on)
		return;
	s->due = on;
	if (on)
		TAILQ_INSERT_TAIL(&s->all->due, s, link);
	else
		TAILQ_REMOVE(&s->all->due, s, link);
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

static void send_ack(struct sender *s)
{
	set_due(s, false);
	if (s->acked == s->n)
		return;
	s->acked = s->n;
	s->all->counters->acks++;
	buf_clear(&s->all->reply);
	send_reply(s, reply_ack(s->n, &s->all->reply));
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

	if (s)
		*s = (struct sender){.all = service, .conn = c};
	return s;
}

/* The ack is due when the line has been dealt with, whatever came of it. */
static void count_line(struct sender *s)
{
	s->n++;
	s->all->counters->lines++;
	set_due(s, true);
}

static void sender_line(void *user, struct etq_str line)
{
	struct sender *s = user;
	struct etq_err err;

	count_line(s);
	if (line.n == 0)
		s->all->counters->lines_empty++;
	else if (!intake_line(s->all->intake, line, &err))
		send_error(s, &err);
}

static void sender_long_line(void *user, bool ended)
{
	struct sender *s = user;

	count_line(s);
	refuse(s, "line-too-long", "a line has at most 65536 bytes");
	if (ended)
		return;
	send_ack(s);
	send_bye(s, "line-too-long", "a line went over the limit without its end");
	conn_close(s->conn, CONN_LINE_TOO_LONG);
}

static void sender_end(void *user, size_t rest, enum conn_reason reason)
{
	struct sender *s = user;

	if (rest > 0) {
		count_line(s);
		s->all->counters->lines_unfinished++;
		refuse(s, "unfinished-line", "the connection ended within a line");
	}
	send_ack(s);
	conn_close(s->conn, reason);
}

/* No timer is ever set: senders may be silent for as long as they like. */
static void sender_timer(void *user)
{
}

static void sender_closed(void *user)
{
	set_due(user, false);
}

static void sender_freed(void *user)
{
	free(user);
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

	send_ack(s);
	send_bye(s, "shutdown", "the daemon stops");
	conn_close(s->conn, CONN_SHUTDOWN);
}

/* One ack for all lines of the turn. */
static bool senders_end_turn(void *arg)
{
	struct senders *all = arg;

	while (!TAILQ_EMPTY(&all->due))
		send_ack(TAILQ_FIRST(&all->due));
	return false;
}

struct senders *senders_new(struct intake *intake, struct loop *loop, struct counters *counters)
{
	struct senders *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct senders){
		.intake = intake, .counters = counters, .reply = BUF_INIT(REPLY_MAX)};
	TAILQ_INIT(&all->due);
	if (!loop_hook(loop, senders_end_turn, all)) {
		free(all);
		return NULL;
	}
	return all;
}

void senders_free(struct senders *all)
{
	if (!all)
		return;
	buf_free(&all->reply);
	free(all);
}
