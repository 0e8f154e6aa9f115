/* A hash table from string keys to pointers: open addressing, keyed against flooding. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/*
 * Keys are not copied: the caller keeps the bytes alive while the entry is in (normally inside
 * the value itself). seed: any number that outsiders can't know; 0 is fine for trusted keys.
 */
struct table;

struct table *table_new(uint64_t seed) ETQ_MUST_CHECK;
void table_free(struct table *t);                           /* does not touch the values */
void *table_get(const struct table *t, struct etq_str key); /* NULL when absent */
/* Adds or replaces; false when out of memory (nothing changed). */
bool table_put(struct table *t, struct etq_str key, void *value) ETQ_MUST_CHECK;
/* The value that was there, or NULL. */
void *table_remove(struct table *t, struct etq_str key);
size_t table_count(const struct table *t);
/* Walks all values: *i starts at 0; NULL at the end. The table must not change meanwhile. */
void *table_next(const struct table *t, size_t *i);

#endif
