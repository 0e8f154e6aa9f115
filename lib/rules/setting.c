#include "rules/setting.h"

#include "base/sv.h"
#include "rules/scalar.h"
#include "rules/signal.h"

enum { COMPANIES_MAX = 50, BUSINESSES_MAX = 500 };

struct wait_keys {
	const struct node *announced;
	int32_t silence;
};

static const struct key wait_keys[] = {
	{"announced", "phrase set with which the agent announces a wait", read_node,
	 offsetof(struct wait_keys, announced), true},
	{"silence", "how long nobody speaks then", read_time, offsetof(struct wait_keys, silence)},
};

static void read_waits(struct loader *ld, struct settings *out)
{
	struct wait_keys keys = {.silence = out->wait_ms};

	if (!ld->waits ||
	    !keys_read(ld, ld->waits, "`waits`", wait_keys, KEY_COUNT(wait_keys), &keys))
		return;
	out->wait_ms = keys.silence;
	if (keys.announced)
		out->wait_announce = signal_said(ld, keys.announced, 1u << ETQ_AGENT);
}

static const struct key interruption_keys[] = {
	{"overlap", "how long both speak at once", read_time,
	 offsetof(struct settings, overlap_ms)},
	{"speech", "how long the one who interrupts goes on", read_time,
	 offsetof(struct settings, speech_ms)},
};

static const struct key echo_keys[] = {
	{"words", "how many words both sides have alike", read_count,
	 offsetof(struct settings, echo_words)},
	{"times", "in how many utterances of a call", read_count,
	 offsetof(struct settings, echo_times)},
};

struct value_keys {
	const struct node *company, *business, *names;
};

static const struct key value_keys[] = {
	{"company", "spellings of the company's name", read_node,
	 offsetof(struct value_keys, company)},
	{"business", "words that say what a company is and not how it is called", read_node,
	 offsetof(struct value_keys, business)},
	{"names", "first names, those of one person in a list of their own", read_node,
	 offsetof(struct value_keys, names)},
};

static void read_spelling(struct loader *ld, const struct node *node, struct value *out)
{
	struct etq_str text;

	if (!scalar_text(ld, node, "company", &text))
		return;
	value_make_company(out, text, ld->out->business);
	if (out->nwords == 0)
		loader_error(ld, node, "there is no word in this name");
}

static void read_business_word(struct loader *ld, const struct node *node, struct value *out)
{
	struct etq_str text;

	if (!scalar_text(ld, node, "business", &text))
		return;
	value_make_company(out, text, (struct value_span){0});
	if (out->nwords != 1)
		loader_error(ld, node, "one word is expected here, such as магазин");
}

/* One text or a list of them, each read into a value of its own. */
static struct value_span read_values(struct loader *ld, const struct node *node, const char *what,
				     size_t max,
				     void (*read)(struct loader *ld, const struct node *node,
						  struct value *out))
{
	size_t n = node->kind == NODE_LIST ? node->n : 1, k = 0;
	struct value *v;

	if (n == 0 || n > max) {
		loader_error(ld, node, "`%s` has 1 to %zu spellings", what, max);
		return (struct value_span){0};
	}
	v = loader_alloc(ld, n, sizeof(*v));
	if (!v)
		return (struct value_span){0};
	if (node->kind == NODE_LIST) {
		for (const struct item *i = node->first; i; i = i->next)
			read(ld, i->value, &v[k++]);
	} else {
		read(ld, node, v);
	}
	return (struct value_span){v, n};
}

/* One name, or a list of names of one person. */
static void read_group(struct loader *ld, const struct node *node, struct first_names *names)
{
	struct etq_str group[NAME_GROUP_MAX];
	size_t n = 0;

	if (node->kind != NODE_LIST && scalar_text(ld, node, "names", &group[0]))
		n = 1;
	if (node->kind == NODE_LIST && node->n > NAME_GROUP_MAX) {
		loader_error(ld, node, "names of one person are %d at most, and these are %zu",
			     NAME_GROUP_MAX, node->n);
		return;
	}
	for (const struct item *i = node->kind == NODE_LIST ? node->first : NULL; i; i = i->next)
		if (scalar_text(ld, i->value, "names", &group[n]))
			n++;
	if (n > 0 && !first_names_add(names, group, n))
		loader_error(ld, node,
			     "a first name is one word, and that is all that can stand here");
}

static void read_names(struct loader *ld, const struct node *node)
{
	struct first_names *names = first_names_new(ld->arena);

	if (!names) {
		ld->out_of_memory = true;
		return;
	}
	if (node->kind != NODE_LIST || node->n > FIRST_NAMES_MAX) {
		loader_error(ld, node, "`names` is a list of at most %d names, or lists of names",
			     FIRST_NAMES_MAX);
		return;
	}
	for (const struct item *i = node->first; i; i = i->next)
		read_group(ld, i->value, names);
	if (!first_names_seal(names))
		ld->out_of_memory = true;
	ld->out->first_names = names;
}

void settings_read(struct loader *ld)
{
	struct settings *out = &ld->out->settings;
	struct value_keys values = {0};

	*out = (struct settings){.wait_ms = 8000,
				 .wait_announce = NO_SIGNAL,
				 .acknowledge = NO_SIGNAL,
				 .noise = NO_SIGNAL,
				 .echo_words = 4,
				 .echo_times = 3,
				 .overlap_ms = 300,
				 .speech_ms = 1000};
	read_waits(ld, out);
	if (ld->acknowledgements)
		out->acknowledge = signal_said(ld, ld->acknowledgements, SIDES_ANY);
	if (ld->noise)
		out->noise = signal_said(ld, ld->noise, SIDES_ANY);
	if (ld->echo)
		keys_read(ld, ld->echo, "`echo`", echo_keys, KEY_COUNT(echo_keys), out);
	if (ld->interruption)
		keys_read(ld, ld->interruption, "`interruption`", interruption_keys,
			  KEY_COUNT(interruption_keys), out);
	if (ld->values &&
	    keys_read(ld, ld->values, "`values`", value_keys, KEY_COUNT(value_keys), &values)) {
		if (values.business)
			ld->out->business = read_values(ld, values.business, "business",
							BUSINESSES_MAX, read_business_word);
		if (values.company)
			ld->out->company = read_values(ld, values.company, "company", COMPANIES_MAX,
						       read_spelling);
		if (values.names)
			read_names(ld, values.names);
	}
}
