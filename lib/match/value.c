#include "match/value.h"

#include <string.h>

#include "base/sv.h"
#include "match/loose.h"
#include "match/matcher.h"
#include "match/value_private.h"
#include "text/utf8.h"

static const char *const names[VALUE_NAMES] = {
	[VALUE_AGENT_NAME] = "agent.name",
	[VALUE_CUSTOMER_NAME] = "customer.name",
	[VALUE_COMPANY] = "company",
	[VALUE_FIRST_NAME] = "first.name",
};

const char *value_name_text(enum value_name name)
{
	return names[name];
}

bool value_name_parse(struct etq_str text, enum value_name *name)
{
	for (int i = 0; i < VALUE_NAMES; i++) {
		if (sv_eq(text, sv_of(names[i]))) {
			*name = (enum value_name)i;
			return true;
		}
	}
	return false;
}

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- made ---------------------------------------------------------------------------------- */

bool value_fold(struct folded_value *out, struct etq_str text)
{
	out->f = (struct fold){.text = out->text,
			       .cap = sizeof(out->text),
			       .words = out->words,
			       .words_cap = COUNT(out->words)};
	if (text.n > ETQ_MAX_META) {
		text.n = ETQ_MAX_META;
		while (text.n > 0 && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	return fold_text(&out->f, text);
}

struct etq_str value_folded_word(const struct folded_value *folded, size_t i)
{
	const struct fold_word *w = &folded->f.words[i];

	return (struct etq_str){folded->f.text + w->off, w->len};
}

void value_add(struct value *v, struct etq_str word)
{
	size_t stem;
	enum declension d = declension_of(word, v->all_words, &stem);

	if (stem > VALUE_MAX_STEM) {
		stem = VALUE_MAX_STEM;
		while (((unsigned char)word.p[stem] & 0xc0) == 0x80)
			stem--;
		d = DECLINED_ANYHOW;
	}
	v->words[v->nwords].len = (uint8_t)stem;
	v->words[v->nwords].form = (uint8_t)d;
	memcpy(v->words[v->nwords].stem, word.p, stem);
	v->nwords++;
}

static uint64_t letters_of(const struct value *v)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < (v->all_words ? v->nwords > 0 : v->nwords); i++) {
		/* A stem of two letters may lose the first of them. */
		if (v->words[i].len <= 4 && v->words[i].form == DECLINED_FLEETING)
			return UINT64_MAX;
		letters |= v->words[i].len > 0 ? value_letter(v->words[i].stem) : UINT64_MAX;
	}
	return letters;
}

void value_close(struct value *v)
{
	v->letters = letters_of(v);
}

void value_make(struct value *v, enum value_name name, struct etq_str text)
{
	struct folded_value folded;

	if (name == VALUE_COMPANY) {
		value_make_company(v, text, (struct value_span){0});
		return;
	}
	*v = (struct value){0};
	if (!value_fold(&folded, text))
		return;
	for (size_t i = 0; i < folded.f.nwords && v->nwords < VALUE_MAX_WORDS; i++)
		if (utf8_count(value_folded_word(&folded, i)) >= DECLINED_LETTERS)
			value_add(v, value_folded_word(&folded, i));
	value_close(v);
}

/* ---- put away ------------------------------------------------------------------------------ */

enum { PACKED_ALL_WORDS = 0x80 };

size_t value_pack(const struct value *v, uint8_t *out)
{
	uint8_t *at = out;

	*at++ = (uint8_t)(v->nwords | (v->all_words ? PACKED_ALL_WORDS : 0));
	for (size_t i = 0; i < v->nwords; i++) {
		*at++ = v->words[i].len;
		*at++ = v->words[i].form;
		memcpy(at, v->words[i].stem, v->words[i].len);
		at += v->words[i].len;
	}
	return (size_t)(at - out);
}

size_t value_unpack(const uint8_t *in, struct value *v)
{
	const uint8_t *at = in;

	v->nwords = *at & (PACKED_ALL_WORDS - 1);
	v->all_words = *at++ & PACKED_ALL_WORDS;
	for (size_t i = 0; i < v->nwords; i++) {
		v->words[i].len = *at++;
		v->words[i].form = *at++;
		memcpy(v->words[i].stem, at, v->words[i].len);
		at += v->words[i].len;
	}
	value_close(v);
	return (size_t)(at - in);
}

/* ---- recognising --------------------------------------------------------------------------- */

static struct etq_str word_at(const struct matcher_text *text, size_t i)
{
	return (struct etq_str){text->text + text->words[i].off, text->words[i].len};
}

static size_t match_all(const struct value *v, const struct matcher_text *text, size_t at)
{
	for (size_t i = 0; i < v->nwords; i++)
		if (at + i >= text->nwords || !value_word_matches(v, i, word_at(text, at + i)))
			return 0;
	return v->nwords;
}

static size_t match_any(const struct value *v, const struct matcher_text *text, size_t at)
{
	size_t n = 0;

	while (n < v->nwords && at + n < text->nwords) {
		bool found = false;

		for (size_t i = 0; i < v->nwords && !found; i++)
			found = value_word_matches(v, i, word_at(text, at + n));
		if (!found)
			break;
		n++;
	}
	return n;
}

size_t value_match(const struct value *v, const struct matcher_text *text, size_t at)
{
	size_t n;

	if (!v->all_words)
		return match_any(v, text, at);
	n = v->nwords > 0 ? match_all(v, text, at) : 0;
	return n > 0 || v->nwords == 0 ? n : loose_match(v, text, at);
}
