#include "text/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/eight.h"
#include "text/letter.h"
#include "text/lookalike.h"
#include "text/utf8.h"

enum { FOLD_SLACK = 16 };

#define BIT(kind) (1u << (kind))
#define LETTERS   (BIT(LETTER_LATIN) | BIT(LETTER_CYRILLIC) | BIT(LETTER_OTHER))
#define MIXED     (BIT(LETTER_LATIN) | BIT(LETTER_CYRILLIC))
/* Kinds that are written into a word as they are. */
#define PLAIN_MAX LETTER_MASK

/* The word at hand; f->len is the end of what is written. */
struct folder {
	struct fold *f;
	const char *p;    /* next byte of the original */
	uint32_t at;      /* code point number of p */
	uint32_t open_at; /* code point behind the last [ */
	unsigned kinds;   /* of what is in the word; 0: none at hand */
	const char *p0;   /* where it begins in the original */
	struct fold_word word;
};

static bool fold_reserve(struct fold *f, size_t n)
{
	size_t cap = 3 * n + FOLD_SLACK, words = n / 2 + 2;

	if (f->cap < cap) {
		char *text = realloc(f->text, cap);

		if (!text)
			return false;
		f->text = text;
		f->cap = cap;
	}
	if (f->words_cap < words) {
		struct fold_word *w = realloc(f->words, words * sizeof(*w));

		if (!w)
			return false;
		f->words = w;
		f->words_cap = words;
	}
	return true;
}

static void word_begin(struct folder *d, const char *p)
{
	struct fold *f = d->f;

	if (f->nwords > 0)
		f->text[f->len++] = ' ';
	d->word = (struct fold_word){.off = (uint32_t)f->len, .cp0 = d->at};
	d->p0 = p;
	if (d->open_at == d->at && d->at > 0) {
		f->text[f->len++] = '[';
		d->kinds = BIT(LETTER_OPEN);
		d->word.cp0--;
		d->p0--;
	}
}

static void word_push(struct fold *f, struct fold_word *w)
{
	w->len = (uint32_t)f->len - w->off;
	f->words[f->nwords++] = *w;
}

/* A word of digits and * @ # $ without letters: its runs of digits are words, the rest is nothing. */
static void word_split(struct folder *d)
{
	struct fold *f = d->f;
	struct fold_word w = {0};
	const char *p = d->p0;
	bool in = false;

	f->len = d->word.off - (f->nwords > 0);
	for (uint32_t at = d->word.cp0; at < d->word.cp1; at++) {
		uint32_t out[LETTER_OUT_MAX];
		size_t n, nout;
		uint32_t cp = utf8_decode(p, &n);
		enum letter_kind kind = cp < LETTER_CELLS && letter_cells[cp].kind == LETTER_MASK
						? LETTER_MASK
						: letter_slow(cp, out, &nout);

		p += n;
		if (kind == LETTER_DIGIT && !in) {
			if (f->nwords > 0)
				f->text[f->len++] = ' ';
			w = (struct fold_word){.off = (uint32_t)f->len, .cp0 = at};
			in = true;
		}
		if (kind == LETTER_DIGIT) {
			for (size_t i = 0; i < nout; i++)
				f->text[f->len++] = (char)out[i];
			w.cp1 = at + 1;
		} else if (in && kind == LETTER_MASK) {
			word_push(f, &w);
			in = false;
		}
	}
	if (in)
		word_push(f, &w);
}

static bool only_stars(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '*')
			return false;
	return n >= 2;
}

/* What is seldom: brackets, masks, two alphabets in one word. */
static void word_end_odd(struct folder *d)
{
	struct fold *f = d->f;
	char *word = f->text + d->word.off;
	bool closed = d->kinds & BIT(LETTER_CLOSE);

	if ((d->kinds & BIT(LETTER_OPEN)) && !closed) {
		memmove(word, word + 1, f->len - d->word.off - 1);
		f->len--;
		d->word.cp0++;
		d->p0++;
	}
	if ((d->kinds & BIT(LETTER_MASK)) && !(d->kinds & LETTERS) &&
	    !only_stars(word + closed, f->len - d->word.off - 2u * closed)) {
		word_split(d);
		return;
	}
	if ((d->kinds & MIXED) == MIXED)
		f->len = d->word.off + lookalike_unmix(word, f->len - d->word.off);
	word_push(f, &d->word);
}

static void word_end(struct folder *d)
{
	if ((d->kinds & (BIT(LETTER_OPEN) | BIT(LETTER_MASK))) || (d->kinds & MIXED) == MIXED)
		word_end_odd(d);
	else
		word_push(d->f, &d->word);
	d->kinds = 0;
}

/* Joins a combining mark to the letter before; one that joins none is dropped, in our alphabets. */
static void word_mark(struct folder *d, uint32_t mark)
{
	struct fold *f = d->f;
	uint32_t out[LETTER_OUT_MAX], base, whole;
	size_t last = f->len, n;

	do
		last--;
	while (((unsigned char)f->text[last] & 0xc0) == 0x80);
	base = utf8_decode(f->text + last, &n);
	whole = letter_compose(base, mark);
	if (whole && letter_slow(whole, out, &n) != LETTER_SEPARATOR) {
		f->len = last;
		for (size_t i = 0; i < n; i++)
			f->len += utf8_encode(out[i], f->text + f->len);
	} else if (base >= LETTER_CELLS) {
		f->len += utf8_encode(mark, f->text + f->len);
	}
	d->word.cp1 = d->at + 1;
}

