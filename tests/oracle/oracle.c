#include "oracle.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/sv.h"
#include "match/capture.h"
#include "match/values.h"
#include "phrase_regex.h"

enum { MATCH_LIMIT = 200000 };

struct oracle {
	const struct phrase_spec *spec;
	const struct matcher_text *text;
	const struct matcher_values *values;
	struct regex_groups groups;
};

/* Words that bytes [start, end) are. */
static void words_of(const struct oracle *o, size_t start, size_t end, size_t *w0, size_t *w1)
{
	const struct matcher_text *t = o->text;

	for (*w0 = 0; t->words[*w0].off < start; ++*w0)
		;
	for (*w1 = *w0; *w1 < t->nwords && t->words[*w1].off < end; ++*w1)
		;
}

static bool may_be_value(const struct oracle *o, enum value_name name, size_t w0, size_t w1)
{
	for (size_t w = w0; w < w1; w++) {
		const struct fold_word *word = &o->text->words[w];

		if (!capture_accepts(name, (struct etq_str){o->text->text + word->off, word->len}))
			return false;
	}
	return true;
}

/* PCRE2 asks whether what group number callout_number took is the value; not 0: go on trying. */
static int on_callout(pcre2_callout_block *block, void *data)
{
	const struct oracle *o = data;
	size_t group = block->callout_number, w0, w1;
	enum value_name name = (enum value_name)o->groups.names[group - 1];

	words_of(o, block->offset_vector[2 * group], block->offset_vector[2 * group + 1], &w0, &w1);
	if (o->spec->capture && name != VALUE_FIRST_NAME)
		return !may_be_value(o, name, w0, w1);
	return !o->values || values_match(o->values, name, o->text, w0) != w1 - w0;
}

/* The words that the first group which took any did take; a listed first name only if no other did. */
static void set_value(const struct oracle *o, const PCRE2_SIZE *at, int rc, struct hit *hit)
{
	hit->v0 = hit->v1 = -1;
	for (int group = 1; o->spec->capture && group < rc; group++) {
		bool listed = o->groups.names[group - 1] == VALUE_FIRST_NAME;
		size_t w0, w1;

		if (at[2 * group] == PCRE2_UNSET || (listed && hit->v0 >= 0))
			continue;
		words_of(o, at[2 * group], at[2 * group + 1], &w0, &w1);
		hit->v0 = (int32_t)w0;
		hit->v1 = (int32_t)w1;
		if (!listed)
			return;
	}
}

static void add_hit(const struct oracle *o, const PCRE2_SIZE *at, int rc, struct hits *hits)
{
	struct hit hit = {0};
	size_t w0, w1;

	words_of(o, at[0], at[1], &w0, &w1);
	if (w1 <= o->text->new_word)
		return;
	hit.w0 = (uint32_t)w0;
	hit.w1 = (uint32_t)w1;
	set_value(o, at, rc, &hit);
	hits->v = realloc(hits->v, (hits->n + 1) * sizeof(hit));
	if (!hits->v)
		abort();
	hits->v[hits->n++] = hit;
}

static enum oracle_result match(struct oracle *o, const pcre2_code *code, struct hits *hits)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
	size_t from = 0;
	int rc = 1;

	pcre2_set_callout(context, on_callout, o);
	pcre2_set_match_limit(context, MATCH_LIMIT);
	while (from < o->text->len) {
		rc = pcre2_match(code, (PCRE2_SPTR)o->text->text, o->text->len, from, 0, data,
				 context);
		if (rc < 0)
			break;
		add_hit(o, at, rc, hits);
		from = at[1];
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return rc < 0 && rc != PCRE2_ERROR_NOMATCH ? ORACLE_NOTHING : ORACLE_OK;
}

static pcre2_code *compile(struct oracle *o, struct stemmer *stemmer, struct arena *arena)
{
	struct phrase_source source = {.text = o->spec->text,
				       .exact = o->spec->exact,
				       .capture = o->spec->capture,
				       .stemmer = stemmer,
				       .arena = arena};
	struct buf out = BUF_INIT(64 * 1024);
	struct phrase_err err;
	const struct node *root = phrase_parse(&source, &err);
	pcre2_code *code = NULL;
	PCRE2_SIZE offset;
	int error;

	if (root && regex_write(root, o->spec->capture, &out, &o->groups))
		code = pcre2_compile((PCRE2_SPTR)out.p, out.n, 0, &error, &offset, NULL);
	buf_free(&out);
	return code;
}

enum oracle_result oracle_run(const struct phrase_spec *spec, const struct matcher_text *text,
			      const struct matcher_values *values, struct hits *hits)
{
	struct oracle o = {.spec = spec, .text = text, .values = values};
	struct stemmer *stemmer = stemmer_new();
	struct arena *arena = arena_new(PHRASE_ARENA_MAX);
	pcre2_code *code = compile(&o, stemmer, arena);
	enum oracle_result result = ORACLE_NOTHING;

	hits->n = 0;
	if (code)
		result = match(&o, code, hits);
	pcre2_code_free(code);
	arena_free(arena);
	stemmer_free(stemmer);
	return result;
}
