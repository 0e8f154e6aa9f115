/* An arena: many small objects with one lifetime, freed at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "etiquette.h"

struct arena;

/* max: bytes that it may hold in all; NULL when out of memory. */
struct arena *arena_new(size_t max) ETQ_MUST_CHECK;
void arena_free(struct arena *a); /* NULL is fine */

/* Zeroed, aligned for any object; NULL past max or out of memory. */
void *arena_alloc(struct arena *a, size_t size) ETQ_MUST_CHECK;
/* n objects of size each, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size) ETQ_MUST_CHECK;
/* A copy with a NUL behind it (not counted); p == NULL when out of memory. */
struct etq_str arena_dup(struct arena *a, struct etq_str s) ETQ_MUST_CHECK;

/* Forgets all objects and keeps the largest block for reuse. */
void arena_reset(struct arena *a);
size_t arena_used(const struct arena *a);

#endif
