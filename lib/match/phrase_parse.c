/* The grammar of phrases; doc/rules.md describes it for those who write them. */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/diag.h"
#include "base/limits.h"
#include "base/sv.h"
#include "match/phrase.h"
#include "text/fold.h"
#include "text/utf8.h"

struct parser {
	const struct phrase_source *source;
	struct phrase_err *err;
	const char *p;
	size_t n, i;
	size_t group_end; /* where the last (…), […], {…} or "…" ended */
	size_t word_end;  /* where the last word ended; a new group may not begin there */
	unsigned depth;
	struct fold fold;
};

/* A sequence in the making. */
struct items {
	struct node *sequence;
	struct node **tail;
};

#define FAIL(ps, at, ...) phrase_fail((ps)->err, (ps)->source->text, (at), __VA_ARGS__)

static struct node *parse_choice(struct parser *ps, char closer, size_t open_at);

static bool out_of_memory(struct parser *ps)
{
	return FAIL(ps, 0, "out of memory");
}

static struct node *new_node(struct parser *ps, enum node_kind kind, size_t at)
{
	struct node *node = arena_alloc(ps->source->arena, sizeof(*node));

	if (!node) {
		out_of_memory(ps);
		return NULL;
	}
	node->kind = kind;
	node->at = at;
	return node;
}

static bool append(struct items *items, struct node *node)
{
	if (!node)
		return false;
	*items->tail = node;
	items->tail = &node->next;
	return true;
}

