#include "weights.h"

#include <stdlib.h>

enum { SLOTS_MIN = 64, HASH_SHIFT = 32 };

/* no == 0: free. */
struct weight {
	uint64_t no;
	size_t bytes;
};

/* Open addressing, at most half full; numbers are the daemon's own, so nobody can make them collide. */
struct weights {
	struct weight *slots;
	size_t mask, n;
};

struct weights *weights_new(void)
{
	struct weights *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->slots = calloc(SLOTS_MIN, sizeof(*w->slots));
	if (!w->slots) {
		free(w);
		return NULL;
	}
	w->mask = SLOTS_MIN - 1;
	return w;
}

void weights_free(struct weights *w)
{
	if (!w)
		return;
	free(w->slots);
	free(w);
}

static size_t home(const struct weights *w, uint64_t no)
{
	return (size_t)(no * 0x9e3779b97f4a7c15u >> HASH_SHIFT) & w->mask;
}

/* Where it is, or the free slot where it would be. */
static struct weight *find(const struct weights *w, uint64_t no)
{
	size_t i = home(w, no);

	while (w->slots[i].no != 0 && w->slots[i].no != no)
		i = (i + 1) & w->mask;
	return &w->slots[i];
}

bool weights_reserve(struct weights *w, size_t calls)
{
	struct weights bigger = {.mask = w->mask, .n = w->n};

	if ((w->n + calls) * 2 <= w->mask)
		return true;
	while ((w->n + calls) * 2 > bigger.mask)
		bigger.mask = bigger.mask * 2 + 1;
	bigger.slots = calloc(bigger.mask + 1, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i <= w->mask; i++) {
		if (w->slots[i].no != 0)
			*find(&bigger, w->slots[i].no) = w->slots[i];
	}
	free(w->slots);
	*w = bigger;
	return true;
}

void weights_open(struct weights *w, uint64_t no)
{
	struct weight *slot = find(w, no);

	w->n += slot->no == 0;
	slot->no = no;
}

bool weights_has(const struct weights *w, uint64_t no)
{
	return find(w, no)->no != 0;
}

bool weights_add(struct weights *w, uint64_t no, size_t bytes)
{
	struct weight *slot = find(w, no);

	if (slot->no == 0)
		return false;
	slot->bytes += bytes;
	return true;
}

/* Those behind a slot that has become free move up, unless they are where they belong. */
static void close_gap(struct weights *w, size_t gap)
{
	for (size_t i = (gap + 1) & w->mask; w->slots[i].no != 0; i = (i + 1) & w->mask) {
		size_t from = home(w, w->slots[i].no);

		if (((i - from) & w->mask) < ((i - gap) & w->mask))
			continue;
		w->slots[gap] = w->slots[i];
		gap = i;
	}
	w->slots[gap] = (struct weight){0};
}

size_t weights_close(struct weights *w, uint64_t no)
{
	struct weight *slot = find(w, no);
	size_t bytes = slot->bytes;

	if (slot->no == 0)
		return 0;
	w->n--;
	close_gap(w, (size_t)(slot - w->slots));
	return bytes;
}
