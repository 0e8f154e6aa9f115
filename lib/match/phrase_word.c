/* The words of a phrase: what stands between its signs. */
#include <string.h>

#include "base/sv.h"
#include "match/phrase_parser.h"
#include "text/utf8.h"

bool parser_out_of_memory(struct parser *ps)
{
	return FAIL(ps, 0, "out of memory");
}

struct node *parser_node(struct parser *ps, enum node_kind kind, size_t at)
{
	struct node *node = arena_alloc(ps->source->arena, sizeof(*node));

	if (!node) {
		parser_out_of_memory(ps);
		return NULL;
	}
	node->kind = kind;
	node->at = at;
	return node;
}

bool items_append(struct items *items, struct node *node)
{
	if (!node)
		return false;
	*items->tail = node;
	items->tail = &node->next;
	return true;
}

bool parser_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool parser_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool parser_is_end(const struct parser *ps, size_t i)
{
	if (ps->p[i] != '$')
		return false;
	return i + 1 >= ps->n || parser_is_space(ps->p[i + 1]) || strchr(")]|", ps->p[i + 1]);
}

bool parser_is_gap(const struct parser *ps, size_t i)
{
	if (ps->n - i < 2 || ps->p[i] != '.' || ps->p[i + 1] != '.')
		return false;
	return (i == 0 || ps->p[i - 1] != '.') && (i + 2 >= ps->n || ps->p[i + 2] != '.');
}

/* ---- words --------------------------------------------------------------------------------- */

static bool has_word(struct parser *ps, struct etq_str text, bool *has)
{
	if (!fold_text(&ps->fold, text))
		return parser_out_of_memory(ps);
	*has = ps->fold.nwords > 0 || sv_eq(text, SV("*"));
	return true;
}

bool parser_check_space(struct parser *ps, size_t n, bool group)
{
	bool has = group;

	if (ps->group_end == ps->i && ps->i > 0) {
		if (!group && !has_word(ps, (struct etq_str){ps->p + ps->i, n}, &has))
			return false;
		if (has)
			return FAIL(ps, ps->i,
				    "a space is missing here: a word can't be made of parts");
	}
	if (group && ps->word_end == ps->i && ps->i > 0)
		return FAIL(ps, ps->i, "a space is missing here: a word can't be made of parts");
	return true;
}

static bool add_word(struct parser *ps, struct items *items, const struct fold_word *w, size_t at,
		     bool exact)
{
	struct etq_str word = {ps->fold.text + w->off, w->len};
	struct node *node = parser_node(ps, NODE_WORD, at);

	if (!items_append(items, node))
		return false;
	if (!exact && !ps->source->exact) {
		if (!forms_of(ps->source->stemmer, ps->source->arena, word, &node->word))
			return parser_out_of_memory(ps);
		return true;
	}
	node->word.stem = arena_dup(ps->source->arena, word);
	return node->word.stem.p ? true : parser_out_of_memory(ps);
}

/* Which side of a word has a *. */
struct stars {
	bool before, behind;
};

/* The folded words of p[at, at + n), none when it is all punctuation. */
static bool add_words(struct parser *ps, struct items *items, size_t at, size_t n, bool exact,
		      struct stars stars)
{
	struct etq_str text = {ps->p + at, n};

	if (!fold_text(&ps->fold, text))
		return parser_out_of_memory(ps);
	for (size_t i = 0; i < ps->fold.nwords; i++) {
		const struct fold_word w = ps->fold.words[i];
		bool last = stars.behind && i + 1 == ps->fold.nwords;
		/* With a sign between, as in *-то, the star has no word beside it. */
		bool first = stars.before && i == 0 && w.cp0 == 0;
		struct node **place = items->tail;

		if (!add_word(ps, items, &w, at + utf8_offset(text, w.cp0), exact || last || first))
			return false;
		(*place)->any_ending = last;
		(*place)->any_beginning = first;
	}
	return true;
}

