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

/* The folded words of p[at, at + n), none when it is all punctuation; star: the last had a *. */
static bool add_words(struct parser *ps, struct items *items, size_t at, size_t n, bool exact,
		      bool star)
{
	struct etq_str text = {ps->p + at, n};

	if (!fold_text(&ps->fold, text))
		return parser_out_of_memory(ps);
	for (size_t i = 0; i < ps->fold.nwords; i++) {
		const struct fold_word w = ps->fold.words[i];
		bool last = star && i + 1 == ps->fold.nwords;
		struct node **place = items->tail;

		if (!add_word(ps, items, &w, at + utf8_offset(text, w.cp0), exact || last))
			return false;
		(*place)->any_ending = last;
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

bool parser_word(struct parser *ps, struct items *items)
{
	size_t at = ps->i, n = word_length(ps);
	bool star = n > 0 && ps->p[at + n - 1] == '*';
	const char *inner = memchr(ps->p + at, '*', n - star);
	struct node **place = items->tail;
	size_t stars = 0;
	bool has = false;

	if (!parser_check_space(ps, first_length(ps->p + at), false))
		return false;
	for (size_t i = 0; inner && i < n; i++)
		stars += ps->p[at + i] == '*';
	if (inner && stars < n)
		return FAIL(ps, (size_t)(inner - ps->p),
			    "* stands only at the end of a word; to mean the sign itself, put the "
			    "word in quotes");
	if (inner || (star && n == 1))
		return FAIL(ps, at, "* has no word before it: to skip words write ..3");
	if (!add_words(ps, items, at, n - star, false, star))
		return false;
	if (star && !*place)
		return FAIL(ps, at + n - 1, "* has no word before it: to skip words write ..3");
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
	    !add_words(ps, items, at, (size_t)(close - ps->p) - at, true, false))
		return false;
	if (!*place)
		return FAIL(ps, ps->i, "there are no words between the quotes");
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}
