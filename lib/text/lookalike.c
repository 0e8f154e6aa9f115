#include "text/lookalike.h"

#include <string.h>

#include "text/letter.h"
#include "text/utf8.h"

/* Letters of a word that are in one of the two alphabets only. */
struct mix {
	size_t latin_only, cyrillic_only;
};

static struct mix mix_of(const char *p, const char *end)
{
	struct mix m = {0};
	size_t n;

	for (; p < end; p += n) {
		uint32_t cp = utf8_decode(p, &n);

		if (cp >= LETTER_CELLS)
			continue;
		if (letter_cells[cp].kind == LETTER_LATIN)
			m.latin_only += letter_to_cyrillic(cp) == 0;
		else if (letter_cells[cp].kind == LETTER_CYRILLIC)
			m.cyrillic_only += letter_to_latin(cp) == 0;
	}
	return m;
}

/* Cyrillic has two bytes where Latin has one or two: from the end, so that nothing is overrun. */
static size_t to_cyrillic(char *word, size_t len)
{
	size_t extra = 0, n;
	char *from, *to;

	for (const char *p = word; p < word + len; p += n)
		extra += letter_to_cyrillic(utf8_decode(p, &n)) != 0 && n == 1;
	from = word + len;
	to = from + extra;
	while (from > word) {
		uint32_t cp, other;

		do
			from--;
		while (((unsigned char)*from & 0xc0) == 0x80);
		cp = utf8_decode(from, &n);
		other = letter_to_cyrillic(cp);
		if (other) {
			to -= 2;
			utf8_encode(other, to);
		} else {
			to -= n;
			memmove(to, from, n);
		}
	}
	return len + extra;
}

static size_t to_latin(char *word, size_t len)
{
	char *from = word, *to = word, *end = word + len;

	while (from < end) {
		size_t n;
		uint32_t cp = utf8_decode(from, &n);
		uint32_t other = letter_to_latin(cp);

		if (other) {
			to += utf8_encode(other, to);
		} else {
			memmove(to, from, n);
			to += n;
		}
		from += n;
	}
	return (size_t)(to - word);
}

size_t lookalike_unmix(char *word, size_t len)
{
	struct mix m = mix_of(word, word + len);

	return m.cyrillic_only == 0 && m.latin_only > 0 ? to_latin(word, len)
							: to_cyrillic(word, len);
}
