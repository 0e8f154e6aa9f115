/* How many connections each address has. An IPv6 network of 64 bits counts as one address. */
#ifndef DAEMON_PEERS_H
#define DAEMON_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "etiquette.h"

struct peer;
struct peers;

enum peers_result { PEERS_TAKEN, PEERS_FULL, PEERS_NO_MEMORY };

/* max: connections of one address; 0: any number, nothing is counted. NULL: out of memory. */
struct peers *peers_new(size_t max) ETQ_MUST_CHECK;
void peers_free(struct peers *p); /* NULL is fine */

/* One more; *peer is to be given back. NULL for what has no address, or is not counted. */
enum peers_result peers_take(struct peers *p, const struct sockaddr_storage *sa,
			     struct peer **peer) ETQ_MUST_CHECK;
void peers_drop(struct peers *p, struct peer *peer); /* NULL is fine */

#endif
