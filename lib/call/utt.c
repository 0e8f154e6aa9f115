#include "call/utt.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(ETQ_MAX_TEXT <= UINT16_MAX, "bytes, and words, of a text");
_Static_assert(ETQ_MAX_ID <= UINT8_MAX, "bytes of an id");

struct utt *utt_new(const struct etq_input *in, size_t nwords)
{
	char text[ETQ_MAX_TEXT];
	size_t text_n = squeeze(in->text, text);
	size_t size = offsetof(struct utt, bytes) + in->id.n + text_n;
	struct utt *u = malloc(size > sizeof(*u) ? size : sizeof(*u));

	if (!u)
		return NULL;
	*u = (struct utt){.refs = 1,
			  .by = (uint8_t)in->by,
			  .t = (int32_t)in->t,
			  .end = (int32_t)in->end,
			  .nwords = (uint16_t)nwords,
			  .text_n = (uint16_t)text_n,
			  .has_id = in->id.p,
			  .id_n = (uint8_t)in->id.n};
	if (in->id.n)
		memcpy(u->bytes, in->id.p, in->id.n);
	memcpy(u->bytes + in->id.n, text, text_n);
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

struct etq_str utt_id(const struct utt *u)
{
	return (struct etq_str){u->has_id ? u->bytes : NULL, u->id_n};
}

size_t utt_text(const struct utt *u, char *out)
{
	return unsqueeze(u->bytes + u->id_n, u->text_n, out);
}
