/* Literals that a regular expression can't do without, for the constructs that are plain to see. */
#include <string.h>

#include "base/sv.h"
#include "match/regex_scan.h"

enum { GROUPS_MAX = 32 };

enum repeat { REPEAT_ONE, REPEAT_OPTION, REPEAT_MANY, REPEAT_ANY };

/* The branch at hand. */
struct branch {
	struct runs runs; /* what ends where the scan is */
	struct needs needs;
	bool whole; /* runs are all of the branch so far */
};

static bool scan_choice(struct scan *s, struct atom *choice, bool bound);

/* ---- branches ------------------------------------------------------------------------------ */

/* What follows does not stand right behind the runs, or, with bound, at a bound of words. */
static bool branch_break(struct scan *s, struct branch *b, bool bound)
{
	b->whole = false;
	return runs_end(s->arena, &b->runs, &b->needs) && runs_start(s->arena, &b->runs, bound);
}

static bool branch_known(struct scan *s, struct branch *b, const struct atom *a, enum repeat repeat)
{
	if (repeat == REPEAT_OPTION && runs_fit(&b->runs, &a->runs, true))
		return runs_join(s->arena, &b->runs, &a->runs, true);
	if (repeat == REPEAT_OPTION || repeat == REPEAT_ANY)
		return branch_break(s, b, false);
	if (!runs_fit(&b->runs, &a->runs, false) &&
	    !branch_break(s, b, runs_at_bound(&b->runs))) /* one with as many fits */
		return false;
	if (!runs_join(s->arena, &b->runs, &a->runs, false))
		return false;
	return repeat == REPEAT_ONE || branch_break(s, b, a->space);
}

static bool branch_add(struct scan *s, struct branch *b, const struct atom *a, enum repeat repeat)
{
	if (a->runs.n > 0)
		return branch_known(s, b, a, repeat);
	if (!branch_break(s, b, false))
		return false;
	for (size_t i = 0; i < NEEDS && (repeat == REPEAT_ONE || repeat == REPEAT_MANY); i++)
		needs_add(&b->needs, &a->needs.v[i]);
	return true;
}

/* ---- quantifiers --------------------------------------------------------------------------- */

/* How many bytes a {…} quantifier has; 0 when the brace is a letter like any other. */
static size_t braces(const struct scan *s)
{
	size_t n = 1;

	while (is_one_of(scan_at(s, n), "0123456789, "))
		n++;
	return n > 1 && scan_at(s, n) == '}' ? n + 1 : 0;
}

/* {1,3} asks for one at least; what may be none, or is hard to tell, is taken for {0,}. */
static enum repeat braces_repeat(const struct scan *s)
{
	return scan_at(s, 1) >= '1' && scan_at(s, 1) <= '9' ? REPEAT_MANY : REPEAT_ANY;
}

static enum repeat scan_quantifier(struct scan *s)
{
	char c = scan_at(s, 0);
	size_t n = c == '{' ? braces(s) : 1;
	enum repeat repeat = c == '?' ? REPEAT_OPTION : c == '+' ? REPEAT_MANY : REPEAT_ANY;

	if (!is_one_of(c, "?*+{") || n == 0)
		return REPEAT_ONE;
	if (c == '{')
		repeat = braces_repeat(s);
	s->i += n;
	if (is_one_of(scan_at(s, 0), "?+"))
		s->i++;
	return repeat;
}

/* ---- groups -------------------------------------------------------------------------------- */

/* Past "(?…" up to where the group's content begins. False: a kind of group that is not followed. */
static bool skip_group_head(struct scan *s, bool *look)
{
	*look = false;
	if (scan_at(s, 0) == '*')
		return false;
	if (scan_at(s, 0) != '?')
		return true;
	*look = skip(s, SV("?=")) || skip(s, SV("?!")) || skip(s, SV("?<=")) || skip(s, SV("?<!"));
	if (*look)
		return true;
	if (is_one_of(scan_at(s, 1), ":>|")) {
		s->i += 2;
		return true;
	}
	if (scan_at(s, 1) == '<' || (scan_at(s, 1) == 'P' && scan_at(s, 2) == '<')) {
		skip_past(s, '>');
		return true;
	}
	return false;
}

