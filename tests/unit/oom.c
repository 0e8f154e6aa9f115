#include "oom.h"

#include <stdlib.h>

static size_t left;
static bool armed, failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void oom_at(size_t n)
{
	left = n;
	armed = true;
	failed = false;
}

bool oom_end(void)
{
	armed = false;
	return failed;
}

size_t oom_each(void (*what)(void *data), void *data)
{
	size_t n = 0;

	for (;;) {
		oom_at(n);
		what(data);
		if (!oom_end())
			return n;
		n++;
	}
}

static bool fails(void)
{
	if (!armed || failed)
		return false;
	if (left-- > 0)
		return false;
	failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}
