/* YAML by libfyaml: its events become nodes. It prints nothing and resolves nothing. */
#include <libfyaml.h>
#include <string.h>

#include "base/sv.h"
#include "rules/bytes.h"
#include "rules/loader.h"
#include "rules/quoted.h"

/* A list or mapping that is not over yet. */
struct frame {
	struct node *node;
	const struct node *key; /* mapping: the key whose value comes next */
	struct etq_str anchor;
};

struct anchor {
	struct anchor *next;
	struct etq_str name;
	const struct node *node; /* NULL while it is not over */
};

struct reading {
	struct loader *ld;
	struct source *source;
	size_t at; /* of the last event that had a place */
	struct frame frames[DEPTH_MAX];
	size_t depth;
	struct anchor *anchors;
	size_t nanchors, nodes, documents;
	const struct node *top;
	bool bad_alias;  /* one to an anchor that isn't there … */
	size_t alias_at; /* … the last of them */
	bool stop;       /* an error that makes the rest pointless */
};

static void stop(struct reading *r, size_t at, const char *what)
{
	loader_complain(r->ld, ETQ_DIAG_ERROR, r->source, at, "%s", what);
	r->stop = true;
}

static struct etq_str token_text(struct fy_token *token)
{
	struct etq_str s = {NULL, 0};

	if (token)
		s.p = fy_token_get_text(token, &s.n);
	return s.p ? s : SV_NONE;
}

static struct etq_str out_of_memory(struct reading *r)
{
	r->ld->out_of_memory = true;
	r->stop = true;
	return SV("");
}

/* The text whose quotes open at that place of the file. */
static struct etq_str single_quoted(struct reading *r, size_t at)
{
	struct etq_str rest = {r->source->text.p + at, r->source->text.n - at}, text;

	return quoted_text(r->ld->scratch, rest, &text) ? text : out_of_memory(r);
}

static struct etq_str keep(struct reading *r, struct etq_str text)
{
	struct etq_str copy = arena_dup(r->ld->scratch, text.p ? text : SV(""));

	return copy.p ? copy : out_of_memory(r);
}

static struct anchor *anchor_find(struct reading *r, struct etq_str name)
{
	for (struct anchor *a = r->anchors; a; a = a->next)
		if (sv_eq(a->name, name))
			return a;
	return NULL;
}

static void anchor_set(struct reading *r, struct etq_str name, const struct node *node)
{
	struct anchor *a;

	if (!name.p || r->stop)
		return;
	a = anchor_find(r, name);
	if (!a) {
		if (++r->nanchors > ANCHORS_MAX) {
			stop(r, r->at, "too many anchors (&name)");
			return;
		}
		a = loader_scratch(r->ld, 1, sizeof(*a));
		if (!a) {
			r->stop = true;
			return;
		}
		a->name = name;
		a->next = r->anchors;
		r->anchors = a;
	}
	a->node = node;
}

/* node: NULL when it could not be made, which is noted already. */
static void place_node(struct reading *r, const struct node *node)
{
	struct frame *f = r->depth > 0 ? &r->frames[r->depth - 1] : NULL;

	if (!node)
		return;
	if (!f) {
		r->top = node;
		return;
	}
	if (f->node->kind == NODE_MAP && !f->key) {
		if (node->kind != NODE_SCALAR)
			loader_error(
				r->ld, node,
				"a list or mapping can't be a key: text in [ ] or { } must be in single quotes");
		f->key = node;
		return;
	}
	if (!node_add(r->ld->scratch, f->node, f->key, node)) {
		r->ld->out_of_memory = true;
		r->stop = true;
	}
	f->key = NULL;
}

static struct node *new_node(struct reading *r, enum node_kind kind)
{
	struct node like = {.source = r->source, .at = r->at};
	struct node *node = node_new(r->ld->scratch, kind, &like);

	if (!node) {
		r->ld->out_of_memory = true;
		r->stop = true;
		return NULL;
	}
	if (++r->nodes > NODES_MAX) {
		stop(r, r->at, "too much in one file: split it by topic");
		return NULL;
	}
	return node;
}

