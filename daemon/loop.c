#include "loop.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { HOOKS_MAX = 16 };

struct hook {
	bool (*run)(void *user);
	void *user;
};

struct loop {
	struct event_base *base;
	struct hook hooks[HOOKS_MAX];
	size_t nhooks;
	bool stop;
	bool holding;  /* signals, until it runs */
	sigset_t mask; /* that there was before */
};

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (!loop)
		return NULL;
	loop->base = event_base_new();
	if (!loop->base) {
		free(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

struct event_base *loop_base(struct loop *loop)
{
	return loop->base;
}

bool loop_hook(struct loop *loop, bool (*run)(void *user), void *user)
{
	if (loop->nhooks == HOOKS_MAX)
		return false;
	loop->hooks[loop->nhooks++] = (struct hook){run, user};
	return true;
}

/* Nobody handles signals after the last turn: one that came then would be the end, and no clean one. */
static void hold_signals_back(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
}

static bool run(struct loop *loop)
{
	bool more = true; /* what was done before the first turn may have left work */

	while (!loop->stop) {
		int flags = more ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE;
		if (event_base_loop(loop->base, flags) < 0)
			return false;
		more = false;
		for (size_t i = 0; i < loop->nhooks; i++)
			more |= loop->hooks[i].run(loop->hooks[i].user);
	}
	return true;
}

void loop_hold_signals(struct loop *loop)
{
	sigset_t all;

	sigfillset(&all);
	loop->holding = sigprocmask(SIG_BLOCK, &all, &loop->mask) == 0;
}

bool loop_told_to_stop(void)
{
	sigset_t waiting;

	return sigpending(&waiting) == 0 &&
	       (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

bool loop_run(struct loop *loop)
{
	if (loop->holding)
		sigprocmask(SIG_SETMASK, &loop->mask, NULL);
	bool ok = run(loop);

	hold_signals_back();
	return ok;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}

static int64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t loop_now(void)
{
	return clock_ms(CLOCK_MONOTONIC) + 1;
}

int64_t loop_wall(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t loop_up(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

/* Without randomness, as early in the machine's life, the time has to do. */
uint64_t loop_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)loop_now() << 32 ^ (uint64_t)loop_wall();
	return seed;
}
