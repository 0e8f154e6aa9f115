/* Letters, classes and escapes of a regular expression. */
#include "match/regex_scan.h"
#include "text/utf8.h"

enum { CLASS_MAX = 16 };

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

	if (scan_at(s, 0) == '\\') {
		s->unclear = s->unclear || is_one_of(scan_at(s, 1), "QE");
		l->vague = l->vague || is_alnum(scan_at(s, 1));
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

	if (scan_at(s, 0) == '[' && is_one_of(scan_at(s, 1), ":.=")) {
		char kind = scan_at(s, 1);

		l->vague = true;
		s->i += 2;
		skip_past(s, kind);
		if (scan_at(s, 0) == ']')
			s->i++;
		return;
	}
	from = to = class_letter(s, l);
	if (scan_at(s, 0) == '-' && scan_at(s, 1) != ']') {
		s->i++;
		to = class_letter(s, l);
	}
	letters_add(l, from, to);
}

/* From [ to ]. */
static void scan_class_items(struct scan *s, struct letters *l)
{
	s->i++;
	if (scan_at(s, 0) == '^') {
		l->vague = true;
		s->i++;
	}
	if (scan_at(s, 0) == ']')
		scan_class_item(s, l);
	while (s->i < s->n && scan_at(s, 0) != ']' && !s->unclear)
		scan_class_item(s, l);
	s->i++;
}

/* One of the letters of a small class. */
bool scan_class(struct scan *s, struct atom *a)
{
	struct letters l = {.n = 0};
	char letter[4];

	scan_class_items(s, &l);
	for (size_t i = 0; i < l.n && !l.vague; i++)
		if (!runs_letter(s->arena, &a->runs,
				 (struct etq_str){letter, utf8_encode(l.v[i], letter)}))
			return false;
	return true;
}

bool scan_letter(struct scan *s, struct atom *a)
{
	struct etq_str letter = {s->p + s->i, 0};

	utf8_decode(letter.p, &letter.n);
	s->i += letter.n;
	return runs_letter(s->arena, &a->runs, letter);
}

/* What stands behind \p, \x and the like. */
static void skip_argument(struct scan *s, char c)
{
	static const char hex[] = "0123456789abcdefABCDEF";

	if (scan_at(s, 0) == '{' && is_one_of(c, "pPxoN")) {
		skip_past(s, '}');
	} else if (is_one_of(c, "pP")) {
		s->i++;
	} else if (c == 'x') {
		for (int k = 0; k < 2 && is_one_of(scan_at(s, 0), hex); k++)
			s->i++;
	} else if (c >= '0' && c <= '9') {
		while (scan_at(s, 0) >= '0' && scan_at(s, 0) <= '9')
			s->i++;
	}
}

/* Behind the backslash. */
bool scan_escape(struct scan *s, struct atom *a)
{
	char c = scan_at(s, 0);

	if (s->i >= s->n) {
		s->unclear = true;
		return true;
	}
	if (!is_alnum(c))
		return scan_letter(s, a);
	s->i++;
	if (is_one_of(c, "QEgkcCuULl"))
		s->unclear = true;
	skip_argument(s, c);
	a->space = c == 's';
	return !a->space || runs_letter(s->arena, &a->runs, SV(" "));
}