/* Most of a word is not ASCII, and needs no look at anything. */
static bool is_letter_byte(char c)
{
	return (unsigned char)c >= 0x80;
}

static size_t word_length(const struct parser *ps)
{
	size_t i = ps->i;

	while (i < ps->n && is_letter_byte(ps->p[i]))
		i++;
	while (i < ps->n && !parser_is_space(ps->p[i]) && !strchr("()[]{}|\"^<", ps->p[i]) &&
	       !parser_is_end(ps, i) &&
	       !(i > ps->i && parser_is_gap(ps, i) && i + 2 < ps->n &&
		 parser_is_digit(ps->p[i + 2])))
		i++;
	return i - ps->i;
}

/* The last code point of p[at, at + n). */
static struct etq_str last_letter(const struct parser *ps, size_t at, size_t n)
{
	size_t i = at + n;

	do
		i--;
	while (i > at && ((unsigned char)ps->p[i] & 0xc0) == 0x80);
	return (struct etq_str){ps->p + i, at + n - i};
}

static size_t first_length(const char *p)
{
	size_t n;

	utf8_decode(p, &n);
	return n;
}

/* A * by itself: any one word. */
static bool any_word(struct parser *ps, struct items *items)
{
	struct node *node = parser_node(ps, NODE_WORD, ps->i);

	if (!parser_check_space(ps, 1, false) || !items_append(items, node))
		return false;
	node->word.stem = SV("");
	node->any_beginning = true;
	ps->word_end = ++ps->i;
	return true;
}

/* A * is at one end of the n bytes at ps->i, or nowhere. */
static bool check_stars(struct parser *ps, size_t n, struct stars stars)
{
	const char *p = ps->p + ps->i;
	/* Behind a word it is one too many when there is one before it. */
	bool last = stars.behind && !stars.before;
	const char *wrong = memchr(p + stars.before, '*', n - stars.before - last);

	if (wrong)
		return FAIL(ps, (size_t)(wrong - ps->p),
			    "* stands only before a word or behind it, not both; to mean the sign "
			    "itself, put the word in quotes");
	return true;
}

bool parser_word(struct parser *ps, struct items *items)
{
	static const char no_word[] =
		"* has no word beside it: by itself it is any word; to skip words write ..3";
	size_t at = ps->i, n = word_length(ps);
	struct stars stars = {ps->p[at] == '*', n > 1 && ps->p[at + n - 1] == '*'};
	struct node **place = items->tail;
	bool has = false;

	if (stars.before && n == 1)
		return any_word(ps, items);
	if (!parser_check_space(ps, first_length(ps->p + at), false) || !check_stars(ps, n, stars))
		return false;
	if (!add_words(ps, items, at + stars.before, n - stars.before - stars.behind, false, stars))
		return false;
	if (stars.before && (!*place || !(*place)->any_beginning))
		return FAIL(ps, at, no_word);
	if (stars.behind && !*place)
		return FAIL(ps, at + n - 1, no_word);
	if (!has_word(ps, last_letter(ps, at, n), &has))
		return false;
	ps->i += n;
	if (has)
		ps->word_end = ps->i;
	return true;
}

bool parser_quoted(struct parser *ps, struct items *items)
{
	const char *close = memchr(ps->p + ps->i + 1, '"', ps->n - ps->i - 1);
	struct node **place = items->tail;
	size_t at = ps->i + 1;

	if (!close)
		return FAIL(ps, ps->i, "the quote is not closed: a \" is missing");
	for (const char *c = ps->p + at; c < close; c++)
		if (*c && strchr("|<>{}", *c))
			return FAIL(ps, (size_t)(c - ps->p),
				    "between quotes there are words only: put the whole item in "
				    "double quotes, without single ones, or quote each word");
	if (!parser_check_space(ps, 1, true) ||
	    !add_words(ps, items, at, (size_t)(close - ps->p) - at, true, (struct stars){0}))
		return false;
	if (!*place)
		return FAIL(ps, ps->i, "there are no words between the quotes");
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}
