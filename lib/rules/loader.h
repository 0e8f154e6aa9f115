/* What loading a set of rule files needs at hand: where memory and complaints go, and what is known so far. */
#ifndef RULES_LOADER_H
#define RULES_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/table.h"
#include "match/matcher.h"
#include "rules/node.h"
#include "rules/ruleset.h"
#include "rules/source.h"

enum {
	SOURCE_MAX = 1024 * 1024, /* bytes of one file */
	SOURCES_MAX = 1000,
	DEPTH_MAX = 16,     /* lists and mappings within each other */
	NODES_MAX = 200000, /* of one file, aliases counted each time */
	KEYS_MAX = 4000,    /* of one mapping */
	ANCHORS_MAX = 100,  /* of one file */
	DIAGS_MAX = 500,    /* of one load; there is one more to say that there are others */
	ARENA_MAX = 256 * 1024 * 1024,
};

/* Sides that "any" means, and all that there are. */
enum {
	SIDES_ANY = 1u << ETQ_AGENT | 1u << ETQ_CUSTOMER | 1u << ETQ_BOT,
	SIDES_ALL = 0xff,
};

/* Something that has a name: a phrase set or a rule, with the layers over it laid on. */
struct named {
	struct etq_str name;
	const struct node *key;    /* where it was first named */
	const struct node *value;  /* all layers merged */
	const struct source *last; /* the file that gave or changed it last */
	uint16_t index;
};

/* Named things in the order of their files. The values of `by_name` are places in v. */
struct names {
	struct named **v;
	size_t n, cap, max;
	struct table *by_name;
	const char *what; /* "rule" */
};

/* A phrase set while it is loaded. */
struct set {
	struct phrase_set out;
	const struct node *say;      /* its list of phrases, or NULL */
	const struct node *except;   /* names of sets, or NULL */
	const struct node *likeness; /* names of the sets that it is like, or NULL … */
	uint16_t *like;              /* … and their numbers */
	size_t nlike;
	const struct node *itself; /* what `it` says, or NULL … */
	struct set *it;            /* … and the set: `<it>` in the phrases */
	bool liked;                /* others are like it */
	const struct node *capture;
	const struct node *after, *within;
	struct phrase_list
		list;    /* its phrases as parts of others; v is NULL until it is asked for */
	bool heard;      /* a signal in use, or a set in use, needs it */
	bool mentioned;  /* anything names it */
	uint32_t wanted; /* sides whose words are needed */
};

/* A rule while it is loaded: `fired` in it are still places in names. */
struct draft {
	struct rule *rule;
	const struct named *named;
};

struct loader {
	struct arena *arena;   /* the ruleset's */
	struct arena *scratch; /* until loading is over */
	struct etq_diags *diags;
	size_t first_diag; /* those before are not ours */
	size_t too_many;   /* those that were not kept */
	bool out_of_memory;
	const struct node *misspelt; /* last mapping that had a key which could not be used */
	bool incomplete; /* something could not be read: what isn't there may be in it */
	struct source *sources;
	size_t nsources;
	size_t layers; /* above the packs */
	struct names set_names, rule_names;
	struct set *sets;     /* [set_names.n] */
	struct draft *drafts; /* [rule_names.n], in file order */
	struct signal *signals;
	const struct node **signal_nodes; /* where each is first written */
	size_t nsignals, signals_cap;
	size_t nsequences;
	size_t ntallies;
	size_t nchains;
	struct etq_example *examples;
	size_t nexamples, examples_cap;
	const struct node *values, *waits, *acknowledgements, *noise, *interruption, *echo, *score;
	struct etq_ruleset *out;
};

/* Complains about a place. Too long messages are cut. */
void loader_error(struct loader *ld, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void loader_warning(struct loader *ld, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void loader_complain(struct loader *ld, enum etq_diag_level level, const struct source *source,
		     size_t at, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Memory for the ruleset, and for the load alone; NULL, noted in ld, when there is none. */
void *loader_alloc(struct loader *ld, size_t n, size_t size) ETQ_MUST_CHECK;
void *loader_scratch(struct loader *ld, size_t n, size_t size) ETQ_MUST_CHECK;
struct etq_str loader_dup(struct loader *ld, struct etq_str text);
/* Room for one more of size in a scratch array; false, noted in ld, when there is none. */
bool loader_grow(struct loader *ld, void **v, size_t n, size_t *cap, size_t size) ETQ_MUST_CHECK;

/* Less than n bytes of a text that was cut off at n, so that no code point is cut in two. */
size_t loader_cut(const char *text, size_t n);

/* Errors so far of this load. */
bool loader_failed(const struct loader *ld);

/* Reads YAML. NULL: nothing can be made of it, and why is said. */
const struct node *yaml_read(struct loader *ld, struct source *source);
/* What libfyaml's complaint most likely means here; at may be moved to the place that it is about. */
void yaml_explain(struct loader *ld, const struct source *source, size_t at, const char *message);

#endif
