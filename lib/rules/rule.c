#include "rules/rule.h"

#include <string.h>

#include "base/sv.h"
#include "rules/escalation.h"
#include "rules/example.h"
#include "rules/form.h"
#include "rules/names.h"
#include "rules/scalar.h"
#include "rules/severity.h"
#include "rules/unless.h"
#include "rules/when.h"

enum { SUGGEST_SIZE = 150 };

/* A rule as it is read: the rule, and what can be read only when other keys have been. */
struct rule_keys {
	struct rule *rule;
	const struct node *by, *unless, *escalate, *examples, *once, *max;
	const struct node *forms[4];
};

static void read_title(struct loader *ld, const struct key *key, const struct node *value,
		       void *field)
{
	static const struct key title_keys[] = {
		{"ru", "title in Russian", read_text, offsetof(struct etq_rule_info, title_ru)},
		{"en", "title in English", read_text, offsetof(struct etq_rule_info, title_en)},
	};
	struct etq_rule_info *info = &((struct rule_keys *)field)->rule->info;

	if (value->kind == NODE_MAP)
		keys_read(ld, value, "`title`", title_keys, KEY_COUNT(title_keys), info);
	else
		read_text(ld, key, value, &info->title_ru);
	if (!info->title_en.n)
		info->title_en = info->title_ru;
	if (!info->title_ru.n)
		info->title_ru = info->title_en;
}

/* Text keys of the rule's info. */
static void read_source(struct loader *ld, const struct key *key, const struct node *value,
			void *field)
{
	read_text(ld, key, value, &((struct rule_keys *)field)->rule->info.source);
}

static void read_say_instead(struct loader *ld, const struct key *key, const struct node *value,
			     void *field)
{
	read_text(ld, key, value, &((struct rule_keys *)field)->rule->info.say_instead);
}

static void read_blind(struct loader *ld, const struct key *key, const struct node *value,
		       void *field)
{
	read_text(ld, key, value, &((struct rule_keys *)field)->rule->info.blind);
}

static void read_rule_severity(struct loader *ld, const struct key *key, const struct node *value,
			       void *field)
{
	read_severity(ld, key, value, &((struct rule_keys *)field)->rule->info.severity);
}

static void read_rule_status(struct loader *ld, const struct key *key, const struct node *value,
			     void *field)
{
	read_status(ld, key, value, &((struct rule_keys *)field)->rule->info.status);
}

static void read_points(struct loader *ld, const struct key *key, const struct node *value,
			void *field)
{
	struct rule *rule = ((struct rule_keys *)field)->rule;
	int points;

	if (scalar_points(ld, value, key->name, &points))
		rule->info.points = points;
}

static void read_rule_when(struct loader *ld, const struct key *key, const struct node *value,
			   void *field)
{
	read_when(ld, key, value, &((struct rule_keys *)field)->rule->when);
}

static void read_cooldown(struct loader *ld, const struct key *key, const struct node *value,
			  void *field)
{
	read_time(ld, key, value, &((struct rule_keys *)field)->rule->cooldown_ms);
}

static void read_partial(struct loader *ld, const struct key *key, const struct node *value,
			 void *field)
{
	read_bool(ld, key, value, &((struct rule_keys *)field)->rule->on_partial);
}

static void read_inferred_points(struct loader *ld, const struct key *key, const struct node *value,
				 void *field)
{
	struct rule *rule = field;

	rule->inferred_points_set = scalar_points(ld, value, key->name, &rule->inferred_points);
}

static void read_inferred(struct loader *ld, const struct key *key, const struct node *value,
			  void *field)
{
	static const struct key inferred_keys[] = {
		{"severity", "severity of findings on inferred waits", read_severity,
		 offsetof(struct rule, inferred_severity), true},
		{"points", "points lost by them, where they are not the rule's",
		 read_inferred_points, 0},
	};
	struct rule *rule = ((struct rule_keys *)field)->rule;

	if (value->kind != NODE_MAP) {
		read_bool(ld, key, value, &rule->inferred);
		return;
	}
	keys_read(ld, value, "`inferred`", inferred_keys, KEY_COUNT(inferred_keys), rule);
	rule->inferred = rule->inferred_severity_set = true;
}

