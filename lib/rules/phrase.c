/* Phrases: from the lists of the rule files to patterns of the matcher. */
#include "rules/phrase.h"

#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "rules/names.h"
#include "text/utf8.h"

/* A phrase as it goes to the matcher, and where it was written. */
struct phrase {
	struct phrase_spec spec;
	const struct node *node;
	size_t prefix; /* code points of the text before those of the node's */
};

/* `- regex: …` is a mapping to YAML. */
static bool read_regex(struct loader *ld, const struct node *map, struct phrase *out)
{
	const struct node *value = map->first->value;
	struct etq_str text = value->text;
	char *copy = loader_scratch(ld, text.n + sizeof("regex: "), 1);

	if (!copy)
		return false;
	memcpy(copy, "regex: ", sizeof("regex: ") - 1);
	memcpy(copy + sizeof("regex: ") - 1, text.p, text.n);
	out->prefix = sizeof("regex: ") - 1;
	out->spec.text = (struct etq_str){copy, text.n + out->prefix};
	out->node = value;
	return true;
}

static bool read_mapping(struct loader *ld, const struct node *map, struct phrase *out)
{
	const struct item *first = map->first;

	if (map->n == 1 && node_is(first->key, "regex") && first->value->kind == NODE_SCALAR &&
	    !node_is_empty(first->value))
		return read_regex(ld, map, out);
	if (map->n > 0 && node_is_empty(first->value))
		loader_error(
			ld, map,
			"YAML takes this for a mapping: a phrase that starts with { must be in single quotes");
	else
		loader_error(
			ld, map,
			"YAML takes this for a mapping: a phrase with a colon must be in single quotes");
	return false;
}

/* A line that YAML has joined to the one before, though it was meant as an item. */
static bool has_swallowed_item(const struct node *node)
{
	return node->style == STYLE_PLAIN && node->text.n > 3 &&
	       memmem(node->text.p, node->text.n, " - ", 3) &&
	       memchr(node->source->text.p + node->at, '\n',
		      node_text_at(node, utf8_count(node->text)) - node->at);
}

