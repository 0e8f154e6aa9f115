/* How many bytes are kept of each open call, by the call's number. */
#ifndef DAEMON_WEIGHTS_H
#define DAEMON_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

struct weights;

struct weights *weights_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void weights_free(struct weights *w);             /* NULL is fine */

/* Makes room for so many calls more. False: out of memory. */
bool weights_reserve(struct weights *w, size_t calls) ETQ_MUST_CHECK;
/* A call that is not there, with nothing; there must be room. no: never 0. */
void weights_open(struct weights *w, uint64_t no);
bool weights_has(const struct weights *w, uint64_t no);
/* False, and nothing is done, when it is not there. */
bool weights_add(struct weights *w, uint64_t no, size_t bytes);
/* Takes it out, and says what it had; 0 when it was not there. */
size_t weights_close(struct weights *w, uint64_t no);

#endif