static void read_scalar(struct reading *r, const struct fy_event *e)
{
	static const enum node_style styles[] = {
		[FYSS_PLAIN] = STYLE_PLAIN,          [FYSS_SINGLE_QUOTED] = STYLE_SINGLE,
		[FYSS_DOUBLE_QUOTED] = STYLE_DOUBLE, [FYSS_LITERAL] = STYLE_BLOCK,
		[FYSS_FOLDED] = STYLE_BLOCK,
	};
	struct fy_token *token = e->scalar.value;
	enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
	struct node *node = new_node(r, NODE_SCALAR);

	if (!node)
		return;
	if (style >= 0 && (size_t)style < sizeof(styles) / sizeof(*styles))
		node->style = styles[style];
	if ((node->style == STYLE_SINGLE || node->style == STYLE_DOUBLE) && node->at > 0)
		node->at--; /* the mark is behind the quote */
	node->text = node->style == STYLE_SINGLE ? single_quoted(r, node->at)
						 : keep(r, token_text(token));
	if (e->scalar.anchor)
		anchor_set(r, keep(r, token_text(e->scalar.anchor)), node);
	place_node(r, node);
}

static void read_start(struct reading *r, enum node_kind kind, struct fy_token *anchor)
{
	struct frame *f;

	if (r->depth == DEPTH_MAX) {
		stop(r, r->at, "too many lists and mappings within each other");
		return;
	}
	f = &r->frames[r->depth];
	*f = (struct frame){.node = new_node(r, kind)};
	if (!f->node)
		return;
	if (anchor) {
		f->anchor = keep(r, token_text(anchor));
		anchor_set(r, f->anchor, NULL);
	}
	r->depth++;
}

/* Says which keys of a mapping are there twice. */
static void check_keys(struct reading *r, const struct node *map)
{
	struct table *seen = table_new(0);

	for (const struct item *i = map->first; seen && i; i = i->next) {
		const struct node *other;

		if (i->key->kind != NODE_SCALAR)
			continue;
		other = table_get(seen, i->key->text);
		if (other)
			loader_error(r->ld, i->key, "`%.*s` is here twice, first in line %d",
				     SV_ARG(i->key->text),
				     source_place(other->source, other->at).line);
		else if (!table_put(seen, i->key->text, (void *)(uintptr_t)i->key))
			r->ld->out_of_memory = true;
	}
	if (!seen)
		r->ld->out_of_memory = true;
	table_free(seen);
}

static void read_end(struct reading *r)
{
	struct frame *f;

	if (r->depth == 0)
		return;
	f = &r->frames[--r->depth];
	if (f->node->n > KEYS_MAX && f->node->kind == NODE_MAP) {
		stop(r, f->node->at, "too many keys in one mapping");
		return;
	}
	if (f->node->kind == NODE_MAP)
		check_keys(r, f->node);
	anchor_set(r, f->anchor, f->node);
	place_node(r, f->node);
}

static void read_alias(struct reading *r, const struct fy_event *e)
{
	struct etq_str name = token_text(e->alias.anchor);
	const struct anchor *a = anchor_find(r, name);
	/* The mark is behind the asterisk. */
	size_t at = r->at > 0 ? r->at - 1 : 0;

	if (!a) {
		loader_complain(
			r->ld, ETQ_DIAG_ERROR, r->source, at,
			"`*%.*s` refers to an anchor that isn't there: text that starts with * must be in single quotes",
			SV_ARG(name));
		r->at = r->alias_at = at;
		r->bad_alias = true;
		place_node(r, new_node(r, NODE_SCALAR));
		return;
	}
	if (!a->node) {
		stop(r, at, "this refers to the list or mapping that it is in");
		return;
	}
	r->nodes += a->node->weight;
	if (r->nodes > NODES_MAX) {
		stop(r, at, "too much in one file, repeated by aliases (*name)");
		return;
	}
	place_node(r, a->node);
}

