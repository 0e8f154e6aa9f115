/* Threads beside the main one: the store's writer, and who copies its log. */
#ifndef DAEMON_THREAD_H
#define DAEMON_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "etiquette.h"

/* Runs run(arg) in a thread to be joined. Signals stay the main thread's. False: it could not be made. */
bool thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg) ETQ_MUST_CHECK;

/*
 * The calling thread gives way to others from now on: it gets little when they want the CPU, and is
 * soon off it when one of them wakes. Where that is not allowed it goes on as the others do.
 */
void thread_give_way(void);

#endif
