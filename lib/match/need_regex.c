/* Literals that a regular expression can't do without, for the constructs that are plain to see. */
#include <string.h>

#include "base/sv.h"
#include "match/need.h"
#include "match/runs.h"
#include "text/utf8.h"

enum { GROUPS_MAX = 32, CLASS_MAX = 16 };

struct scan {
	struct arena *arena;
	const char *p;
	size_t n, i;
	unsigned depth;
	bool unclear; /* there is something in it that may change the meaning of all of it */
};

/* A piece of a branch: text that is known, or what is needed for it. */
struct atom {
	struct runs runs; /* known when there are any */
	struct needs needs;
	bool space; /* a space, as \s */
};

enum repeat { REPEAT_ONE, REPEAT_OPTION, REPEAT_MANY, REPEAT_ANY };

/* The branch at hand. */
struct branch {
	struct runs runs; /* what ends where the scan is */
	struct needs needs;
	bool whole; /* runs are all of the branch so far */
};

static bool scan_choice(struct scan *s, struct atom *choice);

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

static bool skip(struct scan *s, struct etq_str text)
{
	if (!sv_starts((struct etq_str){s->p + s->i, s->n - s->i}, text))
		return false;
	s->i += text.n;
	return true;
}

/* ---- branches ------------------------------------------------------------------------------ */

/* What follows does not stand right behind the runs. */
static bool branch_break(struct scan *s, struct branch *b)
{
	if (!runs_end(s->arena, &b->runs, &b->needs))
		return false;
	runs_start(&b->runs);
	b->whole = false;
	return true;
}

static bool branch_known(struct scan *s, struct branch *b, const struct atom *a, enum repeat repeat)
{
	if (repeat == REPEAT_OPTION && runs_join(&b->runs, &a->runs, true))
		return true;
	if (repeat == REPEAT_OPTION || repeat == REPEAT_ANY)
		return branch_break(s, b);
	if (!runs_join(&b->runs, &a->runs, false)) {
		bool bound = runs_at_bound(&b->runs);

		if (!branch_break(s, b))
			return false;
		if (bound)
			runs_bound(&b->runs);
		if (!runs_join(&b->runs, &a->runs, false)) /* one with as many fits */
			return false;
	}
	if (repeat == REPEAT_ONE)
		return true;
	if (!branch_break(s, b))
		return false;
	if (a->space)
		runs_bound(&b->runs);
	return true;
}

static bool branch_add(struct scan *s, struct branch *b, const struct atom *a, enum repeat repeat)
{
	if (a->runs.n > 0)
		return branch_known(s, b, a, repeat);
	if (!branch_break(s, b))
		return false;
	for (size_t i = 0; i < NEEDS && (repeat == REPEAT_ONE || repeat == REPEAT_MANY); i++)
		needs_add(&b->needs, &a->needs.v[i]);
	return true;
}

/* ---- classes ------------------------------------------------------------------------------- */

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

/* One of the letters of a small class. */
static void scan_class(struct scan *s, struct atom *a)
{
	struct letters l = {.n = 0};
	char letter[4];

	scan_class_items(s, &l);
	for (size_t i = 0; i < l.n && !l.vague; i++)
		runs_letter(&a->runs, (struct etq_str){letter, utf8_encode(l.v[i], letter)});
}

