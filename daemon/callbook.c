#include "callbook.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loop.h"

struct callbook {
	struct table *calls;
};

struct call_owner *call_owner_new(size_t max)
{
	struct call_owner *o = calloc(1, sizeof(*o));

	if (o)
		*o = (struct call_owner){.max = max, .refs = 1};
	return o;
}

void call_owner_drop(struct call_owner *o)
{
	if (o && --o->refs == 0)
		free(o);
}

static void free_call(struct kept_call *call)
{
	if (call->owner)
		call->owner->open--;
	call_owner_drop(call->owner);
	free(call);
}

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
		free_call(call);
	table_free(b->calls);
	free(b);
}

struct kept_call *callbook_find(const struct callbook *b, struct etq_str id)
{
	return table_get(b->calls, id);
}

struct kept_call *callbook_add(struct callbook *b, struct etq_str id, uint64_t no,
			       struct call_owner *owner)
{
	struct kept_call *call = malloc(sizeof(*call) + id.n);

	if (!call)
		return NULL;
	*call = (struct kept_call){.id = {(char *)(call + 1), id.n}, .no = no};
	memcpy(call + 1, id.p, id.n);
	if (table_put(b->calls, call->id, call)) {
		call->owner = owner;
		if (owner) {
			owner->refs++;
			owner->open++;
		}
		return call;
	}
	free(call);
	return NULL;
}

void callbook_remove(struct callbook *b, struct kept_call *call)
{
	table_remove(b->calls, call->id);
	free_call(call);
}

struct kept_call *callbook_next(const struct callbook *b, size_t *i)
{
	return table_next(b->calls, i);
}