static void read_event(struct reading *r, const struct fy_event *e)
{
	switch (e->type) {
	case FYET_DOCUMENT_START:
		if (++r->documents > 1)
			stop(r, r->at,
			     "a second document (---) in one file: make it a file of its own");
		break;
	case FYET_SCALAR:
		read_scalar(r, e);
		break;
	case FYET_ALIAS:
		read_alias(r, e);
		break;
	case FYET_SEQUENCE_START:
		read_start(r, NODE_LIST, e->sequence_start.anchor);
		break;
	case FYET_MAPPING_START:
		read_start(r, NODE_MAP, e->mapping_start.anchor);
		break;
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		read_end(r);
		break;
	default:
		break;
	}
}

static void read_events(struct reading *r, struct fy_parser *parser)
{
	struct fy_event *e;

	while (!r->stop && (e = fy_parser_parse(parser))) {
		const struct fy_mark *mark = fy_event_start_mark(e);

		/* An end's mark is that of the token behind it. */
		if (mark && e->type != FYET_SEQUENCE_END && e->type != FYET_MAPPING_END &&
		    mark->input_pos <= r->source->text.n)
			r->at = mark->input_pos;
		read_event(r, e);
		fy_parser_event_free(parser, e);
	}
}

/* At the end of the file: says which bracket is still open, if any. */
static bool explain_open(struct reading *r)
{
	for (size_t i = r->depth; i-- > 0;) {
		size_t at = r->frames[i].node->at;

		if (r->source->text.p[at] == '[' || r->source->text.p[at] == '{') {
			loader_complain(r->ld, ETQ_DIAG_ERROR, r->source, at,
					"this `%c` is not closed", r->source->text.p[at]);
			return true;
		}
	}
	return false;
}

static void explain(struct reading *r, struct fy_diag *diag)
{
	void *iter = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iter);
	struct place place;
	size_t at;

	if (!error) {
		yaml_explain(r->ld, r->source, r->at, "this is not YAML");
		return;
	}
	place = (struct place){.line = error->line, .col = error->column};
	if (r->bad_alias && source_place(r->source, r->alias_at).line == place.line)
		return; /* the same mistake */
	at = source_offset(r->source, place);
	if (at < r->source->text.n || !explain_open(r))
		yaml_explain(r->ld, r->source, at, error->msg);
}

static bool parse(struct reading *r)
{
	const struct fy_diag_cfg diag_cfg = {.level = FYET_ERROR, .module_mask = ~0u};
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
			 FYPCF_JSON_NONE,
	};
	struct fy_parser *parser = NULL;
	bool done = false;

	cfg.diag = fy_diag_create(&diag_cfg);
	if (!cfg.diag)
		goto out;
	fy_diag_set_collect_errors(cfg.diag, true);
	parser = fy_parser_create(&cfg);
	if (!parser || fy_parser_set_string(parser, r->source->text.p, r->source->text.n))
		goto out;
	read_events(r, parser);
	if (!r->stop && fy_parser_get_stream_error(parser)) {
		explain(r, cfg.diag);
		r->stop = true;
	}
	done = true;
out:
	if (parser)
		fy_parser_destroy(parser);
	if (cfg.diag)
		fy_diag_destroy(cfg.diag);
	return done;
}

const struct node *yaml_read(struct loader *ld, struct source *source)
{
	struct reading r = {.ld = ld, .source = source};

	source->unreadable = true;
	if (sv_starts(source->text, SV("\xef\xbb\xbf"))) {
		source->text.p += 3;
		source->text.n -= 3;
	}
	if (!bytes_check(ld, source))
		return NULL;
	if (source->text.n > 0 && !parse(&r))
		ld->out_of_memory = true;
	if (r.stop || r.bad_alias || ld->out_of_memory)
		return NULL;
	source->unreadable = false;
	if (!r.top || node_is_empty(r.top)) {
		loader_complain(ld, ETQ_DIAG_ERROR, source, 0,
				"the file is empty: it begins with `engine: %d`",
				ETQ_RULE_LANGUAGE);
		return NULL;
	}
	return r.top;
}