static void fold_letters(struct folder *d, const char *p, enum letter_kind kind,
			 const uint32_t *out, size_t n)
{
	if (!d->kinds)
		word_begin(d, p);
	d->kinds |= BIT(kind);
	for (size_t i = 0; i < n; i++)
		d->f->len += utf8_encode(out[i], d->f->text + d->f->len);
	d->word.cp1 = d->at + 1;
}

/* Everything but plain letters and separators. p: where cp begins in the original. */
static void fold_odd(struct folder *d, const char *p, uint32_t cp)
{
	uint32_t out[LETTER_OUT_MAX];
	size_t n = 0;
	enum letter_kind kind = cp < LETTER_CELLS ? letter_cells[cp].kind : LETTER_SLOW;

	if (kind == LETTER_SLOW)
		kind = letter_slow(cp, out, &n);
	if (kind > LETTER_SEPARATOR && kind <= PLAIN_MAX) {
		fold_letters(d, p, kind, out, n);
		return;
	}
	if (kind == LETTER_SKIP)
		return;
	if (kind == LETTER_MARK) {
		if (d->kinds)
			word_mark(d, cp);
		return;
	}
	if (kind == LETTER_CLOSE && (d->kinds & BIT(LETTER_OPEN))) {
		d->f->text[d->f->len++] = ']';
		d->kinds |= BIT(LETTER_CLOSE);
		d->word.cp1 = d->at + 1;
	}
	if (d->kinds)
		word_end(d);
	if (kind == LETTER_OPEN)
		d->open_at = d->at + 1;
}

static inline uint32_t lower(uint32_t cp, int delta)
{
	if (delta < LETTER_DELTA_ODD)
		return cp + (uint32_t)delta;
	return delta == LETTER_DELTA_EVEN ? cp | 1 : cp + (cp & 1);
}

static inline bool is_plain(unsigned kind)
{
	return kind - 1u < PLAIN_MAX;
}

/*
 * Are these four letters from а to я, which fold to themselves? They are D0 B0 … D0 BF and
 * D1 80 … D1 8F: with a bit of the first byte before six of the second, 30 … 4F.
 */
static inline bool are_small_russian(uint64_t four)
{
	const uint64_t each = 0x0001000100010001ull;
	uint64_t letters = (four & each) << 6 | (four >> 8 & 0x3f * each);

	return (four & 0xfe * each) == 0xd0 * each &&
	       ((letters + 0x10 * each) & 0x60 * each) == 0x40 * each;
}

/* The letters of one or two bytes from d->p on, all that folding mostly does: no calls in here. */
static void fold_run(struct folder *d, const char *end)
{
	const unsigned char *p = (const unsigned char *)d->p;
	const unsigned char *last = (const unsigned char *)end;
	char *out = d->f->text + d->f->len;
	uint32_t at = d->at;
	unsigned kinds = d->kinds;

	for (; p < last; at++) {
		struct letter_cell cell;
		uint32_t cp;

		for (; last - p >= 8 && are_small_russian(eight_at((const char *)p)); at += 4) {
			memcpy(out, p, 8);
			kinds |= BIT(LETTER_CYRILLIC);
			out += 8;
			p += 8;
		}
		if (p == last)
			break;
		cp = *p;
		if (cp < 0x80) {
			cell = letter_cells[cp];
			if (!is_plain(cell.kind))
				break;
			*out++ = (char)(cp + (uint32_t)cell.delta);
			p++;
		} else {
			cp = (cp & 0x1f) << 6 | (p[1] & 0x3fu);
			if (*p >= 0xe0 || cp >= LETTER_CELLS)
				break;
			cell = letter_cells[cp];
			if (!is_plain(cell.kind))
				break;
			cp = lower(cp, cell.delta);
			out[0] = (char)(0xc0 | cp >> 6);
			out[1] = (char)(0x80 | (cp & 0x3f));
			out += 2;
			p += 2;
		}
		kinds |= BIT(cell.kind);
	}
	d->p = (const char *)p;
	d->f->len = (size_t)(out - d->f->text);
	d->at = at;
	d->kinds = kinds;
	d->word.cp1 = at;
}

bool fold_text(struct fold *f, struct etq_str s)
{
	struct folder d = {.f = f, .p = s.p};
	const char *end = s.p + s.n;

	if (!fold_reserve(f, s.n))
		return false;
	f->len = f->nwords = 0;
	while (d.p < end) {
		const char *p = d.p;
		size_t n;
		uint32_t cp = utf8_decode(p, &n);
		unsigned kind = cp < LETTER_CELLS ? letter_cells[cp].kind : LETTER_SLOW;

		if (is_plain(kind)) {
			if (!d.kinds)
				word_begin(&d, p);
			fold_run(&d, end);
			continue;
		}
		if (kind != LETTER_SEPARATOR)
			fold_odd(&d, p, cp);
		else if (d.kinds)
			word_end(&d);
		d.p += n;
		d.at++;
	}
	if (d.kinds)
		word_end(&d);
	return true;
}

void fold_free(struct fold *f)
{
	free(f->text);
	free(f->words);
	*f = (struct fold){0};
}
