#include "rules/phraseset.h"

#include <string.h>

#include "base/sv.h"
#include "rules/names.h"
#include "rules/scalar.h"
#include "rules/signal.h"
#include "rules/window.h"

/* The long form of a set as written. */
struct set_keys {
	const struct node *say, *like, *it, *except, *by, *capture, *add, *after, *within;
};

static const struct key set_keys[] = {
	{"say", "a list of phrases", read_node, offsetof(struct set_keys, say)},
	{"like", "sets whose phrases are this one's, too", read_node,
	 offsetof(struct set_keys, like)},
	{"it", "the set that `<it>` in these phrases stands for", read_node,
	 offsetof(struct set_keys, it)},
	{"except", "sets whose hits cover hits of this one", read_node,
	 offsetof(struct set_keys, except)},
	{"by", "whose words are looked at", read_node, offsetof(struct set_keys, by)},
	{"capture", "the value that `{…}` in these phrases takes", read_node,
	 offsetof(struct set_keys, capture)},
	{"after", "a signal only behind which it is heard", read_node,
	 offsetof(struct set_keys, after)},
	{"within", "how far behind `after`", read_node, offsetof(struct set_keys, within)},
	{"add", "phrases that a site file adds to a set of its pack", read_node,
	 offsetof(struct set_keys, add)},
};

static void read_capture(struct loader *ld, struct set *set, const struct node *node)
{
	struct choice choices[VALUES_OF_CALL + 1] = {{NULL}};
	int value;

	for (int i = 0; i < VALUES_OF_CALL; i++)
		choices[i] = (struct choice){value_name_text((enum value_name)i), i};
	if (!scalar_choice(ld, node, "capture", choices, &value))
		return;
	set->out.capture = value;
	set->capture = node;
}

static void read_say(struct loader *ld, const struct named *named, struct set *set,
		     const struct node *node)
{
	if (node->kind == NODE_SCALAR && node->text.n > 0 && node->text.p[0] == '-') {
		loader_error(ld, node, "a dash that starts a list item needs a space after it");
		return;
	}
	if (node->kind != NODE_LIST) {
		loader_error(
			ld, node,
			"the phrases of `%.*s` are a list: a line each, with a dash and a space before it",
			SV_ARG(named->name));
		return;
	}
	if (node->n == 0) {
		loader_error(ld, node, "the phrase set `%.*s` is empty", SV_ARG(named->name));
		return;
	}
	set->say = node;
}

static void read_long(struct loader *ld, const struct named *named, struct set *set)
{
	struct set_keys keys = {0};

	if (!keys_read(ld, named->value, "a phrase set", set_keys, KEY_COUNT(set_keys), &keys))
		return;
	if (keys.add && keys.say)
		loader_error(
			ld, keys.add,
			"`say` replaces the phrases and `add` adds to them: only one of them can be here");
	else if (keys.add)
		loader_error(ld, keys.add,
			     "`add` adds to a set of the pack, and there is no set `%.*s` in it",
			     SV_ARG(named->name));
	else if (!keys.say && !keys.like && ld->misspelt != named->value)
		loader_error(ld, named->value,
			     "the phrase set `%.*s` has no phrases: `say: [...]` or `like: …`",
			     SV_ARG(named->name));
	else if (keys.say)
		read_say(ld, named, set, keys.say);
	if (keys.by && scalar_sides(ld, keys.by, false, &set->out.sides))
		set->wanted = 0;
	if (keys.capture)
		read_capture(ld, set, keys.capture);
	set->except = keys.except;
	set->likeness = keys.like;
	set->itself = keys.it;
	set->after = keys.after;
	set->within = keys.within;
}

/* Names other sets: to be read when all are known. */
static void read_after(struct loader *ld, struct set *set)
{
	static const struct key within_key = {"within", "", read_window, 0, false};

	if (set->within && !set->after)
		loader_error(ld, set->within, "`within` is counted from `after`, which is missing");
	if (!set->after)
		return;
	set->out.after = signal_read(ld, set->after, "after");
	if (set->within)
		read_window(ld, &within_key, set->within, &set->out.within);
	window_check(ld, set->within, &set->out.within, set->out.sides);
}

static void read_except(struct loader *ld, const struct named *named, struct set *set)
{
	uint16_t *ids;
	size_t n;

	if (!set->except || !names_list(ld, &ld->set_names, set->except, "except", &ids, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (ids[i] == named->index)
			loader_error(ld, set->except,
				     "a phrase set can't be an exception to itself");
		ld->sets[ids[i]].mentioned = true;
	}
	set->out.except = ids;
	set->out.nexcept = n;
}

static void read_it(struct loader *ld, const struct named *named, struct set *set)
{
	const struct named *it;

	if (!set->itself)
		return;
	it = names_refer(ld, &ld->set_names, set->itself, "it");
	if (!it)
		return;
	if (it->index == named->index) {
		loader_error(ld, set->itself, "`<it>` can't stand for the set that it is in");
		return;
	}
	ld->sets[it->index].mentioned = true;
	if (ld->sets[it->index].likeness || ld->sets[it->index].itself)
		loader_error(ld, set->itself,
			     "`it` can't name `%.*s`, which has `like` or `it` itself",
			     SV_ARG(it->name));
	else
		set->it = &ld->sets[it->index];
}

/* Only sets that are like no other themselves can be shared: so there is an end to it. */
static void read_like(struct loader *ld, const struct named *named, struct set *set)
{
	uint16_t *ids;
	size_t n;

	if (!set->likeness || !names_list(ld, &ld->set_names, set->likeness, "like", &ids, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct set *other = &ld->sets[ids[i]];

		if (ids[i] == named->index) {
			loader_error(ld, set->likeness, "a phrase set can't be like itself");
			return;
		}
		if (other->likeness) {
			loader_error(ld, set->likeness,
				     "`like` can't name `%.*s`, which is like another set itself",
				     SV_ARG(other->out.name));
			return;
		}
		other->mentioned = true;
	}
	for (size_t i = 0; i < n; i++)
		ld->sets[ids[i]].liked = true;
	set->like = ids;
	set->nlike = n;
}

bool phrasesets_read(struct loader *ld)
{
	struct names *names = &ld->set_names;

	ld->sets = loader_scratch(ld, names->n, sizeof(*ld->sets));
	if (!ld->sets)
		return false;
	for (size_t i = 0; i < names->n; i++) {
		const struct named *named = names->v[i];
		struct set *set = &ld->sets[i];

		set->out = (struct phrase_set){
			.name = named->name, .capture = -1, .sides = SIDES_ANY, .after = NO_SIGNAL};
		if (named->value->kind == NODE_MAP)
			read_long(ld, named, set);
		else if (node_is_empty(named->value))
			loader_error(ld, named->key, "the phrase set `%.*s` is empty",
				     SV_ARG(named->name));
		else
			read_say(ld, named, set, named->value);
	}
	for (size_t i = 0; i < names->n; i++) {
		read_except(ld, names->v[i], &ld->sets[i]);
		read_like(ld, names->v[i], &ld->sets[i]);
		read_it(ld, names->v[i], &ld->sets[i]);
		read_after(ld, &ld->sets[i]);
	}
	return !ld->out_of_memory;
}
