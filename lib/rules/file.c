#include "rules/file.h"

#include <string.h>

#include "base/sv.h"
#include "rules/extends.h"
#include "rules/keys.h"
#include "rules/names.h"
#include "rules/overlay.h"
#include "rules/scalar.h"

enum { TOPIC_MAX = 100 };

struct file_keys {
	const struct node *engine, *extends, *topic;
	const struct node *values, *waits, *acknowledgements, *noise, *interruption, *echo;
	const struct node *score, *phrases, *rules;
};

static const struct key file_keys[] = {
	{"engine", "version of the rule language, `engine: 1`", read_node,
	 offsetof(struct file_keys, engine), true},
	{"extends", "the pack that a site file changes", read_node,
	 offsetof(struct file_keys, extends)},
	{"topic", "topic of the file's rules", read_node, offsetof(struct file_keys, topic)},
	{"values", "spellings of the company's name", read_node,
	 offsetof(struct file_keys, values)},
	{"waits", "when a wait is inferred", read_node, offsetof(struct file_keys, waits)},
	{"acknowledgements", "words that neither interrupt nor end a wait", read_node,
	 offsetof(struct file_keys, acknowledgements)},
	{"noise", "what recognition makes up: an utterance of nothing else is none", read_node,
	 offsetof(struct file_keys, noise)},
	{"interruption", "when speaking into the other's words is one", read_node,
	 offsetof(struct file_keys, interruption)},
	{"echo", "when both sides carry the same words", read_node,
	 offsetof(struct file_keys, echo)},
	{"score", "what findings cost at the end of a call", read_node,
	 offsetof(struct file_keys, score)},
	{"phrases", "phrase sets by name", read_node, offsetof(struct file_keys, phrases)},
	{"rules", "rules by id", read_node, offsetof(struct file_keys, rules)},
};

/* What a file is made of while the layers are laid on each other. */
struct file {
	const struct node *top;
	struct file_keys keys;
	bool good; /* its keys can be used */
};

/* False when the file is not for this program. */
static bool check_engine(struct loader *ld, const struct node *top)
{
	const struct node *node = top->kind == NODE_MAP ? node_get(top, "engine") : NULL;
	uint32_t version;

	if (!node || node_is_empty(node))
		return true; /* said with the other keys */
	if (!scalar_count(ld, node, "engine", &version))
		return true;
	if (version > ETQ_RULE_LANGUAGE) {
		loader_error(
			ld, node,
			"this file needs engine %u, and this program knows engine %d: a newer version of it is needed",
			version, ETQ_RULE_LANGUAGE);
		return false;
	}
	return true;
}

/* Topics stand in every score: they are names, no prose. */
static struct etq_str read_topic(struct loader *ld, const struct node *node, struct etq_str text)
{
	if (text.n > TOPIC_MAX)
		loader_error(ld, node, "`topic` has at most %d bytes", TOPIC_MAX);
	return loader_dup(ld, text);
}

static void read_file(struct loader *ld, struct source *source, struct file *file)
{
	struct etq_str text;

	file->top = yaml_read(ld, source);
	if (!file->top)
		return;
	if (!check_engine(ld, file->top)) {
		source->unreadable = true;
		return;
	}
	file->good = keys_read(ld, file->top, "a rule file", file_keys, KEY_COUNT(file_keys),
			       &file->keys);
	if (!file->good)
		source->unreadable = true;
	if (file->keys.topic && scalar_text(ld, file->keys.topic, "topic", &text))
		source->topic = read_topic(ld, file->keys.topic, text);
	if (file->keys.extends && scalar_text(ld, file->keys.extends, "extends", &text))
		source->extends = text;
	if (file->keys.extends && !extends_written(source->text))
		loader_error(ld, file->keys.extends,
			     "`extends` is written with escapes: write it as it is");
}

static size_t folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (size_t)(slash - name) : 0;
}