static bool read_phrase(struct loader *ld, const struct node *node, struct phrase *out)
{
	struct etq_str text = node->text;

	out->node = node;
	if (node->kind == NODE_MAP)
		return read_mapping(ld, node, out);
	if (node->kind == NODE_LIST) {
		loader_error(
			ld, node,
			"YAML takes this for a list: a phrase that starts with [ must be in single quotes");
		return false;
	}
	while (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (text.n == 0) {
		loader_error(ld, node, "this phrase is empty");
		return false;
	}
	if (has_swallowed_item(node)) {
		loader_error(
			ld, node,
			"a line behind this one starts with a dash but is part of this phrase: check the indentation");
		return false;
	}
	out->spec.text = text;
	out->spec.exact = node->style == STYLE_DOUBLE && !sv_starts(text, SV("regex:"));
	return true;
}

/* What compiling is at. */
struct compiling {
	struct loader *ld;
	struct phrase_lists lists;
	struct matcher_builder *builder; /* of the patterns that are used */
	struct matcher_builder *checker; /* the others are only checked */
	uint16_t *pattern_set;
	const struct node **nodes; /* where each pattern was written */
	struct written *written;
	const struct source *source; /* of the last phrase … */
	struct etq_str file;         /* … and its name, which the ruleset keeps */
	const struct set *set;       /* whose phrases are at hand */
	bool it_used;                /* … and `<it>` was in one of them */
	size_t n, set_cap, node_cap, written_cap;
};

/* ---- sets within phrases -------------------------------------------------------------------- */

/* What a set's phrases are to others. Those that can't be read are complained about elsewhere. */
static bool list_fill(struct loader *ld, struct set *set)
{
	struct phrase_spec *v = loader_scratch(ld, set->say ? set->say->n : 0, sizeof(*v));
	size_t n = 0;

	if (!v)
		return false;
	for (const struct item *i = set->say ? set->say->first : NULL; i; i = i->next) {
		const struct node *node = i->value;

		if (node->kind == NODE_MAP)
			v[n++].text = SV("regex:");
		else if (node->kind == NODE_SCALAR && node->text.n > 0)
			v[n++] = (struct phrase_spec){.text = node->text,
						      .exact = node->style == STYLE_DOUBLE};
	}
	set->list = (struct phrase_list){v, n, set->out.name};
	return true;
}

/*
 * The set that a phrase names; `it` is the one that the set at hand names under that key, if it does.
 * NULL: err says why not.
 */
static struct set *set_named(struct compiling *c, struct etq_str name, struct phrase_err *err)
{
	struct loader *ld = c->ld;
	const struct named *named = names_find(&ld->set_names, name);
	char suggestion[100] = "";

	if (sv_eq(name, SV("it")) && c->set->it) {
		c->it_used = true;
		return c->set->it;
	}
	if (named)
		return &ld->sets[named->index];
	if (sv_eq(name, SV("it"))) {
		snprintf(
			err->message, sizeof(err->message),
			"`<it>` is the set that the phrase set `%.*s` names under `it`, which it does not",
			SV_ARG(c->set->out.name));
		return NULL;
	}
	names_suggest(ld, &ld->set_names, name, suggestion, sizeof(suggestion));
	snprintf(err->message, sizeof(err->message), "there is no phrase set `%.*s`%s",
		 (int)(name.n < 60 ? name.n : 60), name.p, suggestion);
	return NULL;
}

static bool find_list(void *context, struct etq_str name, struct phrase_list *list,
		      struct phrase_err *err)
{
	struct compiling *c = context;
	struct set *set = set_named(c, name, err);

	if (!set)
		return false;
	set->mentioned = true;
	if (set->likeness || set->itself) {
		snprintf(err->message, sizeof(err->message),
			 "the phrase set `%.*s` has `like` or `it`: it can't be part of a phrase",
			 SV_ARG(set->out.name));
		return false;
	}
	if (!set->list.v && !list_fill(c->ld, set))
		snprintf(err->message, sizeof(err->message), "out of memory");
	else if (set->list.n == 0)
		snprintf(err->message, sizeof(err->message),
			 "there is nothing to say in the phrase set `%.*s`", SV_ARG(set->out.name));
	*list = set->list;
	return list->n > 0;
}

/* ---- compiling ------------------------------------------------------------------------------ */

static void phrase_error(struct loader *ld, const struct phrase *phrase,
			 const struct phrase_err *err)
{
	size_t at = err->at > phrase->prefix ? err->at - phrase->prefix : 0;

	loader_complain(ld, ETQ_DIAG_ERROR, phrase->node->source, node_text_at(phrase->node, at),
			"%s", err->message);
}

static bool has_value(const struct phrase *phrase, enum value_name name)
{
	char braced[40];
	int n = snprintf(braced, sizeof(braced), "{%s}", value_name_text(name));

	return memmem(phrase->spec.text.p, phrase->spec.text.n, braced, (size_t)n);
}

/* Does it name a list that begins so? In a regular expression < is something else. */
static bool has_list(const struct phrase *phrase, const char *text)
{
	const struct etq_str whole = phrase->spec.text;

	return !sv_starts(whole, SV("regex:")) && memmem(whole.p, whole.n, text, strlen(text));
}

/* The phrase has the value that its set captures, or, for a person's, a listed first name. */
static bool captures(const struct set *set, const struct phrase *phrase)
{
	int name = set->out.capture;

	return name < 0 || has_value(phrase, (enum value_name)name) ||
	       has_list(phrase, "<") || /* it may be in there */
	       (name != VALUE_COMPANY && has_value(phrase, VALUE_FIRST_NAME));
}

/* What the trace calls the phrase: as it was written, with its place. */
static struct written write_down(struct loader *ld, struct compiling *c,
				 const struct phrase *phrase)
{
	const struct node *node = phrase->node;
	struct etq_str text = phrase->spec.text;
	char *quoted = loader_scratch(ld, text.n + 2, 1);

	if (c->source != node->source) {
		c->source = node->source;
		c->file = loader_dup(ld, sv_of(node->source->name));
	}
	if (phrase->spec.exact && quoted) {
		quoted[0] = quoted[text.n + 1] = '"';
		memcpy(quoted + 1, text.p, text.n);
		text = (struct etq_str){quoted, text.n + 2};
	}
	return (struct written){loader_dup(ld, text), c->file,
				source_place(node->source, node->at).line};
}

static void note_pattern(struct loader *ld, struct compiling *c, size_t set,
			 const struct phrase *phrase)
{
	if (!loader_grow(ld, (void **)&c->pattern_set, c->n, &c->set_cap,
			 sizeof(*c->pattern_set)) ||
	    !loader_grow(ld, (void **)&c->nodes, c->n, &c->node_cap, sizeof(struct node *)) ||
	    !loader_grow(ld, (void **)&c->written, c->n, &c->written_cap, sizeof(*c->written)))
		return;
	c->pattern_set[c->n] = (uint16_t)set;
	c->written[c->n] = write_down(ld, c, phrase);
	c->nodes[c->n++] = phrase->node;
}

static void add_phrase(struct loader *ld, struct compiling *c, size_t number,
		       const struct phrase *phrase)
{
	const struct set *set = &ld->sets[number];
	struct phrase_err err = {0};

	if (!matcher_add(set->heard ? c->builder : c->checker, &phrase->spec, &err))
		phrase_error(ld, phrase, &err);
	else if (set->heard)
		note_pattern(ld, c, number, phrase);
}

/* May the phrase be compiled as the set's? Not when `<it>` in it stands for nothing, which is said of `like`. */
static bool it_is_known(struct loader *ld, const struct set *set, const struct phrase *phrase,
			bool shared)
{
	if (set->it || !has_list(phrase, "<it>"))
		return true;
	if (shared && !set->itself)
		loader_error(
			ld, set->likeness,
			"there is `<it>` in these phrases: name the set that it stands for under `it`");
	return !shared && !set->itself;
}

/* The phrases of a list, as the set's. */
static void add_list(struct loader *ld, struct compiling *c, size_t number, const struct node *say,
		     bool *captured)
{
	const struct set *set = &ld->sets[number];

	for (const struct item *i = say ? say->first : NULL; i; i = i->next) {
		struct phrase phrase = {
			.spec = {.capture = set->out.capture >= 0,
				 .sides = set->heard ? set->wanted : set->out.sides,
				 .lists = &c->lists},
		};

		if (!read_phrase(ld, i->value, &phrase)) {
			*captured = true; /* as far as anyone knows */
			continue;
		}
		*captured |= captures(set, &phrase);
		if (!it_is_known(ld, set, &phrase, say != set->say))
			continue;
		if (c->n >= PATTERNS_MAX) {
			loader_error(ld, i->value, "too many phrases in all: at most %d",
				     PATTERNS_MAX);
			return;
		}
		add_phrase(ld, c, number, &phrase);
	}
}

/* One that nothing listens to, and others are like: what it says is compiled as theirs. */
static bool is_template(const struct set *set)
{
	return set->liked && !set->heard;
}

/* Its own phrases, and those of the sets that it is like. */
static void add_lists(struct loader *ld, struct compiling *c, size_t number, bool *captured)
{
	const struct set *set = &ld->sets[number];

	c->set = set;
	c->it_used = false;
	/* What has not been looked at may capture. */
	*captured = is_template(set) || (set->likeness && !set->nlike);
	if (!is_template(set))
		add_list(ld, c, number, set->say, captured);
	for (size_t i = 0; i < set->nlike; i++)
		add_list(ld, c, number, ld->sets[set->like[i]].say, captured);
	if (set->it && !c->it_used && !loader_failed(ld))
		loader_warning(ld, set->itself, "there is no `<it>` in the phrases of this set");
}

static void add_set(struct loader *ld, struct compiling *c, size_t number)
{
	struct set *set = &ld->sets[number];
	bool captured;

	set->out.first_pattern = (uint32_t)c->n;
	add_lists(ld, c, number, &captured);
	set->out.npatterns = (uint32_t)c->n - set->out.first_pattern;
	if (set->capture && (set->say || set->nlike) && !captured)
		loader_error(ld, set->capture,
			     "nothing is captured: no phrase of the set has {%s} in it",
			     value_name_text((enum value_name)set->out.capture));
}

static void warn_slow(struct loader *ld, const struct compiling *c, const struct matcher *matcher)
{
	for (size_t i = 0; i < c->n; i++)
		if (matcher_always_runs(matcher, (uint32_t)i))
			loader_warning(
				ld, c->nodes[i],
				"this phrase has no word that must be in it, so it is tried on every line");
}

static void build(struct loader *ld, struct compiling *c)
{
	uint16_t *pattern_set = loader_alloc(ld, c->n, sizeof(*pattern_set));
	struct written *written = loader_alloc(ld, c->n, sizeof(*written));

	ld->out->matcher = matcher_build(c->builder);
	if (!ld->out->matcher || !pattern_set || !written) {
		ld->out_of_memory = true;
		return;
	}
	if (c->n > 0) {
		memcpy(pattern_set, c->pattern_set, c->n * sizeof(*pattern_set));
		memcpy(written, c->written, c->n * sizeof(*written));
	}
	ld->out->pattern_set = pattern_set;
	ld->out->written = written;
	warn_slow(ld, c, ld->out->matcher);
}

bool phrases_compile(struct loader *ld)
{
	struct compiling c = {.ld = ld,
			      .lists = {find_list, &c},
			      .builder = matcher_builder_new(),
			      .checker = matcher_builder_new()};

	if (!c.builder || !c.checker) {
		ld->out_of_memory = true;
		goto out;
	}
	for (size_t i = 0; i < ld->set_names.n && !ld->out_of_memory; i++)
		add_set(ld, &c, i);
	if (!loader_failed(ld))
		build(ld, &c);
out:
	matcher_builder_free(c.builder);
	matcher_builder_free(c.checker);
	return !ld->out_of_memory;
}
