/* Literals that a regular expression can't do without, for the constructs that are plain to see. */
#include <string.h>

#include "base/sv.h"
#include "match/need.h"
#include "text/utf8.h"

enum { GROUPS_MAX = 32, CLASS_MAX = 16 };

struct scan {
	struct arena *arena;
	const char *p;
	size_t n, i;
	unsigned depth;
	bool unclear; /* there is something in it that may change the meaning of all of it */
};

/* The branch at hand. */
struct branch {
	struct run run;
	struct needs needs;
	bool letter; /* the last thing was a letter of the run */
};

static bool scan_choice(struct scan *s, struct needs *needs);

static char at(const struct scan *s, size_t ahead)
{
	return s->i + ahead < s->n ? s->p[s->i + ahead] : '\0';
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Moves past the next c; without one all is unclear. */
static void skip_past(struct scan *s, char c)
{
	const char *p = s->i < s->n ? memchr(s->p + s->i, c, s->n - s->i) : NULL;

	if (p)
		s->i = (size_t)(p - s->p) + 1;
	else
		s->unclear = true;
}

static bool branch_break(struct scan *s, struct branch *b)
{
	if (!run_end(s->arena, &b->run, &b->needs))
		return false;
	run_start(&b->run, false);
	b->letter = false;
	return true;
}

/* Letters that a class names one by one or in short ranges. */
struct letters {
	uint32_t v[CLASS_MAX];
	size_t n;
	bool vague; /* there are others: escapes, long ranges, all but … */
};

static void letters_add(struct letters *l, uint32_t from, uint32_t to)
{
	if (to < from || to - from >= CLASS_MAX - l->n) {
		l->vague = true;
		return;
	}
	for (uint32_t cp = from; cp <= to; cp++)
		l->v[l->n++] = cp;
}

/* A letter of a class, or the start of a range; a backslash before a sign is no more than that. */
static uint32_t class_letter(struct scan *s, struct letters *l)
{
	uint32_t cp;
	size_t n;

	if (at(s, 0) == '\\') {
		s->unclear = s->unclear || is_one_of(at(s, 1), "QE");
		l->vague = l->vague || is_alnum(at(s, 1));
		s->i++;
	}
	if (s->i >= s->n) {
		s->unclear = true;
		return 0;
	}
	cp = utf8_decode(s->p + s->i, &n);
	s->i += n;
	return cp;
}

static void scan_class_item(struct scan *s, struct letters *l)
{
	uint32_t from, to;

	if (at(s, 0) == '[' && is_one_of(at(s, 1), ":.=")) {
		char kind = at(s, 1);

		l->vague = true;
		s->i += 2;
		skip_past(s, kind);
		if (at(s, 0) == ']')
			s->i++;
		return;
	}
	from = to = class_letter(s, l);
	if (at(s, 0) == '-' && at(s, 1) != ']') {
		s->i++;
		to = class_letter(s, l);
	}
	letters_add(l, from, to);
}

/* From [ to ]. */
static void scan_class_items(struct scan *s, struct letters *l)
{
	s->i++;
	if (at(s, 0) == '^') {
		l->vague = true;
		s->i++;
	}
	if (at(s, 0) == ']')
		scan_class_item(s, l);
	while (s->i < s->n && at(s, 0) != ']' && !s->unclear)
		scan_class_item(s, l);
	s->i++;
}

/* One of the letters of a small class is needed, unless what follows says that none may be. */
static bool scan_class(struct scan *s, struct branch *b)
{
	struct letters l = {.n = 0};
	struct need any = {0};

	if (!branch_break(s, b))
		return false;
	scan_class_items(s, &l);
	if (l.vague || is_one_of(at(s, 0), "?*{"))
		return true;
	for (size_t i = 0; i < l.n; i++) {
		struct needs one = {0};
		struct run run;
		char letter[4];

		run_start(&run, false);
		run_add(&run, (struct etq_str){letter, utf8_encode(l.v[i], letter)});
		if (!run_end(s->arena, &run, &one) ||
		    !need_union(s->arena, &any, &one.v[0], i == 0))
			return false;
	}
	needs_add(&b->needs, &any);
	return true;
}

static bool scan_letter(struct scan *s, struct branch *b)
{
	size_t n;

	utf8_decode(s->p + s->i, &n);
	run_add(&b->run, (struct etq_str){s->p + s->i, n});
	b->letter = true;
	s->i += n;
	return true;
}

/* What stands behind \p, \x and the like. */
static void skip_argument(struct scan *s, char c)
{
	static const char hex[] = "0123456789abcdefABCDEF";

	if (at(s, 0) == '{' && is_one_of(c, "pPxoN")) {
		skip_past(s, '}');
	} else if (is_one_of(c, "pP")) {
		s->i++;
	} else if (c == 'x') {
		for (int k = 0; k < 2 && is_one_of(at(s, 0), hex); k++)
			s->i++;
	} else if (c >= '0' && c <= '9') {
		while (at(s, 0) >= '0' && at(s, 0) <= '9')
			s->i++;
	}
}

static bool scan_escape(struct scan *s, struct branch *b)
{
	char c = at(s, 1);

	s->i++;
	if (s->i >= s->n) {
		s->unclear = true;
		return true;
	}
	if (!is_alnum(c))
		return scan_letter(s, b);
	s->i++;
	if (is_one_of(c, "bBK")) {
		b->letter = false;
		return true;
	}
	if (is_one_of(c, "QEgkcCuULl"))
		s->unclear = true;
	skip_argument(s, c);
	return branch_break(s, b);
}

/* How many bytes a {…} quantifier has; 0 when the brace is a letter like any other. */
static size_t braces(const struct scan *s)
{
	size_t n = 1;

	while (is_one_of(at(s, n), "0123456789, "))
		n++;
	return n > 1 && at(s, n) == '}' ? n + 1 : 0;
}

static bool scan_quantifier(struct scan *s, struct branch *b)
{
	char c = at(s, 0);
	size_t n = c == '{' ? braces(s) : 1;

	if (b->letter && c != '+' && b->run.last < b->run.n) {
		b->run.n = b->run.last;
		b->run.letters--;
	}
	s->i += n > 0 ? n : 1;
	if (n > 0 && is_one_of(at(s, 0), "?+"))
		s->i++;
	return branch_break(s, b);
}

/* Past "(?…" up to where the group's content begins. False: a kind of group that is not followed. */
static bool skip_group_head(struct scan *s, bool *look)
{
	static const char *const looks[] = {"?=", "?!", "?<=", "?<!", NULL};
	struct etq_str rest = {s->p + s->i, s->n - s->i};

	*look = false;
	if (at(s, 0) == '*')
		return false;
	if (at(s, 0) != '?')
		return true;
	for (const char *const *l = looks; *l; l++) {
		if (sv_starts(rest, sv_of(*l))) {
			*look = true;
			s->i += strlen(*l);
			return true;
		}
	}
	if (is_one_of(at(s, 1), ":>|")) {
		s->i += 2;
		return true;
	}
	if (at(s, 1) == '<' || (at(s, 1) == 'P' && at(s, 2) == '<')) {
		skip_past(s, '>');
		return true;
	}
	return false;
}

static bool scan_group(struct scan *s, struct branch *b)
{
	struct needs inner = {0};
	bool look;

	if (!branch_break(s, b))
		return false;
	s->i++;
	if (!skip_group_head(s, &look) || ++s->depth > GROUPS_MAX) {
		s->unclear = true;
		return true;
	}
	if (!scan_choice(s, &inner))
		return false;
	s->depth--;
	if (at(s, 0) != ')')
		s->unclear = true;
	s->i++;
	for (size_t i = 0; i < NEEDS && !look && !is_one_of(at(s, 0), "?*{"); i++)
		needs_add(&b->needs, &inner.v[i]);
	return true;
}

static bool scan_atom(struct scan *s, struct branch *b)
{
	char c = at(s, 0);

	if (c == '(')
		return scan_group(s, b);
	if (c == '\\')
		return scan_escape(s, b);
	if (is_one_of(c, "?*+{"))
		return scan_quantifier(s, b);
	if (c == '[')
		return scan_class(s, b);
	if (c == '.' || c == '^' || c == '$') {
		s->i++;
		return branch_break(s, b);
	}
	return scan_letter(s, b);
}

/* Up to the end, or the ) that is the caller's. */
static bool scan_choice(struct scan *s, struct needs *needs)
{
	struct needs only = {0};
	size_t n = 0;

	for (;; n++) {
		struct branch b = {0};

		run_start(&b.run, false);
		while (!s->unclear && s->i < s->n && !is_one_of(at(s, 0), "|)"))
			if (!scan_atom(s, &b))
				return false;
		if (!branch_break(s, &b) ||
		    !need_union(s->arena, &needs->v[0], &b.needs.v[0], n == 0))
			return false;
		if (n == 0)
			only = b.needs;
		if (s->unclear || at(s, 0) != '|')
			break;
		s->i++;
	}
	if (n == 0)
		*needs = only;
	return true;
}

bool needs_of_regex(struct arena *a, struct etq_str pattern, struct needs *needs)
{
	struct scan s = {.arena = a, .p = pattern.p, .n = pattern.n};

	*needs = (struct needs){0};
	if (!scan_choice(&s, needs))
		return false;
	if (s.unclear || s.i < s.n)
		*needs = (struct needs){0};
	needs_finish(needs);
	return true;
}
