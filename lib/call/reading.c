#include "call/reading.h"

#include <stdlib.h>

void reading_free(struct reading *r)
{
	fold_free(&r->fold);
	free(r->own);
}

static bool reserve(struct reading *r, size_t n)
{
	if (n <= r->cap)
		return true;
	char *grown = realloc(r->own, n);

	if (!grown)
		return false;
	r->own = grown;
	r->cap = n;
	return true;
}

bool reading_take(struct reading *r, const struct utt *u)
{
	if (r->of == u)
		return true;
	r->of = NULL;
	if (!reserve(r, UTT_TEXT_MAX(u) + 1))
		return false;
	r->text = (struct etq_str){r->own, utt_text(u, r->own)};
	if (!fold_text(&r->fold, r->text))
		return false;
	r->of = u;
	return true;
}
