#include "thread.h"

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	NICENESS = 10,
	SLICE_NS = 100000, /* the least that Linux gives */
};

/* The kernel's sched_attr, in its first size: sched_setattr(2). Its header and <sched.h> exclude each other. */
struct sched_attr_0 {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};
_Static_assert(sizeof(struct sched_attr_0) == 48, "SCHED_ATTR_SIZE_VER0");

bool thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	bool ok = pthread_create(thread, NULL, run, arg) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

/*
 * Niceness alone was enough until Linux 6.6. Since then a thread that runs is left its slice, three
 * milliseconds, whoever wakes; since 6.12 "runtime" is that slice (before, it means nothing here).
 */
void thread_give_way(void)
{
	int before = getpriority(PRIO_PROCESS, 0); /* in Linux that is the thread's */
	const struct sched_attr_0 attr = {.size = sizeof(attr),
					  .policy = SCHED_OTHER,
					  .nice = before > NICENESS ? before : NICENESS,
					  .runtime = SLICE_NS};

	syscall(SYS_sched_setattr, 0, &attr, 0);
}
