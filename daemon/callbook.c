#include "callbook.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loop.h"

struct callbook {
	struct table *calls;
};

struct callbook *callbook_new(void)
{
	struct callbook *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->calls = table_new(loop_seed());
	if (b->calls)
		return b;
	free(b);
	return NULL;
}

void callbook_free(struct callbook *b)
{
	struct kept_call *call;
	size_t i = 0;

	if (!b)
		return;
	while ((call = table_next(b->calls, &i)))
		free(call);
	table_free(b->calls);
	free(b);
}

struct kept_call *callbook_find(const struct callbook *b, struct etq_str id)
{
	return table_get(b->calls, id);
}

struct kept_call *callbook_add(struct callbook *b, struct etq_str id, uint64_t no)
{
	struct kept_call *call = malloc(sizeof(*call) + id.n);

	if (!call)
		return NULL;
	*call = (struct kept_call){.id = {(char *)(call + 1), id.n}, .no = no};
	memcpy(call + 1, id.p, id.n);
	if (table_put(b->calls, call->id, call))
		return call;
	free(call);
	return NULL;
}

void callbook_remove(struct callbook *b, struct kept_call *call)
{
	table_remove(b->calls, call->id);
	free(call);
}

struct kept_call *callbook_next(const struct callbook *b, size_t *i)
{
	return table_next(b->calls, i);
}
