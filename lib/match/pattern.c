#include "match/pattern.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "text/fold.h"
#include "text/utf8.h"

#define REGEX_PREFIX "regex:"

enum { PCRE2_MESSAGE_MAX = 160 };

/*
 * PCRE2's JIT compiler (10.42) does not look whether each of its allocations succeeded. While it
 * works, what malloc refuses comes out of a reserve; the machine code is then given up as a whole.
 * It works for one pattern at a time: who finds it at work for another does without.
 */
struct pattern_memory {
	unsigned char *reserve; /* JIT_RESERVE bytes */
	size_t used;
	bool compiling; /* the JIT compiler is at work */
	bool busy;      /* atomic */
};

/* Before each piece of memory: whether it is the reserve's. */
struct header {
	alignas(max_align_t) bool reserved;
};

static struct header *take_reserve(struct pattern_memory *m, size_t size)
{
	struct header *h = (struct header *)(void *)(m->reserve + m->used);

	size = (size + sizeof(*h) - 1) / sizeof(*h) * sizeof(*h);
	if (size > JIT_RESERVE - m->used)
		return NULL;
	m->used += size;
	return h;
}

void *pattern_malloc(size_t size, void *data)
{
	struct pattern_memory *m = data;
	struct header *h = malloc(sizeof(*h) + size);
	bool reserved = !h && m && m->compiling;

	if (reserved)
		h = take_reserve(m, sizeof(*h) + size);
	if (!h)
		return NULL;
	h->reserved = reserved;
	return h + 1;
}

void pattern_free(void *p, void *data)
{
	struct header *h = p;

	if (h && !h[-1].reserved)
		free(h - 1);
}

static struct pattern_memory *memory_new(void)
{
	struct pattern_memory *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->reserve = malloc(JIT_RESERVE);
	if (!m->reserve) {
		free(m);
		return NULL;
	}
	return m;
}

void pattern_memory_free(struct pattern_memory *m)
{
	if (m)
		free(m->reserve);
	free(m);
}

bool pattern_tools_init(struct pattern_tools *tools)
{
	*tools = (struct pattern_tools){.memory = memory_new()};
	tools->general = pcre2_general_context_create(pattern_malloc, pattern_free, tools->memory);
	tools->compile = pcre2_compile_context_create(tools->general);
	tools->stemmer = stemmer_new();
	if (program_init(&tools->program) && tools->memory && tools->general && tools->compile &&
	    tools->stemmer)
		return true;
	pattern_tools_clear(tools);
	return false;
}

void pattern_tools_clear(struct pattern_tools *tools)
{
	pcre2_compile_context_free(tools->compile);
	pcre2_general_context_free(tools->general);
	stemmer_free(tools->stemmer);
	program_free(&tools->program);
	pattern_memory_free(tools->memory);
	*tools = (struct pattern_tools){0};
}

void pattern_clear(struct pattern *p)
{
	if (p->machine != p->code)
		pcre2_code_free(p->machine);
	pcre2_code_free(p->code);
	p->code = p->machine = NULL;
}

/* A copy of the code as machine code; the code itself when that can't be. */
static pcre2_code *make_machine(pcre2_code *code, struct pattern_memory *m)
{
	pcre2_code *copy = pcre2_code_copy(code);
	bool ok;

	if (!copy)
		return code;
	m->compiling = true;
	ok = pcre2_jit_compile(copy, PCRE2_JIT_COMPLETE) == 0 && m->used == 0;
	m->compiling = false;
	if (!ok)
		pcre2_code_free(copy);
	m->used = 0;
	return ok ? copy : code;
}

const pcre2_code *pattern_code(struct pattern *p, struct pattern_memory *memory, bool *machine)
{
	pcre2_code *code = __atomic_load_n(&p->machine, __ATOMIC_ACQUIRE);

	if (!code && !__atomic_test_and_set(&memory->busy, __ATOMIC_ACQUIRE)) {
		code = __atomic_load_n(&p->machine, __ATOMIC_ACQUIRE);
		if (!code) {
			code = make_machine(p->code, memory);
			__atomic_store_n(&p->machine, code, __ATOMIC_RELEASE);
		}
		__atomic_clear(&memory->busy, __ATOMIC_RELEASE);
	}
	*machine = code && code != p->code;
	return *machine ? code : p->code;
}

