#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "connstate.h"
#include "peers.h"

static void conn_free(struct conn *c)
{
	TAILQ_REMOVE(&c->all->dead, c, link);
	c->group->open--;
	c->all->count--;
	c->group->kind->freed(c->user);
	if (c->group->peers)
		peers_drop(c->group->peers, c->address);
	evbuffer_free(c->out);
	frame_free(&c->frame);
	conn_account(c);
	free(c);
}

static struct conn *conn_new(struct conns *all, struct conn_group *group, int fd, const char *peer)
{
	struct event_base *base = loop_base(all->loop);
	struct conn *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	*c = (struct conn){.all = all, .group = group, .fd = fd, .since = loop_now()};
	c->out = evbuffer_new();
	if (!c->out) {
		free(c);
		return NULL;
	}
	snprintf(c->peer, sizeof(c->peer), "%s", peer);
	event_assign(&c->read_event, base, fd, EV_READ | EV_PERSIST, conn_on_readable, c);
	event_assign(&c->write_event, base, fd, EV_WRITE | EV_PERSIST, conn_on_writable, c);
	event_assign(&c->timer, base, -1, 0, conn_on_timer, c);
	return c;
}

bool conn_open(struct conns *all, struct conn_group *group, int fd, const char *peer,
	       struct peer *address)
{
	struct conn *c = conn_new(all, group, fd, peer);

	if (!c)
		goto fail;
	c->address = address;
	c->user = group->kind->opened(c, group->service);
	if (!c->user)
		goto fail;
	TAILQ_INSERT_TAIL(&all->live, c, link);
	group->open++;
	all->count++;
	all->counters->accepted++;
	if (group->first_ms > 0)
		conn_timer(c, group->first_ms);
	conn_update(c);
	return true;
fail:
	if (group->peers)
		peers_drop(group->peers, address);
	if (c)
		evbuffer_free(c->out);
	free(c);
	close(fd);
	return false;
}

/* Hands on what earlier turns had left over: each connection once. */
static bool conns_work(void *arg)
{
	struct conns *all = arg;

	for (size_t n = all->nready; n > 0 && !TAILQ_EMPTY(&all->ready); n--)
		conn_work(TAILQ_FIRST(&all->ready));
	return conns_have_work(all);
}

static void conns_free_dead(struct conns *all)
{
	while (!TAILQ_EMPTY(&all->dead))
		/* it takes itself out of the list; NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		conn_free(TAILQ_FIRST(&all->dead));
}

/* No event's handler and no hook is under way that could still hold one of the dead. */
static bool conns_end_turn(void *arg)
{
	struct conns *all = arg;

	while (!TAILQ_EMPTY(&all->dirty))
		conn_flush(TAILQ_FIRST(&all->dirty));
	conns_free_dead(all);
	bool more = all->released || conns_have_work(all);
	all->released = false;
	return more;
}

struct conns *conns_new(struct loop *loop, struct counters *counters, const struct log *log)
{
	struct conns *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct conns){
		.loop = loop, .counters = counters, .log = log, .max_bytes = SIZE_MAX};
	TAILQ_INIT(&all->live);
	TAILQ_INIT(&all->ready);
	TAILQ_INIT(&all->dirty);
	TAILQ_INIT(&all->dead);
	if (!loop_hook(loop, conns_work, all)) {
		free(all);
		return NULL;
	}
	return all;
}

bool conns_last_hook(struct conns *all)
{
	return loop_hook(all->loop, conns_end_turn, all);
}

void conns_free(struct conns *all)
{
	struct conn *c;

	if (!all)
		return;
	while ((c = TAILQ_FIRST(&all->live))) {
		conn_close(c, CONN_SHUTDOWN);
		if (c->state != DEAD)
			conn_bury(c);
	}
	conns_free_dead(all);
	free(all);
}

void conns_limit(struct conns *all, size_t bytes)
{
	all->max_bytes = bytes;
}

size_t conns_frame_bytes(const struct conns *all)
{
	return all->frame_bytes;
}

size_t conns_count(const struct conns *all)
{
	return all->count;
}

bool conns_have_work(const struct conns *all)
{
	return !TAILQ_EMPTY(&all->ready);
}

void conns_quiet(struct conns *all, struct conn_group *group)
{
	struct conn *next;

	group->quiet = true;
	for (struct conn *c = TAILQ_FIRST(&all->live); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->group == group)
			conn_update(c);
	}
}

void conns_unblock(struct conns *all, const struct conn_group *group)
{
	struct conn *next;

	for (struct conn *c = TAILQ_FIRST(&all->live); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->group != group || c->state != OPEN)
			continue;
		if (conn_waits(c))
			conn_update(c);
		else
			conn_set_ready(c);
	}
}

void conns_each(struct conns *all, const struct conn_group *group, void (*each)(void *user))
{
	struct conn *next;

	for (struct conn *c = TAILQ_FIRST(&all->live); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->group == group && c->state == OPEN)
			each(c->user);
	}
}
