#include "rules/unless.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "rules/form.h"
#include "rules/names.h"
#include "rules/scalar.h"
#include "rules/signal.h"
#include "rules/when.h"
#include "rules/window.h"

enum {
	TESTS_MAX = 6,
	UNLESS_MAX = 32,
	TEXT_MAX = 200, /* bytes of an item's text as the trace has it */
};

/* A signal with a window, as `said`, `event` and `not` have it. */
struct heard_keys {
	struct signal_keys signal;
	const struct node *within;
	bool last;
};

#define HEARD_KEYS(type, path)                                                                  \
	SIGNAL_KEYS(type, path signal.),                                                        \
		{"above", "length of a silence", read_node, offsetof(type, path signal.above)}, \
		{"last", "true: only acknowledgements have been said since", read_bool,         \
		 offsetof(type, path last)},                                                    \
	{                                                                                       \
		"within", "window before the finding's trigger", read_node,                     \
			offsetof(type, path within)                                             \
	}

static const struct key heard_keys[] = {HEARD_KEYS(struct heard_keys, )};

struct unless_keys {
	struct heard_keys heard;
	const struct node * not, *sequence, *limit, *fired, *same, *when;
};

static const struct key unless_keys[] = {
	HEARD_KEYS(struct unless_keys, heard.),
	{"not", "what did not come before", read_node, offsetof(struct unless_keys, not )},
	{"sequence", "steps that were completed", read_node,
	 offsetof(struct unless_keys, sequence)},
	{"limit", "a measure that is beyond its bound", read_node,
	 offsetof(struct unless_keys, limit)},
	{"fired", "a rule that has raised a finding", read_node,
	 offsetof(struct unless_keys, fired)},
	{"same", "`utterance`: on the same utterance", read_node,
	 offsetof(struct unless_keys, same)},
	{"when", "metadata that holds", read_node, offsetof(struct unless_keys, when)},
};

/* The tests of one item while they are collected. */
struct item_reading {
	struct loader *ld;
	const struct node *node;
	struct exception tests[TESTS_MAX];
	size_t n;
};

static struct exception *add(struct item_reading *r, enum exception_kind kind)
{
	struct exception *e = &r->tests[r->n++];

	*e = (struct exception){
		.kind = kind, .signal = NO_SIGNAL, .fired = NO_RULE, .when = WHEN_ALWAYS};
	return e;
}

static void read_heard(struct item_reading *r, enum exception_kind kind,
		       const struct heard_keys *keys, const struct node *at)
{
	static const struct key within_key = {"within", "", read_window, 0, false};
	struct exception *e = add(r, kind);

	e->signal = signal_make(r->ld, &keys->signal, at);
	e->last = keys->last;
	if (keys->within)
		read_window(r->ld, &within_key, keys->within, &e->within);
	window_check(r->ld, keys->within, &e->within, signal_sides(r->ld, e->signal));
}

static void read_not(struct item_reading *r, const struct node *node)
{
	struct heard_keys keys = {0};

	if (node->kind == NODE_SCALAR)
		add(r, EX_NOT_HEARD)->signal = signal_read(r->ld, node, "not");
	else if (keys_read(r->ld, node, "`not`", heard_keys, KEY_COUNT(heard_keys), &keys))
		read_heard(r, EX_NOT_HEARD, &keys, node);
}

static void read_sequence(struct item_reading *r, const struct node *node)
{
	struct exception *e = add(r, EX_SEQUENCE);
	struct sequence *sequence = loader_alloc(r->ld, 1, sizeof(*sequence));

	if (!sequence || !sequence_make(r->ld, node, sequence))
		return;
	if (sequence->missing)
		loader_error(
			r->ld, node,
			"`report: missing` can't be here: an exception asks for a completed sequence");
	e->sequence = sequence;
}

static void read_fired(struct item_reading *r, const struct unless_keys *keys)
{
	static const struct choice same[] = {{"utterance", 1}, {NULL}};
	struct exception *e = add(r, EX_FIRED);
	const struct named *other = names_refer(r->ld, &r->ld->rule_names, keys->fired, "fired");
	int utterance = 0;

	if (other)
		e->fired = other->index;
	if (keys->same && scalar_choice(r->ld, keys->same, "same", same, &utterance))
		e->same_utterance = utterance;
}