/* ---- regular expressions ------------------------------------------------------------------- */

/* One letter of a pattern that must match folded text: is it a letter that such text has? */
static bool check_letter(const char *p, size_t n, char *instead, bool *bad)
{
	struct etq_str letter = {p, n};
	struct fold f = {0};
	bool ok;

	*bad = false;
	if (n == 1 && !(*p >= 'A' && *p <= 'Z'))
		return true;
	ok = fold_text(&f, letter);
	if (ok && f.nwords == 1 && !sv_eq(letter, (struct etq_str){f.text, f.len}) && f.len <= 4) {
		memcpy(instead, f.text, f.len);
		instead[f.len] = '\0';
		*bad = true;
	}
	fold_free(&f);
	return ok;
}

/* Bytes from p[i] on whose letters are not text: escapes, names of groups and classes, verbs. */
static size_t skip_syntax(struct etq_str s, size_t i)
{
	const char *p = s.p + i;
	size_t left = s.n - i, n;
	const char *stop;

	if (left >= 2 && p[0] == '\\' && !(p[1] & 0x80)) {
		bool argument = left >= 3 && p[2] == '{' && strchr("pPxoNgk", p[1]);

		stop = argument ? memchr(p, '}', left) : NULL;
		if (!argument && left >= 3 && (p[1] == 'p' || p[1] == 'P'))
			return 3;
		return stop ? (size_t)(stop - p) + 1 : 2;
	}
	if (left >= 2 && p[0] == '[' && p[1] == ':') {
		stop = memchr(p, ']', left);
		return stop ? (size_t)(stop - p) + 1 : 2;
	}
	if (left < 2 || p[0] != '(' || (p[1] != '?' && p[1] != '*'))
		return 0;
	for (n = 2; n < left && !strchr(p[1] == '*' ? ")" : "):=!|>'<#", p[n]); n++)
		;
	if (n < left && (p[n] == '#' || p[n] == '\'' || p[n] == '<')) {
		char close = p[n] == '#' ? ')' : p[n] == '<' ? '>' : '\'';

		if (p[n] == '<' && n + 1 < left && (p[n + 1] == '=' || p[n + 1] == '!'))
			return n + 2;
		stop = memchr(p + n + 1, close, left - n - 1);
		return stop ? (size_t)(stop - p) + 1 : left;
	}
	return n;
}

static bool check_letters(struct etq_str text, size_t from, struct phrase_err *err)
{
	struct etq_str regex = {text.p + from, text.n - from};

	for (size_t i = 0; i < regex.n;) {
		size_t n = skip_syntax(regex, i);
		char instead[5];
		bool bad;

		if (n > 0) {
			i += n;
			continue;
		}
		utf8_decode(regex.p + i, &n);
		if (!check_letter(regex.p + i, n, instead, &bad))
			return phrase_fail(err, text, 0, "out of memory");
		if (bad)
			return phrase_fail(
				err, text, from + i,
				"it is matched against folded text: write '%s' for '%.*s'", instead,
				(int)n, regex.p + i);
		i += n;
	}
	return true;
}

/*
 * Is there anything in it that depends on what Unicode says of letters? \s does not, as folded text
 * has no other white space than ASCII's, and is several times as fast without.
 */
static bool asks_unicode(struct etq_str regex)
{
	for (size_t i = 0; i + 1 < regex.n; i++) {
		if (regex.p[i] == '[' && regex.p[i + 1] == ':')
			return true;
		if (regex.p[i] != '\\')
			continue;
		i++;
		if (strchr("bBwWdDpPXRhHvVN", regex.p[i]))
			return true;
	}
	return false;
}

static bool compile_regex(const struct pattern_tools *tools, struct arena *a, struct etq_str text,
			  size_t from, struct pattern *p, struct needs *needs,
			  struct phrase_err *err)
{
	char message[PCRE2_MESSAGE_MAX];
	struct etq_str regex;
	uint32_t empty = 0;
	PCRE2_SIZE at;
	int code;

