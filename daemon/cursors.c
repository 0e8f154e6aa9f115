#include "cursors.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "base/table.h"
#include "ledger.h"
#include "loop.h"

struct cursors {
	struct table *names;
	struct ledger *ledger;
	size_t max, ndirty;
};

static void mark(struct cursors *all, struct cursor *c)
{
	all->ndirty += !c->dirty;
	c->dirty = true;
	c->used = loop_wall();
}

/* False: there is no room just now. */
static bool write_down(struct cursors *all, struct cursor *c)
{
	const struct op op = {
		.kind = OP_CURSOR,
		.number = {(int64_t)c->sequence, c->used},
		.text = {c->name},
	};

	if (!ledger_add(all->ledger, &op))
		return false;
	all->ndirty--;
	c->dirty = false;
	return true;
}

/* However many acks came in a turn, a name is written once. */
static bool cursors_end_turn(void *arg)
{
	struct cursors *all = arg;
	struct cursor *c;
	size_t i = 0;

	if (all->ndirty == 0 || *ledger_blocked(all->ledger))
		return false;
	while ((c = table_next(all->names, &i))) {
		if (c->dirty && !write_down(all, c))
			break;
	}
	return true; /* the ledger's hook has been before */
}

static struct cursor *insert(struct cursors *all, struct etq_str name, uint64_t sequence)
{
	struct cursor *c = malloc(sizeof(*c) + name.n);

	if (!c)
		return NULL;
	*c = (struct cursor){.name = {(char *)(c + 1), name.n}, .sequence = sequence};
	memcpy(c + 1, name.p, name.n);
	if (table_put(all->names, c->name, c))
		return c;
	free(c);
	return NULL;
}

bool cursors_restore(struct cursors *all, struct etq_str name, uint64_t sequence, int64_t used)
{
	if (cursors_count(all) >= all->max)
		return true;
	struct cursor *c = insert(all, name, sequence);
	if (c)
		c->used = used;
	return c;
}

struct cursor *cursors_find(const struct cursors *all, struct etq_str name)
{
	return table_get(all->names, name);
}

/* Of those that have missed something anyway, the one that was not here for longest. */
static struct cursor *find_victim(const struct cursors *all, uint64_t first)
{
	struct cursor *c, *victim = NULL;
	size_t i = 0;

	while ((c = table_next(all->names, &i))) {
		if (!c->holder && c->sequence + 1 < first && (!victim || c->used < victim->used))
			victim = c;
	}
	return victim;
}

static bool make_room(struct cursors *all, uint64_t first, struct etq_err *err)
{
	struct cursor *victim = find_victim(all, first);
	const struct op op = {.kind = OP_FORGET, .text = {victim ? victim->name : SV_NONE}};

	if (!victim) {
		err_set(err, "too-many-names", "%zu names are kept, which is the limit", all->max);
		return false;
	}
	if (!ledger_add(all->ledger, &op)) {
		err_set(err, "out-of-memory", "out of memory");
		return false;
	}
	all->ndirty -= victim->dirty;
	table_remove(all->names, victim->name);
	free(victim);
	return true;
}

struct cursor *cursors_add(struct cursors *all, struct etq_str name, uint64_t sequence,
			   uint64_t first, struct etq_err *err)
{
	if (cursors_count(all) >= all->max && !make_room(all, first, err))
		return NULL;
	struct cursor *c = insert(all, name, sequence);
	if (c)
		mark(all, c);
	else
		err_set(err, "out-of-memory", "out of memory");
	return c;
}

void cursors_move(struct cursors *all, struct cursor *c, uint64_t sequence)
{
	if (sequence <= c->sequence)
		return;
	c->sequence = sequence;
	mark(all, c);
}

size_t cursors_count(const struct cursors *all)
{
	return table_count(all->names);
}

struct cursors *cursors_new(size_t max, struct ledger *ledger, struct loop *loop)
{
	struct cursors *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	*all = (struct cursors){.names = table_new(loop_seed()), .ledger = ledger, .max = max};
	if (all->names && loop_hook(loop, cursors_end_turn, all))
		return all;
	cursors_free(all);
	return NULL;
}

void cursors_free(struct cursors *all)
{
	struct cursor *c;
	size_t i = 0;

	if (!all)
		return;
	while (all->names && (c = table_next(all->names, &i)))
		free(c);
	table_free(all->names);
	free(all);
}