/* Files of one folder that extend the same are one layer: neither changes the other. */
static bool same_layer(const struct source *a, const struct source *b)
{
	size_t n = folder_length(a->name);

	return sv_eq(a->extends, b->extends) && n == folder_length(b->name) &&
	       memcmp(a->name, b->name, n) == 0;
}

static void set_layers(struct loader *ld)
{
	const struct source *last = NULL;

	for (size_t i = 0; i < ld->nsources; i++) {
		struct source *s = &ld->sources[i];

		ld->incomplete |= s->unreadable;
		if (!s->extends.n)
			continue;
		s->layer = last && same_layer(last, s) ? ld->layers : ++ld->layers;
		last = s;
	}
}

typedef const struct node *overlay_fn(struct loader *ld, const struct node *lower,
				      const struct node *upper);

static void duplicate(struct loader *ld, const struct names *names, const struct named *other,
		      const struct node *key)
{
	const struct source *s = other->key->source;
	bool site = key->source->layer == 0 && other->key->source->layer == 0;

	loader_error(ld, key, "the %s `%.*s` is there already, in %s:%d%s", names->what,
		     SV_ARG(other->name), s->name, source_place(s, other->key->at).line,
		     site ? "; a file that is to change it needs `extends`" : "");
}

static void add_names(struct loader *ld, struct names *names, const struct node *map,
		      overlay_fn *lay)
{
	if (!map)
		return;
	if (map->kind != NODE_MAP) {
		loader_error(
			ld, map,
			"a mapping is expected here: `name-of-the-%s:` and what it is under it",
			strcmp(names->what, "rule") == 0 ? "rule" : "set");
		ld->incomplete = true;
		return;
	}
	for (const struct item *i = map->first; i; i = i->next) {
		struct named *other;

		if (i->key->kind != NODE_SCALAR)
			continue;
		other = names_find(names, i->key->text);
		if (!other) {
			if (!names_add(ld, names, i->key, i->value))
				ld->incomplete = true;
			continue;
		}
		if (other->last->layer == i->key->source->layer) {
			/* Twice in one file is said with all the keys that are. */
			if (other->last != i->key->source)
				duplicate(ld, names, other, i->key);
			continue;
		}
		other->value = lay(ld, other->value, i->value);
		other->last = i->key->source;
		if (!other->value)
			return;
	}
}

/* A setting, which one file of a layer may have. */
static void add_setting(struct loader *ld, const struct node **to, const struct node *value,
			const char *name)
{
	if (!value)
		return;
	if (*to && (*to)->source->layer == value->source->layer)
		loader_error(ld, value, "`%s` is set already, in %s:%d", name, (*to)->source->name,
			     source_place((*to)->source, (*to)->at).line);
	else
		*to = *to ? overlay(ld, *to, value) : value;
}

static void add_file(struct loader *ld, const struct file *file)
{
	const struct file_keys *keys = &file->keys;

	add_setting(ld, &ld->values, keys->values, "values");
	add_setting(ld, &ld->waits, keys->waits, "waits");
	add_setting(ld, &ld->acknowledgements, keys->acknowledgements, "acknowledgements");
	add_setting(ld, &ld->noise, keys->noise, "noise");
	add_setting(ld, &ld->interruption, keys->interruption, "interruption");
	add_setting(ld, &ld->echo, keys->echo, "echo");
	add_setting(ld, &ld->score, keys->score, "score");
	add_names(ld, &ld->set_names, keys->phrases, overlay_set);
	add_names(ld, &ld->rule_names, keys->rules, overlay_rule);
}

bool files_read_all(struct loader *ld)
{
	struct file *files = loader_scratch(ld, ld->nsources, sizeof(*files));

	if (!files)
		return false;
	for (size_t i = 0; i < ld->nsources && !ld->out_of_memory; i++)
		read_file(ld, &ld->sources[i], &files[i]);
	set_layers(ld);
	for (size_t layer = 0; layer <= ld->layers; layer++)
		for (size_t i = 0; i < ld->nsources && !ld->out_of_memory; i++)
			if (files[i].good && ld->sources[i].layer == layer)
				add_file(ld, &files[i]);
	return !ld->out_of_memory;
}
