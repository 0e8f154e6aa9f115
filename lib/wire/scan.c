#include "wire/scan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/sv.h"
#include "text/utf8.h"

enum { DIGITS_MAX = 10 };

bool scan_fail(struct scan *s, size_t at, const char *fmt, ...)
{
	char message[sizeof(s->err->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	err_set(s->err, "bad-text-call", "%s", message);
	*s->col = (int)utf8_count((struct etq_str){s->line.p, at}) + 1;
	return false;
}

bool scan_at_end(const struct scan *s)
{
	return s->i == s->line.n;
}

static char next(const struct scan *s)
{
	return s->i < s->line.n ? s->line.p[s->i] : '\0';
}

void scan_blanks(struct scan *s)
{
	while (next(s) == ' ' || next(s) == '\t')
		s->i++;
}

bool scan_char(struct scan *s, char c)
{
	if (next(s) != c)
		return false;
	s->i++;
	return true;
}

struct etq_str scan_rest(struct scan *s)
{
	struct etq_str rest = {s->line.p + s->i, s->line.n - s->i};

	s->i = s->line.n;
	return rest;
}

struct etq_str scan_word(struct scan *s)
{
	size_t from = s->i;

	while ((next(s) >= 'a' && next(s) <= 'z') || next(s) == '_')
		s->i++;
	return (struct etq_str){s->line.p + from, s->i - from};
}

/* Digits, at least one. */
static bool whole(struct scan *s, int64_t *v)
{
	size_t from = s->i;

	for (*v = 0; next(s) >= '0' && next(s) <= '9'; s->i++) {
		if (s->i - from >= DIGITS_MAX)
			return false;
		*v = *v * 10 + (next(s) - '0');
	}
	return s->i > from;
}

/* ".5": thousandths; 0 when there is no point. */
static bool fraction(struct scan *s, int64_t *thousandths)
{
	size_t from;
	int unit = 100;

	*thousandths = 0;
	if (!scan_char(s, '.'))
		return true;
	for (from = s->i; next(s) >= '0' && next(s) <= '9'; s->i++) {
		*thousandths += (next(s) - '0') * unit;
		unit /= 10;
	}
	return s->i > from;
}

bool scan_clock(struct scan *s, int64_t *ms)
{
	size_t from = s->i;
	int64_t total, part, rest;

	if (!whole(s, &total))
		return scan_fail(s, from, "a time is expected: 12.5 or 1:02.5");
	for (int colons = 0; colons < 2 && scan_char(s, ':'); colons++) {
		if (!whole(s, &part) || part > 59)
			return scan_fail(s, from, "not a time: write 12.5 or 1:02.5");
		total = total * 60 + part;
	}
	if (!fraction(s, &rest))
		return scan_fail(s, from, "not a time: write 12.5 or 1:02.5");
	if (total > INT32_MAX / 1000 || total * 1000 + rest > INT32_MAX)
		return scan_fail(s, from, "a call may last 24 days at most");
	*ms = total * 1000 + rest;
	return true;
}

bool scan_duration(struct scan *s, int64_t *ms, int64_t *count)
{
	size_t from = s->i;
	int64_t n, thousandths;
	struct etq_str unit;

	if (!whole(s, &n) || !fraction(s, &thousandths))
		return scan_fail(s, from, "a time with its unit is expected: 300ms, 12s or 2m");
	unit = scan_word(s);
	thousandths += n * 1000;
	if (sv_eq(unit, SV("ms")))
		*ms = thousandths / 1000;
	else if (sv_eq(unit, SV("s")))
		*ms = thousandths;
	else if (sv_eq(unit, SV("m")))
		*ms = thousandths * 60;
	else if (unit.n == 0 && count && thousandths % 1000 == 0)
		*count = n;
	else
		return scan_fail(s, from, "a time needs a unit: 300ms, 12s or 2m");
	if (unit.n > 0 && *ms > INT32_MAX)
		return scan_fail(s, from, "a call may last 24 days at most");
	return true;
}

bool scan_value(struct scan *s, char *to, size_t max, size_t *n)
{
	size_t from = s->i;
	bool quoted = scan_char(s, '"');

	for (*n = 0; !scan_at_end(s); s->i++) {
		char c = next(s);

		if (quoted ? c == '"' : c == ' ' || c == '\t' || c == ']')
			break;
		if (quoted && c == '\\' && s->i + 1 < s->line.n &&
		    (s->line.p[s->i + 1] == '"' || s->line.p[s->i + 1] == '\\'))
			c = s->line.p[++s->i];
		if (*n == max)
			return scan_fail(s, from, "the value has more than %zu bytes", max);
		to[(*n)++] = c;
	}
	if (quoted && !scan_char(s, '"'))
		return scan_fail(s, from, "the closing quote is missing");
	if (!quoted && *n == 0)
		return scan_fail(s, from, "a value is missing behind =");
	return true;
}
