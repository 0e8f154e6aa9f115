#include "wire/textcall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "text/utf8.h"
#include "wire/textcall_state.h"

struct textcall *textcall_new(void)
{
	return calloc(1, sizeof(struct textcall));
}

void textcall_free(struct textcall *t)
{
	free(t);
}

/* ---- inputs ---- */

struct etq_input *textcall_add(struct textcall *t, struct textcall_inputs *out,
			       enum etq_input_type type, int64_t at)
{
	struct etq_input *in = &out->v[out->n++];

	etq_input_init(in);
	in->type = type;
	in->t = at;
	in->call = (struct etq_str){t->call, t->call_length};
	return in;
}

void textcall_begin(struct textcall *t)
{
	t->state = IN_CALL;
	t->calls++;
	t->said = 0;
	t->cursor = t->gap = 0;
	memset(t->open, 0, sizeof(t->open));
	t->call_length = (size_t)snprintf(t->call, sizeof(t->call), "c%u", t->calls);
}

static void give_pending(struct textcall *t, struct textcall_inputs *out)
{
	if (!t->pending)
		return;
	callmeta_view(&t->meta, &textcall_add(t, out, ETQ_CALL_START, 0)->meta);
	t->pending = false;
}

void textcall_finish(struct textcall *t, struct textcall_inputs *out)
{
	out->n = 0;
	give_pending(t, out);
}

void textcall_move_cursor(struct textcall *t, int64_t to)
{
	if (to > t->cursor)
		t->cursor = to;
}

/* Something happens in a call: there is one, and its call.start is given out. */
bool textcall_happen(struct textcall_reading *l)
{
	struct textcall *t = l->t;

	if (t->state == CALL_ENDED && l->at == ETQ_NO_TIME)
		return scan_fail(&l->scan, l->start,
				 "the call has ended: a [call …] line begins the next, and what "
				 "came late needs its time, @12.5");
	if (t->state == BETWEEN_CALLS)
		textcall_begin(t);
	give_pending(t, l->out);
	return true;
}

bool textcall_too_long(struct textcall_reading *l)
{
	return scan_fail(&l->scan, l->start, "a call may last 24 days at most");
}

int64_t textcall_here(const struct textcall_reading *l)
{
	if (l->at != ETQ_NO_TIME)
		return l->at;
	return l->t->state == BETWEEN_CALLS ? 0 : l->t->cursor;
}

/* ---- a line ---- */

static bool time_mark(struct textcall_reading *l)
{
	struct scan *s = &l->scan;

	if (!scan_char(s, '@'))
		return true;
	if (!scan_clock(s, &l->at))
		return false;
	if (scan_char(s, '-')) {
		size_t from = s->i;

		if (!scan_clock(s, &l->until))
			return false;
		if (l->until < l->at)
			return scan_fail(s, from, "it ends before it begins");
	}
	if (!scan_at_end(s) && s->line.p[s->i] != ' ' && s->line.p[s->i] != '\t')
		return scan_fail(s, s->i, "a blank is expected behind the time");
	scan_blanks(s);
	return true;
}

static struct etq_str trim_end(struct etq_str s)
{
	while (s.n > 0 && strchr(" \t\r", s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool check_line(struct etq_str line, struct etq_err *err, int *col)
{
	const char *nul;
	size_t bad;

	*col = 1;
	if (line.n > ETQ_MAX_LINE) {
		err_set(err, "line-too-long", "the line has more than %d bytes", ETQ_MAX_LINE);
		return false;
	}
	if (!utf8_valid(line, &bad)) {
		*col = (int)utf8_count((struct etq_str){line.p, bad}) + 1;
		err_set(err, "not-utf8", "this is not UTF-8");
		return false;
	}
	nul = line.n ? memchr(line.p, '\0', line.n) : NULL;
	if (nul) {
		*col = (int)utf8_count((struct etq_str){line.p, (size_t)(nul - line.p)}) + 1;
		err_set(err, "nul-in-text", "a NUL byte");
		return false;
	}
	return true;
}

bool textcall_line(struct textcall *t, struct etq_str line, struct textcall_inputs *out,
		   struct etq_err *err, int *col)
{
	struct textcall_reading l = {.t = t, .out = out, .at = ETQ_NO_TIME, .until = ETQ_NO_TIME};

	out->n = 0;
	if (!check_line(line, err, col))
		return false;
	l.scan = (struct scan){.line = trim_end(line), .err = err, .col = col};
	if (!t->had_line && sv_starts(line, SV("\xef\xbb\xbf")))
		l.scan.i = 3;
	t->had_line = true;
	scan_blanks(&l.scan);
	if (scan_at_end(&l.scan) || scan_char(&l.scan, '#'))
		return true;
	if (!time_mark(&l))
		return false;
	l.start = l.scan.i;
	return scan_char(&l.scan, '[') ? textcall_bracket(&l) : textcall_speech(&l);
}
