/* What comes in on a connection: from the socket into its frame, and from there to its owner. */
#include <errno.h>
#include <event2/event.h>
#include <unistd.h>

#include "base/buf.h"
#include "connstate.h"
#include "wire/reply.h"

static void conn_ended(struct conn *c, enum conn_reason reason)
{
	c->ended = true;
	c->ending = reason;
	conn_update(c);
}

void conn_work(struct conn *c)
{
	const struct conn_kind *kind = c->group->kind;
	struct etq_str line;

	conn_mark_ready(c, false);
	for (int lines = 0; c->state == OPEN && !conn_waits(c); lines++) {
		if (lines == CONN_LINES) {
			conn_mark_ready(c, true);
			break;
		}
		enum frame_result result = frame_next(&c->frame, &line);
		if (result == FRAME_MORE)
			break;
		c->lines++;
		if (result == FRAME_LINE)
			kind->line(c->user, line);
		else
			kind->long_line(c->user, result == FRAME_LONG);
	}
	if (c->state == OPEN && c->ended && !conn_waits(c) && !c->ready)
		kind->end(c->user, frame_rest(&c->frame).n, c->ending);
	if (c->state == OPEN)
		frame_settle(&c->frame);
	conn_account(c);
	conn_update(c);
}

/* Throws away what a closed peer still sends, until it closes too. */
static void conn_discard(struct conn *c)
{
	char bin[FRAME_CHUNK];
	ssize_t n = read(c->fd, bin, sizeof(bin));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		conn_bury(c);
}

/* There is no memory for one more long line, though there may be for all short ones. */
static void turn_away(struct conn *c)
{
	struct buf bye = BUF_INIT(REPLY_MAX);

	if (reply_bye(conn_reason_name(CONN_OVERLOAD), "too much is being read just now", &bye))
		conn_write(c, bye.p, bye.n);
	buf_free(&bye);
	conn_close(c, CONN_OVERLOAD);
}

static void conn_read(struct conn *c)
{
	size_t room = 0;

	if (c->frame.cap > 0 && c->all->frame_bytes > c->all->max_bytes / 2) {
		turn_away(c);
		return;
	}
	char *p = frame_space(&c->frame, &room);
	conn_account(c);
	if (!p) {
		conn_close(c, CONN_NO_MEMORY);
		return;
	}
	ssize_t n = read(c->fd, p, room);
	if (n > 0) {
		frame_add(&c->frame, (size_t)n);
		c->bytes_in += (uint64_t)n;
		c->all->counters->bytes_in += (uint64_t)n;
	} else if (n == 0) {
		conn_ended(c, CONN_EOF);
	} else if (errno != EAGAIN && errno != EINTR) {
		conn_ended(c, CONN_RESET);
	}
	conn_work(c);
}

void conn_on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	if (c->state == LINGERING)
		conn_discard(c);
	else if (c->state == OPEN)
		conn_read(c);
}
