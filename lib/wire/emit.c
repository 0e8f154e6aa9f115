#include "wire/emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "wire/plain.h"
#include "wire/rfc3339.h"

enum { DECIMALS = 1000000 };

#define NUMBER_MAX 1e12 /* beyond it six decimals mean nothing; no measure gets there */

struct emit emit_begin(struct buf *out)
{
	return (struct emit){.out = out, .start = out->n};
}

bool emit_end(struct emit *e)
{
	struct buf *out = e->out;

	if (!out->failed)
		return true;
	out->n = e->start;
	if (out->p)
		out->p[out->n] = '\0';
	return false;
}

/* The letter of a short escape, 'u' for the long form, of what plain_end ends at. */
static const char escapes[256] = {
	['"'] = '"',  ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', [0x00] = 'u',
	[0x01] = 'u', [0x02] = 'u',  [0x03] = 'u', [0x04] = 'u', [0x05] = 'u', [0x06] = 'u',
	[0x07] = 'u', [0x08] = 'u',  [0x0b] = 'u', [0x0c] = 'u', [0x0e] = 'u', [0x0f] = 'u',
	[0x10] = 'u', [0x11] = 'u',  [0x12] = 'u', [0x13] = 'u', [0x14] = 'u', [0x15] = 'u',
	[0x16] = 'u', [0x17] = 'u',  [0x18] = 'u', [0x19] = 'u', [0x1a] = 'u', [0x1b] = 'u',
	[0x1c] = 'u', [0x1d] = 'u',  [0x1e] = 'u', [0x1f] = 'u',
};

static void put_escape(struct buf *out, unsigned char c)
{
	if (escapes[c] == 'u')
		buf_printf(out, "\\u%04x", (unsigned)c);
	else
		buf_put(out, (char[]){'\\', escapes[c]}, 2);
}

static void put_escaped(struct buf *out, struct etq_str s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t end = plain_end(s, i);

		buf_put(out, s.p + i, end - i);
		if (end < s.n)
			put_escape(out, (unsigned char)s.p[end]);
		i = end + 1;
	}
}

static void put_string(struct buf *out, struct etq_str s)
{
	buf_putc(out, '"');
	if (plain_end(s, 0) == s.n)
		buf_put(out, s.p, s.n);
	else
		put_escaped(out, s);
	buf_putc(out, '"');
}

/* Keys are names of ours: nothing in them needs an escape. */
static void put_key(struct emit *e, const char *key)
{
	size_t n = key ? strlen(key) : 0;
	char *to;

	if (e->comma)
		buf_putc(e->out, ',');
	e->comma = true;
	if (!key)
		return;
	to = buf_reserve(e->out, n + 3);
	if (!to)
		return;
	to[0] = '"';
	memcpy(to + 1, key, n);
	memcpy(to + 1 + n, "\":", 3); /* with its NUL, for which buf_reserve makes room */
	e->out->n += n + 3;
}

void emit_open(struct emit *e, const char *key, char bracket)
{
	put_key(e, key);
	buf_putc(e->out, bracket);
	e->comma = false;
}

void emit_close(struct emit *e, char bracket)
{
	buf_putc(e->out, bracket);
	e->comma = true;
}

void emit_text(struct emit *e, const char *key, struct etq_str s)
{
	put_key(e, key);
	put_string(e->out, s);
}

void emit_name(struct emit *e, const char *key, const char *s)
{
	emit_text(e, key, sv_of(s));
}

static void put_int(struct buf *out, int64_t v)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (v < 0)
		*--p = '-';
	buf_put(out, p, (size_t)(digits + sizeof(digits) - p));
}

void emit_int(struct emit *e, const char *key, int64_t v)
{
	put_key(e, key);
	put_int(e->out, v);
}

/* Whole part and decimals as integers: printf would write the decimal point of a locale. */
void emit_number(struct emit *e, const char *key, double v)
{
	char digits[40];
	uint64_t scaled;
	int n;

	put_key(e, key);
	if (!(v > -NUMBER_MAX && v < NUMBER_MAX)) {
		put_int(e->out, v < 0 ? -(int64_t)NUMBER_MAX : v > 0 ? (int64_t)NUMBER_MAX : 0);
		return;
	}
	scaled = (uint64_t)((v < 0 ? -v : v) * DECIMALS + 0.5);
	n = snprintf(digits, sizeof(digits), "%s%" PRIu64 ".%06u", v < 0 && scaled ? "-" : "",
		     scaled / DECIMALS, (unsigned)(scaled % DECIMALS));
	while (digits[n - 1] == '0')
		n--;
	if (digits[n - 1] == '.')
		n--;
	buf_put(e->out, digits, (size_t)n);
}

void emit_bool(struct emit *e, const char *key, bool v)
{
	put_key(e, key);
	buf_puts(e->out, v ? "true" : "false");
}

void emit_time(struct emit *e, const char *key, int64_t ms)
{
	char text[RFC3339_SIZE];

	if (ms != ETQ_NO_TIME && rfc3339_format(ms, text))
		emit_name(e, key, text);
}

void emit_some(struct emit *e, const char *key, struct etq_str s)
{
	if (s.p)
		emit_text(e, key, s);
}

void emit_ms(struct emit *e, const char *key, int64_t ms)
{
	if (ms != ETQ_NO_TIME)
		emit_int(e, key, ms);
}
