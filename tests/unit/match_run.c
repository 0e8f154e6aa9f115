#include "match_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "test.h"

void turn_make(struct turn *t, const char *lines)
{
	struct fold f = {0};
	size_t len = 0, nwords = 0;

	*t = (struct turn){0};
	t->text = malloc(3 * strlen(lines) + 16);
	t->words = calloc(strlen(lines) + 1, sizeof(*t->words));
	for (const char *line = lines;;) {
		size_t n = strcspn(line, "|");

		assert_true(fold_text(&f, (struct etq_str){line, n}));
		if (len > 0)
			t->text[len++] = '\n';
		memcpy(t->text + len, f.text, f.len);
		for (size_t i = 0; i < f.nwords; i++) {
			t->words[nwords] = f.words[i];
			t->words[nwords++].off += (uint32_t)len;
		}
		len += f.len;
		if (!line[n])
			break;
		line += n + 1;
	}
	fold_free(&f);
	t->view = (struct matcher_text){
		.text = t->text, .len = len, .words = t->words, .nwords = nwords};
}

void turn_free(struct turn *t)
{
	free(t->text);
	free(t->words);
}

struct matcher *matcher_of(const struct phrase_spec *spec)
{
	struct matcher_builder *b = matcher_builder_new();
	struct phrase_err err;
	struct matcher *m;

	assert_non_null(b);
	if (!matcher_add(b, spec, &err))
		fail_msg("«%.*s» at %zu: %s", SV_ARG(spec->text), err.at, err.message);
	m = matcher_build(b);
	assert_non_null(m);
	matcher_builder_free(b);
	return m;
}

static size_t put_words(const struct turn *t, size_t w0, size_t w1, char *out, size_t size)
{
	const struct fold_word *first = &t->words[w0], *last = &t->words[w1 - 1];
	int n = (int)(last->off + last->len - first->off);

	return (size_t)snprintf(out, size, "%.*s", n, t->text + first->off);
}

const char *hits_text(const struct matcher *m, const struct turn *t,
		      const struct matcher_values *values, char *out, size_t size)
{
	struct matcher_scratch *s = matcher_scratch_new(100000);
	struct hits hits = {0};
	size_t n = 0;

	assert_non_null(s);
	assert_true(matcher_run(m, s, &t->view, ETQ_AGENT, values, &hits));
	assert_int_equal(hits.gave_up, 0);
	out[0] = '\0';
	for (size_t i = 0; i < hits.n; i++) {
		const struct hit *h = &hits.v[i];

		assert_true(h->w0 < h->w1 && h->w1 <= t->view.nwords);
		if (i > 0)
			n += (size_t)snprintf(out + n, size - n, "; ");
		if (matcher_count(m) > 1)
			n += (size_t)snprintf(out + n, size - n, "%u:", h->pattern);
		n += put_words(t, h->w0, h->w1, out + n, size - n);
		if (h->v0 < 0)
			continue;
		n += (size_t)snprintf(out + n, size - n, ">");
		n += put_words(t, (size_t)h->v0, (size_t)h->v1, out + n, size - n);
	}
	for (size_t i = 0; i < n; i++)
		if (out[i] == '\n')
			out[i] = '|';
	hits_free(&hits);
	matcher_scratch_free(s);
	return out;
}
