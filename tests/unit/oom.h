/*
 * Allocations that fail on purpose. A test program that has oom.c among its sources is linked with
 * --wrap for malloc, calloc and realloc (etq_unit_test_oom in CMakeLists.txt).
 */
#ifndef TESTS_OOM_H
#define TESTS_OOM_H

#include <stdbool.h>
#include <stddef.h>

/* Allocation number n from now on (from 0) fails, once. */
void oom_at(size_t n);
/* Ends it; whether the allocation came and failed. */
bool oom_end(void);

/* Runs what with each of its allocations failing once; returns how many there were. */
size_t oom_each(void (*what)(void *data), void *data);

#endif
