#include "base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sv.h"

enum { DIAG_MESSAGE_MAX = 4096, DIAG_SOURCE_MAX = 1000 };

/* The largest n that does not cut a code point of s (which is longer) in two. */
static size_t cut(const char *s, size_t n)
{
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static char *copy(struct etq_str s)
{
	char *p = malloc(s.n + 1);

	if (!p)
		return NULL;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

/* Line number line of text, cut where it is too long to be shown; absent when there is none. */
static struct etq_str line_of(struct etq_str text, int line)
{
	const char *p = text.p, *end = text.p ? text.p + text.n : NULL, *stop;
	size_t n;

	if (!p || line < 1)
		return SV_NONE;
	for (; line > 1; line--) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return SV_NONE;
		p++;
	}
	stop = memchr(p, '\n', (size_t)(end - p));
	n = (size_t)((stop ? stop : end) - p);
	if (n > 0 && p[n - 1] == '\r')
		n--;
	if (n > DIAG_SOURCE_MAX)
		n = cut(p, DIAG_SOURCE_MAX);
	return (struct etq_str){p, n};
}

static bool diags_grow(struct etq_diags *diags)
{
	size_t cap = diags->cap ? diags->cap * 2 : 8;
	struct etq_diag *v;

	if (diags->n < diags->cap)
		return true;
	v = realloc(diags->v, cap * sizeof(*v));
	if (!v)
		return false;
	diags->v = v;
	diags->cap = cap;
	return true;
}

static void diag_clear(struct etq_diag *d)
{
	free(d->file);
	free(d->message);
	free(d->source);
}

void diag_add(struct etq_diags *diags, enum etq_diag_level level, const char *file,
	      struct etq_str text, int line, int col, const char *fmt, ...)
{
	struct etq_diag d = {.level = level, .line = line, .col = col};
	struct etq_str source = line_of(text, line);
	struct buf message = BUF_INIT(DIAG_MESSAGE_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	d.file = copy(sv_of(file));
	d.message = message.p;
	if (source.p)
		d.source = copy(source);
	if (message.failed || !d.message || !d.file || (source.p && !d.source) ||
	    !diags_grow(diags)) {
		diag_clear(&d);
		diags->out_of_memory = true;
		diags->errors++;
		return;
	}
	diags->v[diags->n++] = d;
	if (level == ETQ_DIAG_ERROR)
		diags->errors++;
}

void etq_diags_free(struct etq_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		diag_clear(&diags->v[i]);
	free(diags->v);
	*diags = (struct etq_diags){0};
}

/* What snprintf does, piece by piece. */
struct out {
	char *p;
	size_t size, n;
};

static void out_put(struct out *o, const char *s, size_t n)
{
	if (o->n + 1 < o->size) {
		size_t room = o->size - o->n - 1;

		memcpy(o->p + o->n, s, n < room ? n : room);
	}
	o->n += n;
}

static void out_puts(struct out *o, const char *s)
{
	out_put(o, s, strlen(s));
}

/* Blanks as wide as the source line up to col: tabs stay tabs. */
static void out_indent(struct out *o, const char *source, int col)
{
	for (int i = 1; i < col; i++) {
		out_puts(o, *source == '\t' ? "\t" : " ");
		if (*source)
			source++;
		while (((unsigned char)*source & 0xc0) == 0x80)
			source++;
	}
}

int etq_diag_format(const struct etq_diag *diag, char *buf, size_t size)
{
	static const char *const levels[] = {
		[ETQ_DIAG_ERROR] = "error",
		[ETQ_DIAG_WARNING] = "warning",
	};
	struct out o = {.p = buf, .size = size};
	char place[32] = "";

	if (diag->line > 0 && diag->col > 0)
		snprintf(place, sizeof(place), "%d:%d:", diag->line, diag->col);
	else if (diag->line > 0)
		snprintf(place, sizeof(place), "%d:", diag->line);
	out_puts(&o, diag->file);
	out_puts(&o, ":");
	out_puts(&o, place);
	out_puts(&o, " ");
	out_puts(&o, levels[diag->level]);
	out_puts(&o, ": ");
	out_puts(&o, diag->message);
	if (diag->source) {
		out_puts(&o, "\n  ");
		out_puts(&o, diag->source);
	}
	if (diag->source && diag->col > 0) {
		out_puts(&o, "\n  ");
		out_indent(&o, diag->source, diag->col);
		out_puts(&o, "^");
	}
	if (size > 0)
		buf[o.n < size ? o.n : size - 1] = '\0';
	return (int)o.n;
}

void err_set(struct etq_err *err, const char *code, const char *fmt, ...)
{
	char message[2 * sizeof(err->message)];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	n = strlen(message);
	if (n >= sizeof(err->message))
		n = cut(message, sizeof(err->message) - 1);
	memcpy(err->message, message, n);
	err->message[n] = '\0';
	snprintf(err->code, sizeof(err->code), "%s", code);
}

/* Code points of s into cps, at most NEAREST_MAX; a byte that makes no sense stands for itself. */
static size_t decode(struct etq_str s, uint32_t cps[NEAREST_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < NEAREST_MAX; n++) {
		uint32_t cp = (unsigned char)s.p[i++];

		while (i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
			cp = cp << 8 | (unsigned char)s.p[i++];
		cps[n] = cp;
	}
	return n;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Insertions, deletions, replacements and swaps of neighbours that make b of a. */
static size_t distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[nb];
}

const char *diag_nearest(struct etq_str written, const char *const *names)
{
	uint32_t a[NEAREST_MAX], b[NEAREST_MAX];
	size_t na = decode(written, a);
	size_t best_distance = SIZE_MAX;
	const char *best = NULL;

	for (; *names; names++) {
		size_t nb = decode(sv_of(*names), b);
		size_t d = distance(a, na, b, nb);
		size_t longer = na > nb ? na : nb;

		/* A third of the letters may be wrong, but not all of a short name. */
		if (d < best_distance && d <= (longer + 2) / 3 && d < longer) {
			best_distance = d;
			best = *names;
		}
	}
	return best;
}
