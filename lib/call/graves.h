/* Ids of calls that have ended and are gone: a line for one of them is refused, not a new call. */
#ifndef CALL_GRAVES_H
#define CALL_GRAVES_H

#include <stdint.h>

#include "etiquette.h"

enum { GRAVES_MAX = 65536 }; /* the oldest is forgotten for a new one */

struct graves;

struct graves *graves_new(uint64_t seed) ETQ_MUST_CHECK;
void graves_free(struct graves *g);
/* At time now, on the caller's clock. Without memory the id is simply not remembered. */
void graves_add(struct graves *g, struct etq_str id, int64_t now);
bool graves_has(const struct graves *g, struct etq_str id);
/* Forgets those from before that time. */
void graves_forget(struct graves *g, int64_t before);

#endif