static const struct key rule_keys[] = {
	{"title", "what is shown to people: {ru: …, en: …}", read_title, 0, true},
	{"source", "the sentence of the standard that it comes from", read_source, 0},
	{"say_instead", "advice", read_say_instead, 0},
	{"blind", "what it can't see", read_blind, 0},
	{"severity", "info, minor, major or critical", read_rule_severity, 0},
	{"escalate", "another severity beyond a bound", read_node,
	 offsetof(struct rule_keys, escalate)},
	{"points", "points lost", read_points, 0},
	{"status", "on, trial, draft or off", read_rule_status, 0},
	{"by", "whose breach it is", read_node, offsetof(struct rule_keys, by)},
	{"when", "metadata that must hold", read_rule_when, 0},
	{"once", "true: one finding a call", read_node, offsetof(struct rule_keys, once)},
	{"max", "findings a call", read_node, offsetof(struct rule_keys, max)},
	{"cooldown", "time after a finding without another", read_cooldown, 0},
	{"partial", "true: may fire on partial utterances", read_partial, 0},
	{"inferred", "true: counts inferred waits as holds", read_inferred, 0},
	{"forbid", "what must not be said", read_node,
	 offsetof(struct rule_keys, forms[FORM_FORBID])},
	{"expect", "what must be said", read_node, offsetof(struct rule_keys, forms[FORM_EXPECT])},
	{"limit", "a measure and its bound", read_node,
	 offsetof(struct rule_keys, forms[FORM_LIMIT])},
	{"sequence", "one thing after another", read_node,
	 offsetof(struct rule_keys, forms[FORM_SEQUENCE])},
	{"unless", "exceptions", read_node, offsetof(struct rule_keys, unless)},
	{"examples", "calls that break the rule and calls that comply", read_node,
	 offsetof(struct rule_keys, examples)},
};

/* A form: its name and what reads it, by enum form. */
struct form_type {
	const char *name;
	void (*read)(struct loader *ld, const struct node *value, struct rule *rule,
		     struct form_info *info);
};

static const struct form_type form_types[] = {
	[FORM_FORBID] = {"forbid", forbid_read},
	[FORM_EXPECT] = {"expect", expect_read},
	[FORM_LIMIT] = {"limit", limit_read},
	[FORM_SEQUENCE] = {"sequence", sequence_read},
};

static void read_max(struct loader *ld, const struct rule_keys *keys)
{
	bool once = false;

	if (keys->once)
		read_bool(ld, &(struct key){.name = "once"}, keys->once, &once);
	if (keys->once && keys->max)
		loader_error(ld, keys->max,
			     "`once` and `max` exclude each other: `once: true` is `max: 1`");
	else if (keys->max)
		read_count(ld, &(struct key){.name = "max"}, keys->max, &keys->rule->max);
	else
		keys->rule->max = once;
}

static void no_form(struct loader *ld, const struct named *named)
{
	const struct node *at = named->key;
	char suggestion[SUGGEST_SIZE] = "";

	if (ld->misspelt == named->value)
		return; /* most likely it is that key */
	if (named->last->layer > 0)
		names_suggest(ld, &ld->rule_names, named->name, suggestion, sizeof(suggestion));
	if (named->value->source != at->source)
		at = named->value; /* a site took it away */
	if (suggestion[0])
		loader_error(ld, at, "there is no rule `%.*s` to change%s", SV_ARG(named->name),
			     suggestion);
	else
		loader_error(
			ld, at,
			"the rule `%.*s` says nothing: it needs `forbid`, `expect`, `limit` or `sequence`",
			SV_ARG(named->name));
}