/* ---- how the trace names an item: as it is written in the file ------------------------------ */

static void put_node(struct buf *b, const struct node *node, int depth);

static void put_items(struct buf *b, const struct node *node, int depth)
{
	for (const struct item *i = node->first; i && b->n <= TEXT_MAX; i = i->next) {
		if (i != node->first)
			buf_puts(b, ", ");
		if (i->key) {
			buf_put(b, i->key->text.p, i->key->text.n);
			buf_puts(b, ": ");
		}
		put_node(b, i->value, depth + 1);
	}
}

static void put_node(struct buf *b, const struct node *node, int depth)
{
	bool list = node->kind == NODE_LIST;

	if (node->kind == NODE_SCALAR) {
		buf_put(b, node->text.p, node->text.n);
		return;
	}
	buf_puts(b, depth == 0 ? "" : list ? "[" : "{");
	put_items(b, node, depth);
	buf_puts(b, depth == 0 ? "" : list ? "]" : "}");
}

/* What is too long is cut and ends in "…". */
static struct etq_str text_of(struct loader *ld, const struct node *node)
{
	static const char dots[] = "…";
	struct buf b = BUF_INIT(4 * (size_t)SOURCE_MAX);
	struct etq_str text;

	put_node(&b, node, 0);
	if (b.failed) {
		ld->out_of_memory = true;
		buf_free(&b);
		return SV_NONE;
	}
	if (b.n > TEXT_MAX) {
		b.n = loader_cut(b.p, TEXT_MAX);
		buf_puts(&b, dots);
	}
	text = loader_dup(ld, b.p ? (struct etq_str){b.p, b.n} : SV(""));
	buf_free(&b);
	return text;
}

static void read_tests(struct item_reading *r, const struct unless_keys *keys)
{
	static const struct key when_key = {"when", "", read_when, 0, false};
	const struct signal_keys *signal = &keys->heard.signal;

	if (signal->said || signal->event)
		read_heard(r, EX_HEARD, &keys->heard, r->node);
	else if (signal->by || signal->above || keys->heard.within || keys->heard.last)
		loader_error(
			r->ld, r->node,
			"`by`, `above`, `last` and `within` belong to `said` or `event`, which is missing");
	if (keys->not )
		read_not(r, keys->not );
	if (keys->sequence)
		read_sequence(r, keys->sequence);
	if (keys->limit && !limit_make(r->ld, keys->limit, &add(r, EX_LIMIT)->limit))
		r->tests[r->n - 1].limit.n = 0;
	if (keys->fired)
		read_fired(r, keys);
	else if (keys->same)
		loader_error(r->ld, keys->same, "`same` belongs to `fired`, which is missing");
	if (keys->when)
		read_when(r->ld, &when_key, keys->when, &add(r, EX_WHEN)->when);
}

static void read_item(struct loader *ld, const struct node *node, struct unless *out)
{
	struct item_reading r = {.ld = ld, .node = node};
	struct unless_keys keys = {0};
	struct exception *all;

	if (!keys_read(ld, node, "an exception", unless_keys, KEY_COUNT(unless_keys), &keys))
		return;
	if (node->n == 0)
		loader_error(ld, node, "this exception is empty: the rule would never be broken");
	read_tests(&r, &keys);
	all = loader_alloc(ld, r.n, sizeof(*all));
	if (!all)
		return;
	memcpy(all, r.tests, r.n * sizeof(*all));
	out->all = all;
	out->n = r.n;
	out->text = text_of(ld, node);
}

void unless_read(struct loader *ld, const struct node *value, struct rule *rule)
{
	struct unless *items;
	size_t n = 0;

	if (value->kind != NODE_LIST) {
		loader_error(ld, value, "`unless` is a list: a dash for each exception");
		return;
	}
	if (value->n > UNLESS_MAX) {
		loader_error(ld, value, "too many exceptions: at most %d", UNLESS_MAX);
		return;
	}
	items = loader_alloc(ld, value->n, sizeof(*items));
	if (!items)
		return;
	for (const struct item *i = value->first; i; i = i->next)
		read_item(ld, i->value, &items[n++]);
	rule->unless = items;
	rule->nunless = n;
}
