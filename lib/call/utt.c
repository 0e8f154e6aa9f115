#include "call/utt.h"

#include <stdlib.h>
#include <string.h>

static struct etq_str put(char **at, struct etq_str s)
{
	struct etq_str copy = {s.p ? *at : NULL, s.n};

	if (s.p && s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return copy;
}

struct utt *utt_new(const struct etq_input *in, const struct fold *fold)
{
	size_t words = fold->nwords * sizeof(struct fold_word);
	struct utt *u = malloc(sizeof(*u) + words + in->id.n + in->text.n + fold->len);

	if (!u)
		return NULL;
	struct fold_word *w = (struct fold_word *)(u + 1);
	char *at = (char *)(w + fold->nwords);

	*u = (struct utt){.refs = 1, .by = in->by, .t = (int32_t)in->t, .end = (int32_t)in->end};
	if (words)
		memcpy(w, fold->words, words);
	u->words = w;
	u->nwords = (uint32_t)fold->nwords;
	u->id = put(&at, in->id);
	u->text = put(&at, in->text);
	u->folded = put(&at, (struct etq_str){fold->text, fold->len});
	return u;
}

struct utt *utt_ref(struct utt *u)
{
	if (u)
		u->refs++;
	return u;
}

void utt_unref(struct utt *u)
{
	if (!u || --u->refs)
		return;
	free(u->hits);
	free(u);
}

void utt_set(struct utt **place, struct utt *u)
{
	struct utt *old = *place;

	*place = utt_ref(u);
	utt_unref(old);
}
