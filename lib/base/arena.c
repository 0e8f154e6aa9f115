#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks; /* the one that is filled first */
	size_t max, used;
	size_t next_size;
};

struct arena *arena_new(size_t max)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->max = max;
	a->next_size = ARENA_BLOCK_MIN;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	while (a->blocks) {
		struct block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	free(a);
}

/* A new block in front; big objects get one of their own size. */
static struct block *arena_grow(struct arena *a, size_t size)
{
	size_t want = size > a->next_size ? size : a->next_size;
	struct block *b = malloc(sizeof(*b) + want);

	if (!b)
		return NULL;
	b->size = want;
	b->used = 0;
	b->next = a->blocks;
	a->blocks = b;
	if (a->next_size < ARENA_BLOCK_MAX)
		a->next_size *= 2;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->blocks;
	void *p;

	if (size > a->max - a->used)
		return NULL;
	size = (size + align - 1) / align * align;
	if (size == 0)
		size = align;
	if (size > a->max - a->used)
		return NULL;
	if (!b || size > b->size - b->used) {
		b = arena_grow(a, size);
		if (!b)
			return NULL;
	}
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(a, bytes);
}

struct etq_str arena_dup(struct arena *a, struct etq_str s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

	if (!p)
		return (struct etq_str){NULL, 0};
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct etq_str){p, s.n};
}

void arena_reset(struct arena *a)
{
	struct block *largest = a->blocks;

	for (struct block *b = a->blocks; b; b = b->next)
		if (b->size > largest->size)
			largest = b;
	while (a->blocks) {
		struct block *next = a->blocks->next;

		if (a->blocks != largest)
			free(a->blocks);
		a->blocks = next;
	}
	if (largest) {
		largest->next = NULL;
		largest->used = 0;
	}
	a->blocks = largest;
	a->used = 0;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
