/*
 * Folding: text as the matchers see it. Words in lower case with one space between, nothing else:
 *   ё → е; letters with combining marks composed (и + U+0306 → й), stress marks dropped;
 *   every dash, hyphen, apostrophe, quote and punctuation mark separates words («э-э-э» is three,
 *   «чем-то» is two, as recognition without punctuation writes them);
 *   look-alike Latin letters inside a word that has a Cyrillic letter become Cyrillic (and the
 *   other way round in a word that has letters of Latin alone and none of Cyrillic alone);
 *   * @ # $ inside or at an edge of a word with a letter stay («б***ь», «бл@»), as does a run of
 *   two or more * alone; a single bracketed word keeps its brackets («[цензура]»); zero-width and
 *   soft-hyphen characters vanish inside words; digits stay («29 480» is two words).
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/* One folded word: bytes [off, off + len) of the folded text, code points [cp0, cp1) of the original. */
struct fold_word {
	uint32_t off;
	uint32_t len;
	uint32_t cp0, cp1;
};

/* Folded text. Grows and is reused; free with fold_free. */
struct fold {
	char *text; /* not NUL-terminated */
	size_t len, cap;
	struct fold_word *words;
	size_t nwords, words_cap;
};

/*
 * Folds text (valid UTF-8, at most ETQ_MAX_TEXT bytes) into f, replacing what was there. False
 * when out of memory. Folded text is never longer than 3 times the original plus a few bytes.
 */
bool fold_text(struct fold *f, struct etq_str text) ETQ_MUST_CHECK;
void fold_free(struct fold *f);

#endif
