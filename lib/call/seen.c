#include "call/seen.h"

#include <stdlib.h>

#include "base/hash.h"

enum { SEEN_MORE = 8 };

_Static_assert(SEEN_MAX % SEEN_MORE == 0, "the last of them makes it full");

void seen_free(struct seen *seen)
{
	free(seen->v);
}

static struct seen_mark mark_of(uint64_t hash)
{
	return (struct seen_mark){
		{(uint16_t)(hash >> 48), (uint16_t)(hash >> 32), (uint16_t)(hash >> 16)}};
}

static bool same(struct seen_mark a, struct seen_mark b)
{
	return a.part[0] == b.part[0] && a.part[1] == b.part[1] && a.part[2] == b.part[2];
}

bool seen_has(const struct seen *seen, uint64_t hash)
{
	struct seen_mark mark = mark_of(hash);

	for (uint32_t i = 0; i < seen->n; i++)
		if (same(seen->v[i], mark))
			return true;
	return false;
}

bool seen_reserve(struct seen *seen, uint32_t more)
{
	if (seen->n + more <= seen->cap || seen->cap == SEEN_MAX)
		return true;
	uint16_t cap = seen->cap + SEEN_MORE;
	struct seen_mark *grown = realloc(seen->v, cap * sizeof(*grown));

	if (!grown)
		return false;
	seen->v = grown;
	seen->cap = cap;
	return true;
}

void seen_add(struct seen *seen, uint64_t hash)
{
	if (seen->n < seen->cap) {
		seen->v[seen->n++] = mark_of(hash);
		return;
	}
	seen->v[seen->next] = mark_of(hash);
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
