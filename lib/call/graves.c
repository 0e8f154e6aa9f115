#include "call/graves.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"

struct grave {
	struct grave *next; /* the one after it in time */
	int64_t t;
	struct etq_str id;
};

struct graves {
	struct table *by_id;
	struct grave *oldest, *newest;
};

struct graves *graves_new(uint64_t seed)
{
	struct graves *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->by_id = table_new(seed);
	if (!g->by_id) {
		free(g);
		return NULL;
	}
	return g;
}

static void drop_oldest(struct graves *g)
{
	struct grave *first = g->oldest;

	g->oldest = first->next;
	if (!g->oldest)
		g->newest = NULL;
	table_remove(g->by_id, first->id);
	free(first);
}

void graves_free(struct graves *g)
{
	if (!g)
		return;
	while (g->oldest)
		drop_oldest(g);
	table_free(g->by_id);
	free(g);
}

void graves_add(struct graves *g, struct etq_str id, int64_t now)
{
	struct grave *grave = malloc(sizeof(*grave) + id.n);

	if (!grave)
		return;
	*grave = (struct grave){.t = now, .id = {(char *)(grave + 1), id.n}};
	memcpy(grave + 1, id.p, id.n);
	if (!table_put(g->by_id, grave->id, grave)) {
		free(grave);
		return;
	}
	if (g->newest)
		g->newest->next = grave;
	else
		g->oldest = grave;
	g->newest = grave;
	if (table_count(g->by_id) > GRAVES_MAX)
		drop_oldest(g);
}

bool graves_has(const struct graves *g, struct etq_str id)
{
	return table_get(g->by_id, id);
}

void graves_forget(struct graves *g, int64_t before)
{
	while (g->oldest && g->oldest->t < before)
		drop_oldest(g);
}
