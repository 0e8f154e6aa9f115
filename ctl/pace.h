/* When each line of a stream is due: calls at their own pace, one line never before another. */
#ifndef CTL_PACE_H
#define CTL_PACE_H

#include <stdint.h>

#include "etiquette.h"
#include "opts.h"

struct pace;

struct pace *pace_new(enum send_at at) ETQ_MUST_CHECK; /* NULL: out of memory */
void pace_free(struct pace *p);                        /* NULL is fine */

/*
 * Milliseconds from the stream's start at which the line is due, at the calls' own speed. A call
 * begins where the stream is when its first line comes. INT64_MIN when out of memory.
 */
int64_t pace_due(struct pace *p, const struct etq_input *in);

#endif
