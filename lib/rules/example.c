#include "rules/example.h"

#include "base/sv.h"
#include "rules/scalar.h"

struct example_keys {
	const struct node *violates, *complies;
};

static const struct key example_keys[] = {
	{"violates", "a call that breaks the rule", read_node,
	 offsetof(struct example_keys, violates)},
	{"complies", "a call that does not", read_node, offsetof(struct example_keys, complies)},
};

struct call_keys {
	struct etq_str call, words;
	uint32_t times;
};

static const struct key call_keys[] = {
	{"call", "the call in the text format", read_text, offsetof(struct call_keys, call), true},
	{"times", "how many findings it gives", read_count, offsetof(struct call_keys, times)},
	{"words", "what the finding quotes", read_text, offsetof(struct call_keys, words)},
};

static bool read_call(struct loader *ld, const struct node *value, struct etq_example *out)
{
	struct call_keys keys = {0};

	if (value->kind == NODE_SCALAR) {
		read_text(ld, &(struct key){.name = out->violates ? "violates" : "complies"}, value,
			  &out->text);
		return out->text.n > 0;
	}
	if (value->kind == NODE_LIST) {
		loader_error(ld, value,
			     "an example is one text: after `|` the lines of the call, indented");
		return false;
	}
	if (!keys_read(ld, value, "an example", call_keys, KEY_COUNT(call_keys), &keys))
		return false;
	if (keys.call.n == 0)
		return false;
	if (!out->violates && (keys.times || keys.words.n)) {
		loader_error(
			ld, value,
			"an example that complies gives no finding: `times` and `words` are for `violates`");
		return false;
	}
	out->text = keys.call;
	out->words = keys.words;
	if (keys.times)
		out->times = (int)keys.times;
	return true;
}

static void add(struct loader *ld, const struct etq_example *example, struct rule *rule)
{
	if (!loader_grow(ld, (void **)&ld->examples, ld->nexamples, &ld->examples_cap,
			 sizeof(*example)))
		return;
	ld->examples[ld->nexamples++] = *example;
	if (example->violates)
		rule->info.violating++;
	else
		rule->info.complying++;
}

static void read_example(struct loader *ld, const struct node *node, struct rule *rule)
{
	struct example_keys keys = {0};
	struct etq_example example = {.rule = rule->info.id, .times = -1};
	const struct node *value;

	if (!keys_read(ld, node, "an example", example_keys, KEY_COUNT(example_keys), &keys))
		return;
	if (keys.violates && keys.complies) {
		loader_error(ld, keys.complies,
			     "`violates` and `complies` in one example: make two items of it");
		return;
	}
	value = keys.violates ? keys.violates : keys.complies;
	if (!value) {
		if (node->n == 0)
			loader_error(ld, node, "an example needs `violates: |` or `complies: |`");
		return;
	}
	example.violates = keys.violates;
	example.file = loader_dup(ld, sv_of(node->source->name));
	example.line = source_place(node->source, node->at).line;
	if (read_call(ld, value, &example))
		add(ld, &example, rule);
}

void examples_read(struct loader *ld, const struct node *value, struct rule *rule)
{
	if (value->kind != NODE_LIST) {
		loader_error(
			ld, value,
			"`examples` is a list: `- violates: |` or `- complies: |`, and the call under it");
		return;
	}
	for (const struct item *i = value->first; i; i = i->next)
		read_example(ld, i->value, rule);
}
