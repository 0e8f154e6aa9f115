#include "wire/mask.h"

#include <stdint.h>

#include "text/utf8.h"

enum { RUN_MIN = 5, RUN_SHOWN = 2, SEPARATORS_MAX = 3 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Spaces, dashes and brackets that stand inside of numbers. */
static bool is_separator(uint32_t cp)
{
	return cp == ' ' || cp == '-' || cp == '(' || cp == ')' || cp == 0xa0 || cp == 0x202f ||
	       (cp >= 0x2009 && cp <= 0x2015) || cp == 0x2212;
}

/* Past up to SEPARATORS_MAX separators when a digit is behind them, else p. */
static const char *skip_separators(const char *p, const char *end)
{
	const char *q = p;
	size_t len;

	for (int i = 0; i <= SEPARATORS_MAX && q < end; i++, q += len) {
		if (is_digit(*q))
			return q;
		if (!is_separator(utf8_decode(q, &len)))
			return p;
	}
	return p;
}

/* The end of the run of digits at p, and how many there are in it. */
static const char *run_end(const char *p, const char *end, size_t *digits)
{
	*digits = 0;
	while (p < end) {
		const char *next;

		if (is_digit(*p)) {
			++*digits;
			p++;
			continue;
		}
		next = skip_separators(p, end);
		if (next == p)
			break;
		p = next;
	}
	return p;
}

/* Hides the digits of the runs in text, in place. */
static void mask_digits(char *p, const char *end)
{
	while (p < end) {
		size_t digits, left;
		const char *stop;

		if (!is_digit(*p)) {
			p++;
			continue;
		}
		stop = run_end(p, end, &digits);
		left = digits >= RUN_MIN ? digits - RUN_SHOWN : 0;
		for (; p < stop; p++)
			if (left > 0 && is_digit(*p)) {
				*p = '*';
				left--;
			}
	}
}

/* ASCII letters and digits, and letters of Latin and Cyrillic. */
static bool is_name_letter(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || ((cp | 32) >= 'a' && (cp | 32) <= 'z') ||
	       (cp >= 0xc0 && cp <= 0x24f) || (cp >= 0x400 && cp <= 0x52f);
}

static bool is_local_part(uint32_t cp)
{
	return is_name_letter(cp) || cp == '.' || cp == '_' || cp == '%' || cp == '+' || cp == '-';
}

/* Is there a domain at p: letters, a point, letters? «бл@дь» is no address. */
static bool is_domain(const char *p, const char *end)
{
	bool letter = false;
	size_t len;

	for (; p < end; p += len) {
		uint32_t cp = utf8_decode(p, &len);

		if (cp == '.' && letter)
			return p + 1 < end && is_name_letter(utf8_decode(p + 1, &len));
		letter = is_name_letter(cp);
		if (!letter && cp != '-')
			return false;
	}
	return false;
}

/* Past the characters at p that a local part may have. */
static const char *skip_local_part(const char *p, const char *end)
{
	size_t len;

	while (p < end && is_local_part(utf8_decode(p, &len)))
		p += len;
	return p;
}

static bool put_without_mail(struct etq_str text, struct buf *out)
{
	const char *p = text.p, *end = text.p ? text.p + text.n : NULL;
	size_t len;

	while (p < end) {
		const char *stop = skip_local_part(p, end);
		bool mail = stop > p && stop < end && *stop == '@' && is_domain(stop + 1, end);

		if (stop == p) {
			utf8_decode(p, &len);
			stop = p + len;
		}
		if (mail ? !buf_puts(out, "***") : !buf_put(out, p, (size_t)(stop - p)))
			return false;
		p = stop;
	}
	return true;
}

bool mask_text(struct etq_str text, struct buf *out)
{
	size_t start = out->n;

	if (!put_without_mail(text, out))
		return false;
	if (out->n > start)
		mask_digits(out->p + start, out->p + out->n);
	return true;
}
