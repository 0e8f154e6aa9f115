#include "wire/emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "wire/rfc3339.h"

enum { DECIMALS = 1000000 };

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

/* The letter of a short escape, 'u' for the long form, 0 when c stands for itself. */
static char escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return c < 0x20 ? 'u' : 0;
	}
}

static void put_string(struct buf *out, struct etq_str s)
{
	size_t done = 0;

	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char e = escape_of((unsigned char)s.p[i]);

		if (!e)
			continue;
		buf_put(out, s.p + done, i - done);
		done = i + 1;
		if (e == 'u')
			buf_printf(out, "\\u%04x", (unsigned)(unsigned char)s.p[i]);
		else
			buf_put(out, (char[]){'\\', e}, 2);
	}
	if (s.n > done)
		buf_put(out, s.p + done, s.n - done);
	buf_putc(out, '"');
}

static void put_key(struct emit *e, const char *key)
{
	if (e->comma)
		buf_putc(e->out, ',');
	e->comma = true;
	if (!key)
		return;
	put_string(e->out, sv_of(key));
	buf_putc(e->out, ':');
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

void emit_int(struct emit *e, const char *key, int64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, v);

	put_key(e, key);
	buf_put(e->out, digits, (size_t)n);
}

/* Whole part and decimals as integers: printf would write the decimal point of a locale. */
void emit_number(struct emit *e, const char *key, double v)
{
	char digits[40];
	uint64_t scaled;
	int n;

	put_key(e, key);
	if (v <= -1e12 || v >= 1e12 || v != v) {
		buf_printf(e->out, "%.0f", v == v ? v : 0.0);
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
