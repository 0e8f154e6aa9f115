/*
 * Of two apostrophes next to each other, written as four, libfyaml 0.7.12 makes something else, and
 * of many of them a leak: so text in single quotes is read here.
 */
#include "rules/quoted.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The line break at p, if it is one: its bytes. */
static size_t break_at(struct etq_str s, size_t i)
{
	if (i >= s.n || (s.p[i] != '\n' && s.p[i] != '\r'))
		return 0;
	return s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n' ? 2 : 1;
}

/* At a line break: one is a space, each further one a line break; blanks around them are nothing. */
static size_t fold(struct etq_str s, size_t i, char *out, size_t *n)
{
	size_t breaks = 0;

	while (*n > 0 && is_blank(out[*n - 1]))
		--*n;
	for (size_t step; i < s.n; i += step) {
		step = break_at(s, i);
		if (step > 0)
			breaks++;
		else if (is_blank(s.p[i]))
			step = 1;
		else
			break;
	}
	if (breaks == 1)
		out[(*n)++] = ' ';
	for (; breaks > 1; breaks--)
		out[(*n)++] = '\n';
	return i;
}

/* Where the quotes close. */
static size_t closing(struct etq_str s)
{
	size_t i = 1;

	while (i < s.n && (s.p[i] != '\'' || (i + 1 < s.n && s.p[i + 1] == '\'')))
		i += s.p[i] == '\'' ? 2 : 1;
	return i < s.n ? i : s.n;
}

bool quoted_text(struct arena *a, struct etq_str s, struct etq_str *text)
{
	size_t end = closing(s), n = 0;
	char *out = arena_alloc(a, end + 1);

	if (!out)
		return false;
	for (size_t i = 1; i < end;) {
		if (break_at(s, i) > 0) {
			i = fold(s, i, out, &n);
			continue;
		}
		i += s.p[i] == '\'';
		out[n++] = s.p[i++];
	}
	*text = (struct etq_str){out, n};
	return true;
}