	while (from < text.n && (text.p[from] == ' ' || text.p[from] == '\t'))
		from++;
	regex = (struct etq_str){text.p + from, text.n - from};
	if (regex.n == 0)
		return phrase_fail(err, text, from, "there is nothing behind regex:");
	if (!check_letters(text, from, err))
		return false;
	p->code = pcre2_compile((PCRE2_SPTR)regex.p, regex.n,
				PCRE2_UTF | (asks_unicode(regex) ? PCRE2_UCP : 0) |
					PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C |
					PCRE2_NO_UTF_CHECK,
				&code, &at, tools->compile);
	if (!p->code) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof(message));
		return phrase_fail(err, text, from + at, "%s", message);
	}
	pcre2_pattern_info(p->code, PCRE2_INFO_MATCHEMPTY, &empty);
	if (empty)
		return phrase_fail(err, text, from, "it would match nothing at all, everywhere");
	if (!needs_of_regex(a, regex, needs))
		return phrase_fail(err, text, 0, "out of memory");
	return true;
}

/* ---- phrases ------------------------------------------------------------------------------- */

static bool compile_tree(struct pattern_tools *tools, struct arena *a, const struct node *root,
			 const struct phrase_spec *spec, struct pattern *p, struct phrase_err *err)
{
	switch (program_add(&tools->program, a, root, spec->capture, &p->root)) {
	case PROGRAM_OK:
		return true;
	case PROGRAM_TOO_DEEP:
		return phrase_fail(err, spec->text, 0,
				   "it is too complicated: make several phrases of it");
	case PROGRAM_NO_MEMORY:
		break;
	}
	return phrase_fail(err, spec->text, 0, "out of memory");
}

static bool compile_phrase(struct pattern_tools *tools, struct arena *a,
			   const struct phrase_spec *spec, struct etq_str text, struct pattern *p,
			   struct needs *needs, struct phrase_err *err)
{
	struct phrase_source source = {
		.text = text,
		.exact = spec->exact,
		.capture = spec->capture,
		.lists = spec->lists,
		.stemmer = tools->stemmer,
		.arena = a,
	};
	struct node *root = phrase_parse(&source, err);

	if (!root)
		return false;
	p->span = (uint32_t)phrase_span(root, spec->capture);
	p->required = (uint8_t)need_values(root);
	if (spec->capture)
		p->required &= 1u << VALUE_FIRST_NAME; /* the others are taken, not compared */
	if (!needs_of_phrase(a, root, spec->capture, needs))
		return phrase_fail(err, text, 0, "out of memory");
	return compile_tree(tools, a, root, spec, p, err);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The phrase without blanks at its end; *from is where it begins. */
static bool check_text(const struct phrase_spec *spec, struct etq_str *text, size_t *from,
		       struct phrase_err *err)
{
	size_t bad;

	*text = spec->text;
	*from = 0;
	if (text->n > PHRASE_MAX)
		return phrase_fail(err, SV_NONE, 0,
				   "a phrase has at most %d bytes, this one has %zu", PHRASE_MAX,
				   text->n);
	if (!utf8_valid(*text, &bad))
		return phrase_fail(err, (struct etq_str){text->p, bad}, bad, "it is not UTF-8");
	for (size_t i = 0; i < text->n; i++)
		if (text->p[i] == '\0')
			return phrase_fail(err, *text, i, "it has a NUL byte");
	while (text->n > 0 && is_blank(text->p[text->n - 1]))
		text->n--;
	while (*from < text->n && is_blank(text->p[*from]))
		++*from;
	if (text->n == 0)
		return phrase_fail(err, *text, 0, "the phrase is empty");
	return true;
}

bool pattern_compile(struct pattern_tools *tools, struct arena *a, const struct phrase_spec *spec,
		     struct pattern *p, struct needs *needs, struct phrase_err *err)
{
	struct etq_str text, prefix = SV(REGEX_PREFIX);
	size_t from;
	bool ok;

	*p = (struct pattern){.sides = spec->sides};
	if (!check_text(spec, &text, &from, err))
		return false;
	if (sv_starts((struct etq_str){text.p + from, text.n - from}, prefix))
		ok = compile_regex(tools, a, text, from + prefix.n, p, needs, err);
	else
		ok = compile_phrase(tools, a, spec, text, p, needs, err);
	if (!ok) {
		pattern_clear(p);
		return false;
	}
	p->always = needs->v[0].weight == 0;
	return true;
}
