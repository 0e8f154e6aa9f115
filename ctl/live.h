/* Lines as they are sent, and the daemon's findings under them as they come. */
#ifndef CTL_LIVE_H
#define CTL_LIVE_H

#include "netline.h"
#include "screen.h"

struct live;

/* watch: where to subscribe, or NULL. NULL when that fails: it has been said why. */
struct live *live_open(const struct screen *s, const struct address *watch) ETQ_MUST_CHECK;
void live_close(struct live *l); /* NULL is fine */

/* The connection to wait on, or NULL when there is none (any more). */
struct netline *live_net(struct live *l);

/* A line was sent. False when out of memory. */
bool live_line(struct live *l, const struct etq_input *in) ETQ_MUST_CHECK;
/* Shows what the connection has brought; how many findings that was. False: it has been said why. */
bool live_take(struct live *l, size_t *n) ETQ_MUST_CHECK;

#endif