static void read_form(struct loader *ld, const struct named *named, const struct rule_keys *keys,
		      struct form_info *info)
{
	const struct node *form = NULL;

	for (size_t i = 0; i < sizeof(form_types) / sizeof(*form_types); i++) {
		if (!keys->forms[i])
			continue;
		if (form) {
			loader_error(
				ld, keys->forms[i],
				"a rule has one form only, and there is `%s` and `%s`: make two rules of it",
				form_types[keys->rule->form].name, form_types[i].name);
			continue;
		}
		form = keys->forms[i];
		keys->rule->form = (enum form)i;
	}
	if (!form) {
		no_form(ld, named);
		return;
	}
	keys->rule->info.form = sv_of(form_types[keys->rule->form].name);
	form_types[keys->rule->form].read(ld, form, keys->rule, info);
}

static void read_by(struct loader *ld, const struct rule_keys *keys, const struct form_info *info)
{
	static const struct choice sides[] = {{"agent", ETQ_AGENT},   {"customer", ETQ_CUSTOMER},
					      {"bot", ETQ_BOT},       {"unknown", ETQ_UNKNOWN},
					      {"system", ETQ_SYSTEM}, {NULL}};
	int side;

	keys->rule->by = info->has_side ? info->side : ETQ_AGENT;
	if (keys->by && scalar_choice(ld, keys->by, "by", sides, &side))
		keys->rule->by = (enum etq_side)side;
}

static struct etq_str topic_of(const struct named *named)
{
	const char *dot = memchr(named->name.p, '.', named->name.n);

	if (named->key->source->topic.n)
		return named->key->source->topic;
	return dot ? (struct etq_str){named->name.p, (size_t)(dot - named->name.p)} : named->name;
}

static void read_rule(struct loader *ld, const struct named *named, struct rule *rule)
{
	struct rule_keys keys = {.rule = rule};
	struct form_info info = {0};
	const struct node *value = named->value;

	rule->when = WHEN_ALWAYS;
	rule->cap = NO_CAP;
	rule->info = (struct etq_rule_info){
		.id = named->name,
		.topic = topic_of(named),
		.file = loader_dup(ld, sv_of(named->key->source->name)),
		.line = source_place(named->key->source, named->key->at).line,
		.severity = ETQ_MINOR,
	};
	if (node_is_empty(value)) {
		loader_error(ld, named->key, "the rule `%.*s` is empty", SV_ARG(named->name));
		return;
	}
	if (value->kind == NODE_SCALAR) {
		no_form(ld, named);
		return;
	}
	if (!keys_read(ld, value, "a rule", rule_keys, KEY_COUNT(rule_keys), &keys))
		return;
	read_form(ld, named, &keys, &info);
	read_by(ld, &keys, &info);
	read_max(ld, &keys);
	if (keys.escalate)
		escalations_read(ld, keys.escalate, rule);
	if (keys.unless)
		unless_read(ld, keys.unless, rule);
	if (keys.examples)
		examples_read(ld, keys.examples, rule);
	if (!rule->info.source.n && ld->misspelt != value && named->key->source->layer == 0)
		loader_warning(ld, named->key,
			       "the rule `%.*s` has no `source`: where does it come from?",
			       SV_ARG(named->name));
}

bool rules_read(struct loader *ld)
{
	struct names *names = &ld->rule_names;

	ld->drafts = loader_scratch(ld, names->n, sizeof(*ld->drafts));
	if (!ld->drafts)
		return false;
	for (size_t i = 0; i < names->n && !ld->out_of_memory; i++) {
		ld->drafts[i].named = names->v[i];
		ld->drafts[i].rule = loader_scratch(ld, 1, sizeof(struct rule));
		if (ld->drafts[i].rule)
			read_rule(ld, names->v[i], ld->drafts[i].rule);
	}
	return !ld->out_of_memory;
}
