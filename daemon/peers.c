#include "peers.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loop.h"

enum { KEY_MAX_BYTES = 8 };

struct peer {
	size_t connections;
	char key[KEY_MAX_BYTES];
	struct etq_str name; /* of the key */
};

struct peers {
	struct table *by_key;
	size_t max;
};

/* The part of the address that counts; n == 0: it has none. */
static size_t key_of(const struct sockaddr_storage *sa, char *key)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

	if (sa->ss_family == AF_INET) {
		memcpy(key, &in->sin_addr, sizeof(in->sin_addr));
		return sizeof(in->sin_addr);
	}
	if (sa->ss_family != AF_INET6)
		return 0;
	memcpy(key, &in6->sin6_addr, KEY_MAX_BYTES);
	return KEY_MAX_BYTES;
}

static struct peer *add(struct peers *p, const char *key, size_t n)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (!peer)
		return NULL;
	memcpy(peer->key, key, n);
	peer->name = (struct etq_str){peer->key, n};
	if (table_put(p->by_key, peer->name, peer))
		return peer;
	free(peer);
	return NULL;
}

enum peers_result peers_take(struct peers *p, const struct sockaddr_storage *sa, struct peer **peer)
{
	char key[KEY_MAX_BYTES];
	size_t n = key_of(sa, key);

	*peer = NULL;
	if (p->max == 0 || n == 0)
		return PEERS_TAKEN;
	struct peer *found = table_get(p->by_key, (struct etq_str){key, n});
	if (found && found->connections >= p->max)
		return PEERS_FULL;
	if (!found)
		found = add(p, key, n);
	if (!found)
		return PEERS_NO_MEMORY;
	found->connections++;
	*peer = found;
	return PEERS_TAKEN;
}

void peers_drop(struct peers *p, struct peer *peer)
{
	if (!peer || --peer->connections > 0)
		return;
	table_remove(p->by_key, peer->name);
	free(peer);
}

struct peers *peers_new(size_t max)
{
	struct peers *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	*p = (struct peers){.by_key = table_new(loop_seed()), .max = max};
	if (p->by_key)
		return p;
	free(p);
	return NULL;
}

void peers_free(struct peers *p)
{
	struct peer *peer;
	size_t i = 0;

	if (!p)
		return;
	while ((peer = table_next(p->by_key, &i)))
		free(peer);
	table_free(p->by_key);
	free(p);
}
