#include "text/squeeze.h"

#include <stdint.h>

enum {
	ASCII_END = 0x80,
	LETTERS = 0x80,     /* stands for the first of … */
	FIRST = 0x410,      /* … «А» … */
	LAST = 0x44f,       /* … to «я» … */
	CAPITAL_YO = 0x401, /* … and, behind them, these two */
	YO = 0x451,
	CAPITAL_YO_BYTE = 0xc0,
	YO_BYTE = 0xc1,
	CYRILLIC = 0xd0, /* and the next one: sequences of U+0400 to U+047F begin with them */
};

/* Bytes of the sequence that begins with such a byte. */
static size_t length(unsigned char lead)
{
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* The byte for the code point; 0: there is none. */
static unsigned byte_of(unsigned cp)
{
	if (cp >= FIRST && cp <= LAST)
		return cp - FIRST + LETTERS;
	if (cp == YO)
		return YO_BYTE;
	return cp == CAPITAL_YO ? CAPITAL_YO_BYTE : 0;
}

size_t squeeze(struct etq_str text, char *out)
{
	const unsigned char *in = (const unsigned char *)text.p;
	char *at = out;

	for (size_t i = 0; i < text.n;) {
		unsigned char lead = in[i];
		unsigned byte = 0;

		if (lead < ASCII_END) {
			*at++ = (char)lead;
			i++;
			continue;
		}
		if (lead >> 1 == CYRILLIC >> 1)
			byte = byte_of((lead & 0x1fu) << 6 | (in[i + 1] & 0x3fu));
		if (byte) {
			*at++ = (char)byte;
			i += 2;
			continue;
		}
		for (size_t end = i + length(lead); i < end;)
			*at++ = (char)in[i++];
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
