#include "call/seen.h"

#include <stdlib.h>

#include "base/hash.h"

enum { SEEN_MORE = 8 };

_Static_assert(SEEN_MAX % SEEN_MORE == 0, "the last of them makes it full");

void seen_free(struct seen *seen)
{
	free(seen->v);
}

bool seen_has(const struct seen *seen, uint64_t hash)
{
	for (uint32_t i = 0; i < seen->n; i++)
		if (seen->v[i] == hash)
			return true;
	return false;
}

bool seen_reserve(struct seen *seen, uint32_t more)
{
	if (seen->n + more <= seen->cap || seen->cap == SEEN_MAX)
		return true;
	uint16_t cap = seen->cap + SEEN_MORE;
	uint64_t *grown = realloc(seen->v, cap * sizeof(*grown));

	if (!grown)
		return false;
	seen->v = grown;
	seen->cap = cap;
	return true;
}

void seen_add(struct seen *seen, uint64_t hash)
{
	if (seen->n < seen->cap) {
		seen->v[seen->n++] = hash;
		return;
	}
	seen->v[seen->next] = hash;
	seen->next = (uint16_t)((seen->next + 1) % seen->cap);
}

uint64_t seen_id(const struct etq_input *in)
{
	if (!in->id.n)
		return 0;
	return hash64_fast(hash64_fast(HASH64_INIT, "id", 2), in->id.p, in->id.n);
}

uint64_t seen_content(const struct etq_input *in)
{
	uint64_t h = hash64_fast(HASH64_INIT, &in->by, sizeof(in->by));

	h = hash64_fast(h, &in->t, sizeof(in->t));
	h = hash64_fast(h, &in->end, sizeof(in->end));
	return hash64_fast(h, in->text.p, in->text.n);
}

uint64_t seen_hold(const struct etq_input *in)
{
	uint64_t h = hash64_fast(HASH64_INIT, &in->type, sizeof(in->type));

	return hash64_fast(h, &in->t, sizeof(in->t));
}
