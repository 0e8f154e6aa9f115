/* UTF-8 and folding: whatever the bytes, what comes out is in order. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/fold.h"
#include "text/utf8.h"

#define REQUIRE(what)            \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

static void check_shape(const struct fold *f, struct etq_str text)
{
	size_t off = 0, bad;
	uint32_t cp = 0;

	REQUIRE(f->len <= 3 * text.n + 16);
	REQUIRE(utf8_valid((struct etq_str){f->text, f->len}, &bad));
	for (size_t i = 0; i < f->nwords; i++) {
		const struct fold_word *w = &f->words[i];

		REQUIRE(w->off == off && w->len > 0);
		REQUIRE(w->cp0 >= cp && w->cp1 > w->cp0);
		for (size_t k = 0; k < w->len; k++)
			REQUIRE(f->text[off + k] != ' ' && f->text[off + k] != '\n');
		off += w->len;
		if (i + 1 < f->nwords)
			REQUIRE(f->text[off++] == ' ');
		cp = w->cp1;
	}
	REQUIRE(off == f->len);
	REQUIRE(cp <= utf8_count(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fold once = {0}, twice = {0};
	struct etq_str text;
	size_t bad = 0;
	char *copy;

	if (size > ETQ_MAX_TEXT)
		return 0;
	/* A copy to the byte, so that reading past the end is found. */
	copy = malloc(size + (size == 0));
	REQUIRE(copy);
	if (size > 0)
		memcpy(copy, data, size);
	text = (struct etq_str){copy, size};
	if (!utf8_valid(text, &bad)) {
		REQUIRE(bad < size);
		text.n = bad;
		REQUIRE(utf8_valid(text, &bad));
	}
	REQUIRE(utf8_offset(text, utf8_count(text)) == text.n);
	REQUIRE(fold_text(&once, text));
	check_shape(&once, text);
	/* Folded text is folded already. */
	REQUIRE(fold_text(&twice, (struct etq_str){once.text, once.len}));
	REQUIRE(twice.len == once.len && twice.nwords == once.nwords);
	REQUIRE(memcmp(twice.text, once.text, once.len) == 0);
	fold_free(&once);
	fold_free(&twice);
	free(copy);
	return 0;
}
