#include "text/squeeze.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	ASCII_END = 0x80,
	LETTERS = 0x80, /* stands for the first of … */
	FIRST = 0x410,  /* … «А» … */
	COUNT = 64,     /* … to «я» … */
	CAPITAL_YO = 0x401,
	YO = 0x451,
	CAPITAL_YO_BYTE = 0xc0, /* … and, behind them, these two */
	YO_BYTE = 0xc1,
	CYRILLIC = 0xd0, /* and the next one: sequences of U+0400 to U+047F begin with them */
};

/* Bytes of the sequence that begins with such a byte. */
static size_t length(unsigned char lead)
{
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* What is not one of the letters in a row, at in: how many bytes of it were taken. */
static size_t squeeze_other(const unsigned char *in, char **out)
{
	bool yo = in[0] == CYRILLIC + 1 && in[1] == (YO & 0x3f) + 0x80;
	bool capital = in[0] == CYRILLIC && in[1] == (CAPITAL_YO & 0x3f) + 0x80;
	size_t n = length(in[0]);

	if (yo || capital) {
		*(*out)++ = (char)(yo ? YO_BYTE : CAPITAL_YO_BYTE);
		return n;
	}
	for (size_t i = 0; i < n; i++)
		*(*out)++ = (char)in[i];
	return n;
}

/* The same in each of four, for as many letters at once. */
#define FOUR(x_) ((uint64_t)(x_)*0x0001000100010001)
enum { AT_ONCE = 4, PAIR = 2 };

/* Takes four letters in a row, if that is what there is. */
static bool squeeze_four(const unsigned char *in, char *out)
{
	uint64_t w;

	memcpy(&w, in, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	if ((w & FOUR(0xc0fe)) != FOUR(0x8000 | CYRILLIC))
		return false;
	uint64_t of_block = (w & FOUR(1)) << 6 | (w >> 8 & FOUR(0x3f));
	uint64_t from_first = of_block + FOUR(0x80 - (FIRST & 0x7f));
	uint64_t past_last = of_block + FOUR(0x80 - (FIRST & 0x7f) - COUNT);

	if ((from_first & ~past_last & FOUR(0x80)) != FOUR(0x80))
		return false;
	for (int i = 0; i < AT_ONCE; i++)
		out[i] = (char)(from_first >> (16 * i));
	return true;
}

size_t squeeze(struct etq_str text, char *out)
{
	const unsigned char *in = (const unsigned char *)text.p;
	char *at = out;

	for (size_t i = 0; i < text.n;) {
		unsigned char lead = in[i];

		if (text.n - i >= AT_ONCE * PAIR && squeeze_four(in + i, at)) {
			at += AT_ONCE;
			i += (size_t)AT_ONCE * PAIR;
			continue;
		}
		if (lead < ASCII_END) {
			*at++ = (char)lead;
			i++;
			continue;
		}
		/* Of U+0400 to U+047F: its number among the letters; it wraps for what is before them. */
		unsigned letter = ((lead & 1u) << 6 | (in[i + 1] & 0x3fu)) - (FIRST & 0x7f);

		if (lead >> 1 == CYRILLIC >> 1 && letter < COUNT) {
			*at++ = (char)(letter + LETTERS);
			i += 2;
		} else {
			i += squeeze_other(in + i, &at);
		}
	}
	return (size_t)(at - out);
}

static unsigned letter_of(unsigned char byte)
{
	if (byte == CAPITAL_YO_BYTE)
		return CAPITAL_YO;
	return byte == YO_BYTE ? YO : byte - LETTERS + FIRST;
}

size_t unsqueeze(const char *in, size_t n, char *out)
{
	char *at = out;

	for (size_t i = 0; i < n;) {
		unsigned char byte = (unsigned char)in[i];

		if (byte < ASCII_END) {
			*at++ = (char)byte;
			i++;
		} else if (byte <= YO_BYTE) {
			unsigned letter = letter_of(byte);

			*at++ = (char)(letter >> 6 | 0xc0);
			*at++ = (char)((letter & 0x3f) | 0x80);
			i++;
		} else {
			for (size_t end = i + length(byte); i < end;)
				*at++ = in[i++];
		}
	}
	return (size_t)(at - out);
}
