#include "text/utf8.h"

enum { BLOCK = 32 };

/* First bytes of longer forms: how many bytes follow, and the bounds of the first of them. */
struct lead {
	uint8_t more, lo, hi;
};

static struct lead lead_of(unsigned char c)
{
	if (c < 0xc2)
		return (struct lead){0};
	if (c < 0xe0)
		return (struct lead){1, 0x80, 0xbf};
	if (c < 0xf0)
		return (struct lead){2, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf};
	if (c < 0xf5)
		return (struct lead){3, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf};
	return (struct lead){0};
}

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Are these BLOCK characters of one or two bytes, whole but for one whose second byte is behind
 * them? The first byte may not be a tail. Written so that compilers look at many bytes at once.
 */
static bool all_short(const unsigned char *p)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char lead = (p[i] & 0xe0) == 0xc0, tail = (p[i + 1] & 0xc0) == 0x80;

		odd |= (lead ^ tail) | (p[i] >= 0xe0) | ((p[i] & 0xfe) == 0xc0);
	}
	return !odd;
}

/* The bytes of the longer form at p, where n are left; 0 when it is none. */
static size_t length_of(const unsigned char *p, size_t n)
{
	struct lead lead = lead_of(*p);

	if (lead.more == 0 || n <= lead.more || p[1] < lead.lo || p[1] > lead.hi ||
	    (lead.more > 1 && !is_tail(p[2])) || (lead.more > 2 && !is_tail(p[3])))
		return 0;
	return lead.more + 1u;
}

bool utf8_valid(struct etq_str s, size_t *bad)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, n;

	while (i < s.n) {
		bool room = s.n - i > BLOCK;
		size_t end = room ? i + BLOCK : s.n;

		if (room && !is_tail(p[i]) && all_short(p + i)) {
			i = end + is_tail(p[end]);
			continue;
		}
		for (; i < end; i += n) {
			n = 1;
			if (p[i] < 0x80)
				continue;
			n = length_of(p + i, s.n - i);
			if (n == 0) {
				*bad = i;
				return false;
			}
		}
	}
	return true;
}

size_t utf8_count(struct etq_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += !is_tail((unsigned char)s.p[i]);
	return n;
}

size_t utf8_offset(struct etq_str s, size_t cp)
{
	size_t i = 0;

	for (; i < s.n; i++) {
		if (is_tail((unsigned char)s.p[i]))
			continue;
		if (cp == 0)
			break;
		cp--;
	}
	return i;
}

size_t utf8_encode(uint32_t cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}
