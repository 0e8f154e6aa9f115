#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connstate.h"

/* How each reason is told: at which level, and whether what waits is still written. */
static const struct reason_row {
	const char *name;
	enum log_level level;
	bool flush;
} reasons[] = {
	[CONN_EOF] = {"eof", LEVEL_DEBUG, true},
	[CONN_RESET] = {"reset", LEVEL_DEBUG, false},
	[CONN_LINE_TOO_LONG] = {"line-too-long", LEVEL_NOTICE, true},
	[CONN_STALLED] = {"stalled", LEVEL_NOTICE, false},
	[CONN_SLOW] = {"slow", LEVEL_NOTICE, true},
	[CONN_TIMEOUT] = {"timeout", LEVEL_INFO, true},
	[CONN_RUBBISH] = {"too-many-errors", LEVEL_NOTICE, true},
	[CONN_SHUTDOWN] = {"shutdown", LEVEL_DEBUG, true},
	[CONN_OVERLOAD] = {"overload", LEVEL_NOTICE, true},
	[CONN_REPLACED] = {"replaced", LEVEL_INFO, true},
	[CONN_STORE] = {"store", LEVEL_WARNING, true},
	[CONN_NO_MEMORY] = {"out-of-memory", LEVEL_WARNING, false},
};

const char *conn_reason_name(enum conn_reason reason)
{
	return reasons[reason].name;
}

const char *conn_peer(const struct conn *c)
{
	return c->peer;
}

bool conn_is_open(const struct conn *c)
{
	return c->state == OPEN;
}

size_t conn_pending(const struct conn *c)
{
	/* Most have nothing: their buffers, elsewhere in memory, need not be looked at. */
	return c->dirty || c->writing ? evbuffer_get_length(c->out) : 0;
}

size_t conn_max_pending(const struct conn *c)
{
	size_t share = c->all->max_bytes / 2 / (c->all->count + 1);

	if (share < PENDING_MIN)
		share = PENDING_MIN;
	return share < c->group->max_pending ? share : c->group->max_pending;
}

void conn_account(struct conn *c)
{
	c->all->frame_bytes += c->frame.cap - c->frame_cap;
	c->frame_cap = c->frame.cap;
}

bool conn_waits(const struct conn *c)
{
	return c->held || c->stopped || (c->group->blocked && *c->group->blocked);
}

static struct timeval timeval_of(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
}

/* ---- lists and events ------------------------------------------------------------------------ */

void conn_mark_ready(struct conn *c, bool on)
{
	if (c->ready == on)
		return;
	c->ready = on;
	c->all->nready += on ? 1 : -1;
	if (on)
		TAILQ_INSERT_TAIL(&c->all->ready, c, ready_link);
	else
		TAILQ_REMOVE(&c->all->ready, c, ready_link);
}

static void set_dirty(struct conn *c, bool on)
{
	if (c->dirty == on)
		return;
	c->dirty = on;
	if (on)
		TAILQ_INSERT_TAIL(&c->all->dirty, c, dirty_link);
	else
		TAILQ_REMOVE(&c->all->dirty, c, dirty_link);
}

void conn_bury(struct conn *c)
{
	conn_mark_ready(c, false);
	set_dirty(c, false);
	event_del(&c->read_event);
	event_del(&c->write_event);
	event_del(&c->timer);
	close(c->fd);
	c->state = DEAD;
	TAILQ_REMOVE(&c->all->live, c, link);
	TAILQ_INSERT_TAIL(&c->all->dead, c, link);
}

/* An event could not be added. */
static void conn_fail(struct conn *c)
{
	if (c->state == OPEN)
		conn_close(c, CONN_NO_MEMORY);
	else
		conn_bury(c);
}

void conn_update(struct conn *c)
{
	bool want = !c->ended && (c->state == LINGERING || (c->state == OPEN && !conn_waits(c) &&
							    !c->ready && !c->group->quiet));

	if (c->state == DEAD || want == c->reading)
		return;
	c->reading = want;
	if (!want) {
		event_del(&c->read_event);
	} else if (event_add(&c->read_event, NULL) != 0) {
		c->reading = false;
		conn_fail(c);
	}
}

void conn_stop(struct conn *c)
{
	c->stopped = true;
	conn_update(c);
}

void conn_timer(struct conn *c, int64_t ms)
{
	struct timeval tv = timeval_of(ms);

	if (c->state != OPEN)
		return;
	event_del(&c->timer);
	if (ms > 0 && event_add(&c->timer, &tv) != 0)
		conn_close(c, CONN_NO_MEMORY);
}

/* ---- closing --------------------------------------------------------------------------------- */

static void start_linger_timer(struct conn *c)
{
	struct timeval tv = timeval_of(CONN_LINGER_MS);

	event_del(&c->timer);
	if (event_add(&c->timer, &tv) != 0)
		conn_bury(c);
}

/* All is written: says so, and waits for the peer to do the same. */
static void conn_linger(struct conn *c)
{
	if (c->ended || c->deaf || shutdown(c->fd, SHUT_WR) != 0) {
		conn_bury(c);
		return;
	}
	c->state = LINGERING;
	frame_free(&c->frame);
	conn_account(c);
	start_linger_timer(c);
	conn_update(c);
}

