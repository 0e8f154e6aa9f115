/* Events that a call has given before: so that, when its lines are judged again, they are not given twice. */
#ifndef DAEMON_RAISED_H
#define DAEMON_RAISED_H

#include <stdint.h>

#include "etiquette.h"

struct raised;

enum { RAISED_KEY_MAX = 64 }; /* bytes of what raised_key makes */

struct raised *raised_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void raised_free(struct raised *r);             /* NULL is fine */

/* What an event is known by within its call, into buf of RAISED_KEY_MAX bytes. */
struct etq_str raised_key(const struct etq_finding *f, char *buf);
/* Call number no has given that. The same may be given several times. False: out of memory. */
bool raised_add(struct raised *r, uint64_t no, struct etq_str key) ETQ_MUST_CHECK;
/* Was it given, more often than taken? */
bool raised_take(struct raised *r, uint64_t no, struct etq_str key);

#endif