static void scan_letter(struct scan *s, struct atom *a)
{
	size_t n;

	utf8_decode(s->p + s->i, &n);
	runs_letter(&a->runs, (struct etq_str){s->p + s->i, n});
	s->i += n;
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

/* Behind the backslash. */
static void scan_escape(struct scan *s, struct atom *a)
{
	char c = at(s, 0);

	if (s->i >= s->n) {
		s->unclear = true;
		return;
	}
	if (!is_alnum(c)) {
		scan_letter(s, a);
		return;
	}
	s->i++;
	if (c == 's') {
		a->space = true;
		runs_letter(&a->runs, SV(" "));
	}
	if (is_one_of(c, "QEgkcCuULl"))
		s->unclear = true;
	skip_argument(s, c);
}

/* ---- quantifiers --------------------------------------------------------------------------- */

/* How many bytes a {…} quantifier has; 0 when the brace is a letter like any other. */
static size_t braces(const struct scan *s)
{
	size_t n = 1;

	while (is_one_of(at(s, n), "0123456789, "))
		n++;
	return n > 1 && at(s, n) == '}' ? n + 1 : 0;
}

/* {1,3} asks for one at least; what may be none, or is hard to tell, is taken for {0,}. */
static enum repeat braces_repeat(const struct scan *s)
{
	return at(s, 1) >= '1' && at(s, 1) <= '9' ? REPEAT_MANY : REPEAT_ANY;
}

static enum repeat scan_quantifier(struct scan *s)
{
	char c = at(s, 0);
	size_t n = c == '{' ? braces(s) : 1;
	enum repeat repeat = c == '?' ? REPEAT_OPTION : c == '+' ? REPEAT_MANY : REPEAT_ANY;

	if (!is_one_of(c, "?*+{") || n == 0)
		return REPEAT_ONE;
	if (c == '{')
		repeat = braces_repeat(s);
	s->i += n;
	if (is_one_of(at(s, 0), "?+"))
		s->i++;
	return repeat;
}

/* ---- groups -------------------------------------------------------------------------------- */

/* Past "(?…" up to where the group's content begins. False: a kind of group that is not followed. */
static bool skip_group_head(struct scan *s, bool *look)
{
	*look = false;
	if (at(s, 0) == '*')
		return false;
	if (at(s, 0) != '?')
		return true;
	*look = skip(s, SV("?=")) || skip(s, SV("?!")) || skip(s, SV("?<=")) || skip(s, SV("?<!"));
	if (*look)
		return true;
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

/* *look: it stands for no text, but for what is beside it. */
static bool scan_group(struct scan *s, struct atom *a, bool *look)
{
	s->i++;
	if (!skip_group_head(s, look) || ++s->depth > GROUPS_MAX) {
		s->unclear = true;
		return true;
	}
	if (!scan_choice(s, a))
		return false;
	s->depth--;
	if (at(s, 0) != ')')
		s->unclear = true;
	s->i++;
	return true;
}

/* Things that stand for no text: *is says whether there was one. */
static void scan_mark(struct scan *s, struct branch *b, bool *is)
{
	*is = true;
	if (skip(s, SV("(?<![^\\s])")) || skip(s, SV("(?<!\\S)")) || skip(s, SV("(?![^\\s])")) ||
	    skip(s, SV("(?!\\S)")) || skip(s, SV("^")) || skip(s, SV("$")))
		runs_bound(&b->runs);
	else
		*is = skip(s, SV("\\b")) || skip(s, SV("\\B")) || skip(s, SV("\\K"));
}

static bool scan_piece(struct scan *s, struct branch *b)
{
	struct atom a = {0};
	bool mark, look = false;
	char c = at(s, 0);

	scan_mark(s, b, &mark);
	if (mark)
		return true;
	if (c == '(') {
		if (!scan_group(s, &a, &look))
			return false;
	} else if (c == '\\') {
		s->i++;
		scan_escape(s, &a);
	} else if (c == '[') {
		scan_class(s, &a);
	} else if (c == '.' || is_one_of(c, "?*+")) {
		s->i++;
	} else {
		scan_letter(s, &a);
	}
	enum repeat repeat = scan_quantifier(s);

	return look || branch_add(s, b, &a, repeat);
}

/* The choice so far is this branch, too. */
static bool choice_add(struct scan *s, struct atom *choice, struct branch *b, bool first)
{
	bool known = b->whole && runs_whole(&b->runs) && (first || choice->runs.n > 0) &&
		     choice->runs.n + b->runs.n <= RUNS_MAX;

	if (known) {
		memcpy(choice->runs.v + choice->runs.n, b->runs.v, b->runs.n * sizeof(*b->runs.v));
		choice->runs.n += b->runs.n;
	} else {
		choice->runs.n = 0;
	}
	if (!runs_end(s->arena, &b->runs, &b->needs) ||
	    !need_union(s->arena, &choice->needs.v[0], &b->needs.v[0], first))
		return false;
	for (size_t i = 1; i < NEEDS; i++)
		choice->needs.v[i] = first ? b->needs.v[i] : (struct need){0};
	return true;
}

/* Up to the end, or the ) that is the caller's. */
static bool scan_choice(struct scan *s, struct atom *choice)
{
	for (bool first = true;; first = false) {
		struct branch b = {.whole = true};

		runs_start(&b.runs);
		while (!s->unclear && s->i < s->n && !is_one_of(at(s, 0), "|)"))
			if (!scan_piece(s, &b))
				return false;
		if (!choice_add(s, choice, &b, first))
			return false;
		if (s->unclear || at(s, 0) != '|')
			return true;
		s->i++;
	}
}

bool needs_of_regex(struct arena *a, struct etq_str pattern, struct needs *needs)
{
	struct scan s = {.arena = a, .p = pattern.p, .n = pattern.n};
	struct atom all = {0};

	*needs = (struct needs){0};
	if (!scan_choice(&s, &all))
		return false;
	if (!s.unclear && s.i >= s.n)
		*needs = all.needs;
	needs_finish(needs);
	return true;
}
