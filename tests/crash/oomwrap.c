/*
 * For tests only: an allocation that fails. Linked with --wrap for malloc, calloc and realloc, which
 * catches all of our own, not those of other people's libraries.
 *
 *   ETQ_OOM=N         allocation number N fails, once; from 1
 *   ETQ_OOM_LOG=FILE  gets the number of allocations at the end
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static atomic_long allocations;
static long failing;

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("ETQ_OOM");

	failing = n ? atol(n) : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *name = getenv("ETQ_OOM_LOG");
	int fd = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (fd >= 0) {
		dprintf(fd, "%ld\n", atomic_load(&allocations));
		close(fd);
	}
}

static bool fails(void)
{
	return atomic_fetch_add(&allocations, 1) + 1 == failing;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}
