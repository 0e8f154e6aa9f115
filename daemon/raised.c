#include "raised.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

enum { NUMBER_BYTES = sizeof(uint64_t) };

/* Its name is the call's number and the event's key, in the bytes behind it. */
struct given {
	struct etq_str name;
	size_t times;
};

struct raised {
	struct table *given;
};

struct raised *raised_new(void)
{
	struct raised *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->given = table_new(0);
	if (r->given)
		return r;
	free(r);
	return NULL;
}

void raised_free(struct raised *r)
{
	struct given *g;
	size_t i = 0;

	if (!r)
		return;
	while ((g = table_next(r->given, &i)))
		free(g);
	table_free(r->given);
	free(r);
}

struct etq_str raised_key(const struct etq_finding *f, char *buf)
{
	int n = snprintf(buf, RAISED_KEY_MAX, "%d:%s", (int)f->kind, f->id);

	return (struct etq_str){buf, (size_t)n};
}

static struct etq_str name_of(uint64_t no, struct etq_str key, char *buf)
{
	size_t n = key.n < RAISED_KEY_MAX ? key.n : RAISED_KEY_MAX;

	memcpy(buf, &no, NUMBER_BYTES);
	memcpy(buf + NUMBER_BYTES, key.p, n);
	return (struct etq_str){buf, NUMBER_BYTES + n};
}

bool raised_add(struct raised *r, uint64_t no, struct etq_str key)
{
	char buf[NUMBER_BYTES + RAISED_KEY_MAX];
	struct etq_str name = name_of(no, key, buf);
	struct given *g = table_get(r->given, name);

	if (g) {
		g->times++;
		return true;
	}
	g = malloc(sizeof(*g) + name.n);
	if (!g)
		return false;
	*g = (struct given){.name = {(char *)(g + 1), name.n}, .times = 1};
	memcpy(g + 1, name.p, name.n);
	if (table_put(r->given, g->name, g))
		return true;
	free(g);
	return false;
}

bool raised_take(struct raised *r, uint64_t no, struct etq_str key)
{
	char buf[NUMBER_BYTES + RAISED_KEY_MAX];
	struct given *g = table_get(r->given, name_of(no, key, buf));

	if (!g || g->times == 0)
		return false;
	g->times--;
	return true;
}