/* *look: it stands for no text, but for what is beside it. bound: it begins at one of words. */
static bool scan_group(struct scan *s, struct atom *a, bool *look, bool bound)
{
	s->i++;
	if (!skip_group_head(s, look) || ++s->depth > GROUPS_MAX) {
		s->unclear = true;
		return true;
	}
	if (!scan_choice(s, a, bound))
		return false;
	s->depth--;
	if (scan_at(s, 0) != ')')
		s->unclear = true;
	s->i++;
	return true;
}

/* Ways to say that here is a bound of words, or of lines. */
static const char *const bounds[] = {
	"(?<![^\\s])", "(?<!\\S)",  "(?![^\\s])",     "(?!\\S)",       "^",
	"$",           "(?=\\n|$)", "(?:^|(?<=\\n))", "(?:(?=\\n)|$)", NULL,
};

/* Things that stand for no text: *is says whether there was one. */
static void scan_mark(struct scan *s, struct branch *b, bool *is)
{
	*is = true;
	for (const char *const *bound = bounds; *bound; bound++) {
		if (skip(s, sv_of(*bound))) {
			runs_bound(&b->runs);
			s->unclear |= is_one_of(scan_at(s, 0), "?*+{"); /* it may be none, then */
			return;
		}
	}
	*is = skip(s, SV("\\b")) || skip(s, SV("\\B")) || skip(s, SV("\\K"));
}

static bool scan_piece(struct scan *s, struct branch *b)
{
	struct atom a = {0};
	bool mark, look = false;
	char c = scan_at(s, 0);

	scan_mark(s, b, &mark);
	if (mark)
		return true;
	if (c == '(') {
		if (!scan_group(s, &a, &look, runs_at_bound(&b->runs)))
			return false;
	} else if (c == '\\') {
		s->i++;
		if (!scan_escape(s, &a))
			return false;
	} else if (c == '[') {
		if (!scan_class(s, &a))
			return false;
	} else if (c == '.' || is_one_of(c, "?*+")) {
		s->i++;
	} else if (!scan_letter(s, &a)) {
		return false;
	}
	enum repeat repeat = scan_quantifier(s);

	return look || branch_add(s, b, &a, repeat);
}

/* The choice so far is this branch, too. */
static bool choice_add(struct scan *s, struct atom *choice, struct branch *b, bool first)
{
	bool known = b->whole && runs_whole(&b->runs) && (first || choice->runs.n > 0) &&
		     choice->runs.n + b->runs.n <= RUNS_MAX;

	if (!known)
		choice->runs.n = 0;
	else if (!runs_append(s->arena, &choice->runs, &b->runs))
		return false;
	if (!runs_end(s->arena, &b->runs, &b->needs) ||
	    !need_union(s->arena, &choice->needs.v[0], &b->needs.v[0], first))
		return false;
	for (size_t i = 1; i < NEEDS; i++)
		choice->needs.v[i] = first ? b->needs.v[i] : (struct need){0};
	return true;
}

/* Up to the end, or the ) that is the caller's. bound: it begins at one of words. */
static bool scan_choice(struct scan *s, struct atom *choice, bool bound)
{
	for (bool first = true;; first = false) {
		struct branch b = {.whole = true};

		if (!runs_start(s->arena, &b.runs, bound))
			return false;
		while (!s->unclear && s->i < s->n && !is_one_of(scan_at(s, 0), "|)"))
			if (!scan_piece(s, &b))
				return false;
		if (!choice_add(s, choice, &b, first))
			return false;
		if (s->unclear || scan_at(s, 0) != '|')
			return true;
		s->i++;
	}
}

bool needs_of_regex(struct arena *a, struct etq_str pattern, struct needs *needs)
{
	struct scan s = {.arena = a, .p = pattern.p, .n = pattern.n};
	struct atom all = {0};

	*needs = (struct needs){0};
	if (!scan_choice(&s, &all, false))
		return false;
	if (!s.unclear && s.i >= s.n)
		*needs = all.needs;
	needs_finish(needs);
	return true;
}
