#include "wire/strict.h"

#include "base/diag.h"
#include "text/utf8.h"
#include "wire/plain.h"

/* The four hex digits at p, or -1. */
static int hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v * 16 + ((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* The escape at line.p[*i], a backslash; moves *i to its last byte. */
static bool check_escape(struct etq_str line, size_t *i, struct etq_err *err)
{
	const char *p = line.p + *i, *end = line.p + line.n;
	int unit, low;

	if (end - p < 2 || p[1] != 'u') {
		*i += 1;
		return true;
	}
	unit = hex4(p + 2, end);
	if (unit < 0)
		return true;
	if (unit == 0) {
		err_set(err, "nul-in-text", "\\u0000 at byte %zu: text may not contain NUL",
			*i + 1);
		return false;
	}
	*i += 5;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	low = unit < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8, end) : -1;
	if (low < 0xdc00 || low > 0xdfff) {
		err_set(err, "not-utf8", "half of a surrogate pair at byte %zu", *i - 4);
		return false;
	}
	*i += 6;
	return true;
}

static bool refuse_nul(size_t i, struct etq_err *err)
{
	err_set(err, "nul-in-text", "a NUL byte at byte %zu", i + 1);
	return false;
}

/* What does not stand in a string as itself; moves *i to its last byte. */
static bool check_in_string(struct etq_str line, size_t *i, struct etq_err *err)
{
	unsigned char c = (unsigned char)line.p[*i];

	if (c == '\\')
		return check_escape(line, i, err);
	if (c == '\0')
		return refuse_nul(*i, err);
	err_set(err, "not-json", "control character 0x%02x in a string at byte %zu: escape it", c,
		*i + 1);
	return false;
}

static bool check_outside(struct etq_str line, size_t i, int *depth, struct etq_err *err)
{
	char next = i + 1 < line.n ? line.p[i + 1] : '\0';

	switch (line.p[i]) {
	case '\0':
		return refuse_nul(i, err);
	case '{':
	case '[':
		if (++*depth <= ETQ_MAX_DEPTH)
			return true;
		err_set(err, "too-deep", "nested more than %d deep at byte %zu", ETQ_MAX_DEPTH,
			i + 1);
		return false;
	case '}':
	case ']':
		--*depth;
		return true;
	case 'N':
	case 'I':
		err_set(err, "not-json", "NaN and Infinity are no JSON, at byte %zu", i + 1);
		return false;
	case '\'':
		err_set(err, "not-json", "strings are in double quotes, at byte %zu", i + 1);
		return false;
	case '.':
		if (next >= '0' && next <= '9')
			return true;
		err_set(err, "not-json", "a digit must follow the point at byte %zu", i + 1);
		return false;
	default:
		return true;
	}
}

/* From i on: what between strings needs no look at it. */
static size_t skip_between(struct etq_str line, size_t i)
{
	static const bool looked_at[256] = {
		['\0'] = true, ['"'] = true, ['{'] = true, ['['] = true,  ['}'] = true,
		[']'] = true,  ['N'] = true, ['I'] = true, ['\''] = true, ['.'] = true,
	};

	while (i < line.n && !looked_at[(unsigned char)line.p[i]])
		i++;
	return i;
}

/* The string that begins at *i; moves *i to the quote that ends it, or to the line's end. */
static bool check_string(struct etq_str line, size_t *i, struct etq_err *err)
{
	for (;;) {
		*i = plain_end(line, *i + 1);
		if (*i >= line.n || line.p[*i] == '"')
			return true;
		if (!check_in_string(line, i, err))
			return false;
	}
}

bool strict_check(struct etq_str line, struct etq_err *err)
{
	int depth = 0;
	size_t bad;

	if (!utf8_valid(line, &bad)) {
		err_set(err, "not-utf8", "the line is not UTF-8 at byte %zu", bad + 1);
		return false;
	}
	for (size_t i = skip_between(line, 0); i < line.n; i = skip_between(line, i + 1))
		if (line.p[i] == '"' ? !check_string(line, &i, err)
				     : !check_outside(line, i, &depth, err))
			return false;
	return true;
}