static char peek(const struct parser *ps, size_t ahead)
{
	return ps->i + ahead < ps->n ? ps->p[ps->i + ahead] : '\0';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* $ is a sign of its own only where a word ends; else it may be part of a masked word. */
static bool is_end_sign(const struct parser *ps, size_t i)
{
	if (ps->p[i] != '$')
		return false;
	return i + 1 >= ps->n || is_space(ps->p[i + 1]) || strchr(")]|", ps->p[i + 1]);
}

/* Two dots, not three: an ellipsis is punctuation. */
static bool is_gap(const struct parser *ps, size_t i)
{
	if (ps->n - i < 2 || ps->p[i] != '.' || ps->p[i + 1] != '.')
		return false;
	return (i == 0 || ps->p[i - 1] != '.') && (i + 2 >= ps->n || ps->p[i + 2] != '.');
}

/* ---- words --------------------------------------------------------------------------------- */

static bool has_word(struct parser *ps, struct etq_str text, bool *has)
{
	if (!fold_text(&ps->fold, text))
		return out_of_memory(ps);
	*has = ps->fold.nwords > 0 || sv_eq(text, SV("*"));
	return true;
}

/* What begins at i must not touch a group, and a group must not touch a word. */
static bool check_space(struct parser *ps, size_t n, bool group)
{
	bool has = group;

	if (ps->group_end == ps->i && ps->i > 0) {
		if (!group && !has_word(ps, (struct etq_str){ps->p + ps->i, n}, &has))
			return false;
		if (has)
			return FAIL(ps, ps->i, "a space is missing here: a word can't be made of parts");
	}
	if (group && ps->word_end == ps->i && ps->i > 0)
		return FAIL(ps, ps->i, "a space is missing here: a word can't be made of parts");
	return true;
}

static bool add_word(struct parser *ps, struct items *items, const struct fold_word *w, size_t at,
		     bool exact)
{
	struct etq_str word = {ps->fold.text + w->off, w->len};
	struct node *node = new_node(ps, NODE_WORD, at);

	if (!append(items, node))
		return false;
	if (!exact && !ps->source->exact) {
		if (!forms_of(ps->source->stemmer, ps->source->arena, word, &node->word))
			return out_of_memory(ps);
		return true;
	}
	node->word.stem = arena_dup(ps->source->arena, word);
	return node->word.stem.p ? true : out_of_memory(ps);
}

/* The folded words of p[at, at + n), none when it is all punctuation; star: the last had a *. */
static bool add_words(struct parser *ps, struct items *items, size_t at, size_t n, bool exact,
		      bool star)
{
	struct etq_str text = {ps->p + at, n};

	if (!fold_text(&ps->fold, text))
		return out_of_memory(ps);
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

static size_t word_length(const struct parser *ps)
{
	size_t i = ps->i;

	while (i < ps->n && !is_space(ps->p[i]) && !strchr("()[]{}|\"^", ps->p[i]) &&
	       !is_end_sign(ps, i) &&
	       !(i > ps->i && is_gap(ps, i) && i + 2 < ps->n && is_digit(ps->p[i + 2])))
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

static bool parse_word(struct parser *ps, struct items *items)
{
	size_t at = ps->i, n = word_length(ps);
	bool star = n > 0 && ps->p[at + n - 1] == '*';
	const char *inner = memchr(ps->p + at, '*', n - star);
	struct node **place = items->tail;
	size_t stars = 0;
	bool has;

	if (!check_space(ps, first_length(ps->p + at), false))
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

/* ---- signs --------------------------------------------------------------------------------- */

static bool parse_quoted(struct parser *ps, struct items *items)
{
	const char *close = memchr(ps->p + ps->i + 1, '"', ps->n - ps->i - 1);
	struct node **place = items->tail;
	size_t at = ps->i + 1;

	if (!close)
		return FAIL(ps, ps->i, "the quote is not closed: a \" is missing");
	if (!check_space(ps, 1, true) ||
	    !add_words(ps, items, at, (size_t)(close - ps->p) - at, true, false))
		return false;
	if (!*place)
		return FAIL(ps, ps->i, "there are no words between the quotes");
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}

static bool parse_group(struct parser *ps, struct items *items)
{
	size_t at = ps->i;
	bool option = ps->p[at] == '[';
	struct node *choice, *node;

	if (!check_space(ps, 1, true))
		return false;
	if (++ps->depth > PHRASE_DEPTH_MAX)
		return FAIL(ps, at, "too many groups within groups: at most %d", PHRASE_DEPTH_MAX);
	ps->i++;
	choice = parse_choice(ps, option ? ']' : ')', at);
	if (!choice)
		return false;
	ps->depth--;
	ps->group_end = ps->i;
	if (!option)
		return append(items, choice);
	node = new_node(ps, NODE_OPTION, at);
	if (!append(items, node))
		return false;
	node->first = choice;
	return true;
}

static bool unknown_value(struct parser *ps, struct etq_str name)
{
	const char *known[VALUE_NAMES + 1] = {NULL};
	const char *nearest;

	for (int i = 0; i < VALUE_NAMES; i++)
		known[i] = value_name_text((enum value_name)i);
	nearest = diag_nearest(name, known);
	if (nearest)
		return FAIL(ps, ps->i, "there is no {%.*s}; did you mean {%s}?", SV_ARG(name), nearest);
	return FAIL(ps, ps->i, "there is no {%.*s}: it must be {%s}, {%s} or {%s}", SV_ARG(name),
		    known[0], known[1], known[2]);
}

static bool parse_value(struct parser *ps, struct items *items)
{
	const char *close = memchr(ps->p + ps->i, '}', ps->n - ps->i);
	struct etq_str name;
	struct node *node;

	if (!close)
		return FAIL(ps, ps->i, "{ is not closed: a } is missing");
	if (!check_space(ps, 1, true))
		return false;
	name = (struct etq_str){ps->p + ps->i + 1, (size_t)(close - ps->p) - ps->i - 1};
	while (name.n > 0 && is_space(name.p[0])) {
		name.p++;
		name.n--;
	}
	while (name.n > 0 && is_space(name.p[name.n - 1]))
		name.n--;
	node = new_node(ps, NODE_VALUE, ps->i);
	if (!append(items, node))
		return false;
	if (!value_name_parse(name, &node->value))
		return unknown_value(ps, name);
	ps->i = ps->group_end = (size_t)(close - ps->p) + 1;
	return true;
}

static bool parse_gap(struct parser *ps, struct items *items)
{
	struct node *node = new_node(ps, NODE_GAP, ps->i);
	size_t i = ps->i + 2;

	if (!append(items, node))
		return false;
	for (; i < ps->n && is_digit(ps->p[i]); i++)
		if (node->gap <= PHRASE_GAP_MAX)
			node->gap = node->gap * 10 + (unsigned)(ps->p[i] - '0');
	if (i == ps->i + 2)
		return FAIL(ps, ps->i, ".. needs a number behind it: ..3 is up to three words");
	if (node->gap < 1 || node->gap > PHRASE_GAP_MAX)
		return FAIL(ps, ps->i, "a gap is of 1 to %d words", PHRASE_GAP_MAX);
	if (i < ps->n && !is_space(ps->p[i]) && !strchr(")]|", ps->p[i]))
		return FAIL(ps, i, "a space is missing behind ..%u", node->gap);
	ps->i = i;
	return true;
}

static bool parse_start(struct parser *ps, struct items *items)
{
	if (items->sequence->first || items->sequence->start)
		return FAIL(ps, ps->i, "^ stands only at the start of the phrase");
	items->sequence->start = true;
	items->sequence->at = ps->i++;
	return true;
}

static bool parse_end(struct parser *ps, struct items *items)
{
	items->sequence->end = true;
	items->sequence->end_at = ps->i++;
	return true;
}

static bool parse_stray(struct parser *ps, struct items *items)
{
	return FAIL(ps, ps->i, "} closes nothing: there is no { before it");
}

static const struct {
	char sign;
	bool (*parse)(struct parser *ps, struct items *items);
} signs[] = {
	{'(', parse_group}, {'[', parse_group}, {'{', parse_value}, {'}', parse_stray},
	{'"', parse_quoted}, {'^', parse_start},
};

static bool parse_item(struct parser *ps, struct items *items)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (signs[i].sign == ps->p[ps->i])
			return signs[i].parse(ps, items);
	if (is_end_sign(ps, ps->i))
		return parse_end(ps, items);
	if (is_gap(ps, ps->i))
		return parse_gap(ps, items);
	return parse_word(ps, items);
}

/* ---- structure ----------------------------------------------------------------------------- */

/* Up to the end, or a ) ] or | that is the caller's. */
static struct node *parse_sequence(struct parser *ps)
{
	struct node *sequence = new_node(ps, NODE_SEQUENCE, ps->i);
	struct items items = {.sequence = sequence};

	if (!sequence)
		return NULL;
	items.tail = &sequence->first;
	for (;;) {
		while (is_space(peek(ps, 0)))
			ps->i++;
		if (ps->i >= ps->n || strchr(")]|", ps->p[ps->i]))
			break;
		if (sequence->end) {
			FAIL(ps, sequence->end_at, "$ stands only at the end of the phrase");
			return NULL;
		}
		if (!parse_item(ps, &items))
			return NULL;
	}
	return sequence;
}

static bool check_close(struct parser *ps, char closer, size_t open_at)
{
	char c = peek(ps, 0);

	if (ps->i < ps->n && c == closer) {
		ps->i++;
		return true;
	}
	if (ps->i >= ps->n && closer == '\0')
		return true;
	if (ps->i >= ps->n)
		return FAIL(ps, open_at, "%c is not closed: a %c is missing", ps->p[open_at], closer);
	if (closer == '\0' && c == '|')
		return FAIL(ps, ps->i, "| stands only within ( ) or [ ]");
	if (closer == '\0')
		return FAIL(ps, ps->i, "%c closes nothing: there is no %c before it", c,
			    c == ')' ? '(' : '[');
	return FAIL(ps, ps->i, "%c where the %c at %zu wants its %c", c, ps->p[open_at],
		    utf8_count((struct etq_str){ps->p, open_at}) + 1, closer);
}

static struct node *parse_choice(struct parser *ps, char closer, size_t open_at)
{
	struct node *choice = new_node(ps, NODE_ALTERNATIVE, open_at);
	struct items items = {.sequence = choice};
	bool more = true;

	if (!choice)
		return NULL;
	items.tail = &choice->first;
	while (more) {
		size_t at = ps->i;
		struct node *sequence = parse_sequence(ps);

		if (!append(&items, sequence))
			return NULL;
		more = closer && peek(ps, 0) == '|';
		if (!more && !check_close(ps, closer, open_at))
			return NULL;
		if (!sequence->first && closer) {
			FAIL(ps, at, "there is nothing to say in this alternative");
			return NULL;
		}
		ps->i += more;
	}
	return choice->first->next ? choice : choice->first;
}

struct node *phrase_parse(const struct phrase_source *source, struct phrase_err *err)
{
	struct parser ps = {.source = source, .err = err, .p = source->text.p, .n = source->text.n};
	struct node *root = parse_choice(&ps, '\0', 0);

	fold_free(&ps.fold);
	if (!root)
		return NULL;
	if (!root->first) {
		phrase_fail(err, source->text, 0, "there is no word in it, only signs");
		return NULL;
	}
	return phrase_check(source, root, err) ? root : NULL;
}