static void log_close(const struct conn *c, enum conn_reason reason)
{
	log_at(c->all->log, reasons[reason].level,
	       "%s %s closed: %s after %lld ms; %llu lines, %llu bytes in, %llu bytes out",
	       c->group->kind->name, c->peer, reasons[reason].name,
	       (long long)(loop_now() - c->since), (unsigned long long)c->lines,
	       (unsigned long long)c->bytes_in, (unsigned long long)c->bytes_out);
}

void conn_close(struct conn *c, enum conn_reason reason)
{
	if (c->state != OPEN)
		return;
	c->state = FLUSHING;
	c->closed_at = loop_now();
	c->all->counters->closed[reason]++;
	log_close(c, reason);
	c->group->kind->closed(c->user);
	conn_mark_ready(c, false);
	conn_update(c);
	if (c->deaf || !reasons[reason].flush) {
		conn_bury(c);
		return;
	}
	start_linger_timer(c);
	if (c->state != DEAD)
		set_dirty(c, true);
}

void conn_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	if (c->state == OPEN)
		c->group->kind->timer(c->user);
	else if (c->state != DEAD)
		conn_bury(c);
}

/* ---- writing --------------------------------------------------------------------------------- */

bool conn_held(struct conn *c)
{
	if (!c->held && c->state == OPEN && conn_pending(c) > conn_max_pending(c)) {
		c->held = true;
		c->all->counters->replies_held++;
		conn_update(c);
	}
	return c->held;
}

void conn_write(struct conn *c, const char *p, size_t n)
{
	if (c->state != OPEN || c->deaf)
		return;
	if (evbuffer_add(c->out, p, n) != 0) {
		conn_close(c, CONN_NO_MEMORY);
		return;
	}
	set_dirty(c, true);
	(void)conn_held(c);
}

/* There is room again: what has been held back may go on. */
static void conn_release(struct conn *c)
{
	c->held = false;
	c->all->released = true;
	if (c->state != OPEN)
		return;
	if (c->group->kind->drained)
		c->group->kind->drained(c->user);
	if (c->state != OPEN)
		return;
	conn_set_ready(c);
}

void conn_set_ready(struct conn *c)
{
	if (c->ended || frame_has_line(&c->frame))
		conn_mark_ready(c, true);
	conn_update(c);
}

/* The peer has gone, but what it sent before may still be there to be read. */
static void conn_deafen(struct conn *c)
{
	c->deaf = true;
	evbuffer_drain(c->out, evbuffer_get_length(c->out));
	if (c->writing)
		event_del(&c->write_event);
	c->writing = false;
	if (c->state != OPEN) {
		conn_bury(c);
		return;
	}
	if (c->held)
		conn_release(c);
	if (c->group->quiet)
		conn_close(c, CONN_RESET);
}

/* Counts what a write came to. False: the peer takes no more. */
static bool wrote(struct conn *c, ssize_t n)
{
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		conn_deafen(c);
		return false;
	}
	c->bytes_out += n > 0 ? (uint64_t)n : 0;
	c->all->counters->bytes_out += n > 0 ? (uint64_t)n : 0;
	return true;
}

void conn_send(struct conn *c, const char *p, size_t n)
{
	ssize_t sent = 0;

	if (c->state != OPEN || c->deaf)
		return;
	if (conn_pending(c) == 0) {
		sent = send(c->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (!wrote(c, sent))
			return;
	}
	if (sent < 0)
		sent = 0;
	if ((size_t)sent < n)
		conn_write(c, p + sent, n - (size_t)sent);
}

static void wait_writable(struct conn *c)
{
	struct timeval tv = timeval_of(c->group->stall_ms);

	if (c->writing)
		return;
	c->writing = true;
	if (event_add(&c->write_event, c->group->stall_ms > 0 ? &tv : NULL) != 0)
		conn_fail(c);
}

/* A closed connection goes on as long as the peer reads, but not for ever. */
static void flush_closed(struct conn *c, bool progress)
{
	if (conn_pending(c) == 0)
		conn_linger(c);
	else if (loop_now() - c->closed_at > CONN_FLUSH_MS)
		conn_bury(c);
	else if (progress)
		start_linger_timer(c);
}

void conn_flush(struct conn *c)
{
	int n = 0;

	set_dirty(c, false);
	if (evbuffer_get_length(c->out) > 0) {
		n = evbuffer_write(c->out, c->fd);
		if (!wrote(c, n))
			return;
	}
	if (evbuffer_get_length(c->out) > 0) {
		wait_writable(c);
	} else if (c->writing) {
		event_del(&c->write_event);
		c->writing = false;
	}
	if (c->state == FLUSHING)
		flush_closed(c, n > 0);
	else if (c->held && conn_pending(c) <= conn_max_pending(c) / 2)
		conn_release(c);
}

void conn_on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	if (!(what & EV_TIMEOUT)) {
		conn_flush(c);
	} else if (c->state == OPEN) {
		c->writing = false; /* a timeout takes the event away */
		event_del(&c->write_event);
		conn_close(c, CONN_STALLED);
	}
}
