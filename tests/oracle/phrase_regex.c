#include "phrase_regex.h"

#include <string.h>

#include "base/sv.h"

/* A word is a run of these; between words stands one of the other two. */
#define LETTER "[^ \\n]"
#define WORD   LETTER "++"
#define SPACE  "[ \\n]"

struct writer {
	struct buf *out;
	struct regex_groups *groups;
	bool capture;
};

static void write_node(struct writer *w, const struct node *node);

static void write_literal(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool plain = (c & 0x80) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');

		if (!plain)
			buf_putc(out, '\\');
		buf_putc(out, c);
	}
}

/* Sorted words with their first `depth` bytes in common, written as a tree of what follows. */
static void write_tree(struct buf *out, const struct etq_str *v, size_t n, size_t depth)
{
	const struct etq_str *last = &v[n - 1];
	size_t common = depth, from;
	bool ends;

	while (common < v->n && common < last->n && v->p[common] == last->p[common])
		common++;
	write_literal(out, v->p + depth, common - depth);
	if (n == 1)
		return;
	ends = v->n == common;
	buf_puts(out, "(?:");
	for (from = ends; from < n;) {
		size_t to = from + 1;

		while (to < n && v[to].p[common] == v[from].p[common])
			to++;
		write_tree(out, v + from, to - from, common);
		from = to;
		if (from < n)
			buf_putc(out, '|');
	}
	buf_puts(out, ends ? ")?" : ")");
}

static void write_word(struct writer *w, const struct node *node)
{
	const struct forms *f = &node->word;

	if (f->n > 0 && f->stem.p)
		buf_puts(w->out, "(?:");
	if (node->any_beginning)
		buf_puts(w->out, f->stem.n ? LETTER "+" : WORD);
	if (f->stem.p)
		write_literal(w->out, f->stem.p, f->stem.n);
	if (node->any_ending)
		buf_puts(w->out, LETTER "*+");
	else if (f->tail == TAIL_CYRILLIC)
		buf_printf(w->out, "[\\x80-\\xff]{0,%d}+", 2 * STEM_TAIL_MAX);
	else if (f->tail == TAIL_LATIN)
		buf_printf(w->out, "[a-z]{0,%d}+", STEM_TAIL_MAX);
	if (f->n == 0)
		return;
	if (f->stem.p)
		buf_puts(w->out, "|");
	write_tree(w->out, f->words, f->n, 0);
	if (f->stem.p)
		buf_puts(w->out, ")");
}

/* One word or more; the caller makes it none. */
static void write_gap(struct writer *w, unsigned words)
{
	buf_puts(w->out, WORD);
	if (words > 1)
		buf_printf(w->out, "(?:" SPACE WORD "){0,%u}?", words - 1);
}

/* The callout decides whether the words are the value; if not, PCRE2 goes on trying. */
static void write_value(struct writer *w, const struct node *node)
{
	bool company = node->value == VALUE_COMPANY;

	if (w->groups->n == PHRASE_VALUES_MAX) {
		w->out->failed = true;
		return;
	}
	w->groups->names[w->groups->n++] = (uint8_t)node->value;
	buf_puts(w->out, "(" WORD);
	if (!w->capture && node->value != VALUE_FIRST_NAME)
		buf_printf(w->out, "(?:" SPACE WORD "){0,%d}?", VALUE_MAX_WORDS - 1);
	else if (company)
		buf_printf(w->out, "(?:" SPACE WORD "){0,%d}", CAPTURE_COMPANY_WORDS - 1);
	buf_printf(w->out, ")(?C%u)", w->groups->n);
}

/* A child of a sequence with the space before or behind it, or nothing of both. */
static void write_option(struct writer *w, const struct node *node, bool behind)
{
	buf_puts(w->out, behind ? "(?:" SPACE : "(?:");
	write_node(w, node);
	if (!behind)
		buf_puts(w->out, SPACE);
	buf_puts(w->out, node->kind == NODE_GAP ? ")??" : ")?");
}

/* The children from the first on, which is said for certain, as are others that are not nullable. */
static void write_rest(struct writer *w, const struct node *first)
{
	write_node(w, first);
	for (const struct node *c = first->next; c; c = c->next) {
		if (c->nullable) {
			write_option(w, c, true);
		} else {
			buf_puts(w->out, SPACE);
			write_node(w, c);
		}
	}
}

static void write_sequence(struct writer *w, const struct node *node)
{
	const struct node *c;

	if (node->start)
		buf_puts(w->out, "(?<![^\\n])");
	if (!node->nullable) {
		for (c = node->first; c->nullable; c = c->next)
			write_option(w, c, false);
		write_rest(w, c);
	} else {
		/* Something of it is said: any of its children is the first that is. */
		buf_puts(w->out, "(?:");
		for (c = node->first; c && !w->out->failed; c = c->next) {
			write_rest(w, c);
			if (c->next)
				buf_putc(w->out, '|');
		}
		buf_putc(w->out, ')');
	}
	if (node->end)
		buf_puts(w->out, "(?![^\\n])");
}

static void write_choice(struct writer *w, const struct node *node)
{
	buf_puts(w->out, "(?:");
	for (const struct node *c = node->first; c; c = c->next) {
		write_node(w, c);
		if (c->next)
			buf_putc(w->out, '|');
	}
	buf_putc(w->out, ')');
}

/* What a node matches when it is not left out. */
static void write_node(struct writer *w, const struct node *node)
{
	if (w->out->failed)
		return;
	switch (node->kind) {
	case NODE_SEQUENCE:
		write_sequence(w, node);
		break;
	case NODE_ALTERNATIVE:
		write_choice(w, node);
		break;
	case NODE_OPTION:
		write_node(w, node->first);
		break;
	case NODE_WORD:
		write_word(w, node);
		break;
	case NODE_GAP:
		write_gap(w, node->gap);
		break;
	case NODE_VALUE:
		write_value(w, node);
		break;
	}
}

bool regex_write(const struct node *root, bool capture, struct buf *out,
		 struct regex_groups *groups)
{
	struct writer w = {.out = out, .groups = groups, .capture = capture};

	groups->n = 0;
	buf_puts(out, "(?<![^ \\n])");
	write_node(&w, root);
	buf_puts(out, "(?![^ \\n])");
	return !out->failed;
}
