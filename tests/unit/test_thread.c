/* What threads beside the main one are like. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "thread.h"

struct seen {
	int nice_before, nice_after;
	sigset_t blocked;
};

static int niceness(void)
{
	return getpriority(PRIO_PROCESS, 0); /* in Linux that is the calling thread's */
}

static void *look(void *arg)
{
	struct seen *seen = arg;

	pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
	seen->nice_before = niceness();
	thread_give_way();
	seen->nice_after = niceness();
	return NULL;
}

static void gives_way_alone_and_takes_no_signals(void **state)
{
	struct seen seen;
	sigset_t own;
	pthread_t thread;
	int before = niceness();

	assert_true(thread_start(&thread, look, &seen));
	pthread_join(thread, NULL);
	assert_int_equal(seen.nice_before, before);
	assert_int_equal(seen.nice_after, before > 10 ? before : 10);
	assert_int_equal(niceness(), before);
	pthread_sigmask(SIG_SETMASK, NULL, &own);
	assert_true(sigismember(&seen.blocked, SIGTERM) && sigismember(&seen.blocked, SIGHUP));
	assert_false(sigismember(&own, SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_way_alone_and_takes_no_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
