/* The lines in brackets: [call …], [ring …], [hold …], [silence …], [end …]. */
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/textcall_state.h"

static bool close_bracket(struct textcall_reading *l)
{
	scan_blanks(&l->scan);
	if (!scan_char(&l->scan, ']'))
		return scan_fail(&l->scan, l->scan.i, "] is expected");
	scan_blanks(&l->scan);
	if (!scan_at_end(&l->scan))
		return scan_fail(&l->scan, l->scan.i, "nothing may stand behind the ]");
	return true;
}

static bool no_end_time(struct textcall_reading *l)
{
	if (l->until == ETQ_NO_TIME)
		return true;
	return scan_fail(&l->scan, 0, "only what is said has an end: write @12.5 […]");
}

static bool update_call(struct textcall_reading *l, struct callmeta *m)
{
	struct textcall *t = l->t;
	struct etq_str id = {m->id, m->id_length};

	if (id.n > 0 && !sv_eq(id, (struct etq_str){t->call, t->call_length}))
		return scan_fail(&l->scan, l->start,
				 "the call has another id: [end] must come before the next call");
	t->meta = *m;
	textcall_move_cursor(t, l->at);
	callmeta_view(&t->meta, &textcall_add(t, l->out, ETQ_CALL_UPDATE,
					      l->at == ETQ_NO_TIME ? t->cursor : l->at)
					 ->meta);
	return true;
}

static bool line_call(struct textcall_reading *l)
{
	struct textcall *t = l->t;
	struct callmeta m;

	if (t->pending)
		m = t->meta;
	else
		callmeta_init(&m);
	if (!callmeta_scan(&m, &l->scan) || !close_bracket(l))
		return false;
	if (t->state == IN_CALL && !t->pending)
		return update_call(l, &m);
	if (l->at != ETQ_NO_TIME)
		return scan_fail(&l->scan, 0, "a call begins at 0");
	if (!t->pending)
		textcall_begin(t);
	t->pending = true;
	t->meta = m;
	if (m.id_length > 0) {
		memcpy(t->call, m.id, m.id_length);
		t->call_length = m.id_length;
	}
	return true;
}

static bool line_ring(struct textcall_reading *l)
{
	enum { RINGS_MAX = 1000 };
	struct textcall *t = l->t;
	int64_t ms = ETQ_NO_TIME, count = -1;

	scan_blanks(&l->scan);
	if (!scan_duration(&l->scan, &ms, &count) || !close_bracket(l))
		return false;
	if (count > RINGS_MAX)
		return scan_fail(&l->scan, l->start, "it rings %d times at most", RINGS_MAX);
	if (l->at != ETQ_NO_TIME || (t->state == IN_CALL && !t->pending))
		return scan_fail(&l->scan, l->start,
				 "[ring …] stands before anything else of a call but [call …]");
	if (!t->pending) {
		textcall_begin(t);
		callmeta_init(&t->meta);
		t->pending = true;
	}
	if (count >= 0)
		t->meta.numbers.rings = (int)count;
	else
		t->meta.numbers.ring_ms = ms;
	return true;
}

static bool line_hold(struct textcall_reading *l)
{
	struct textcall *t = l->t;
	int64_t length = ETQ_NO_TIME, at = textcall_here(l);
	struct etq_str word;

	scan_blanks(&l->scan);
	word = scan_word(&l->scan);
	if (!sv_eq(word, SV("start")) && !sv_eq(word, SV("end"))) {
		if (word.n > 0)
			return scan_fail(&l->scan, l->scan.i - word.n,
					 "write [hold 40s], [hold start] or [hold end]");
		if (!scan_duration(&l->scan, &length, NULL))
			return false;
		if (at + length > INT32_MAX)
			return textcall_too_long(l);
	}
	if (!close_bracket(l) || !no_end_time(l) || !textcall_happen(l))
		return false;
	if (length != ETQ_NO_TIME || word.p[0] == 's')
		textcall_add(t, l->out, ETQ_HOLD_START, at);
	if (length != ETQ_NO_TIME)
		at += length;
	if (length != ETQ_NO_TIME || word.p[0] == 'e')
		textcall_add(t, l->out, ETQ_HOLD_END, at);
	textcall_move_cursor(t, at);
	t->gap = TEXTCALL_GAP_MS;
	return true;
}

static bool line_silence(struct textcall_reading *l)
{
	int64_t length, at = textcall_here(l);

	scan_blanks(&l->scan);
	if (!scan_duration(&l->scan, &length, NULL) || !close_bracket(l) || !no_end_time(l))
		return false;
	if (at + length > INT32_MAX)
		return textcall_too_long(l);
	if (!textcall_happen(l))
		return false;
	textcall_move_cursor(l->t, at + length);
	l->t->gap = 0;
	return true;
}

static bool line_end(struct textcall_reading *l)
{
	static const enum etq_side enders[] = {ETQ_AGENT, ETQ_CUSTOMER, ETQ_SYSTEM};
	enum etq_side by = ETQ_SYSTEM;
	int64_t at = textcall_here(l);
	size_t from, i = 0;
	struct etq_str word;

	scan_blanks(&l->scan);
	from = l->scan.i;
	word = scan_word(&l->scan);
	if (sv_eq(word, SV("by"))) {
		scan_blanks(&l->scan);
		from = l->scan.i;
		word = scan_word(&l->scan);
		while (i < 3 && !sv_eq(word, sv_of(etq_side_name(enders[i]))))
			i++;
		if (i == 3)
			return scan_fail(&l->scan, from,
					 "a call is ended by agent, customer or system");
		by = enders[i];
	} else if (word.n > 0) {
		return scan_fail(&l->scan, from, "write [end] or [end by agent]");
	}
	if (!close_bracket(l) || !no_end_time(l) || !textcall_happen(l))
		return false;
	textcall_add(l->t, l->out, ETQ_CALL_END, at)->by = by;
	textcall_move_cursor(l->t, at);
	l->t->state = CALL_ENDED;
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct textcall_reading *l);
} brackets[] = {
	{"call", line_call}, {"ring", line_ring},       {"hold", line_hold},
	{"end", line_end},   {"silence", line_silence},
};

enum { BRACKETS = sizeof(brackets) / sizeof(brackets[0]) };

bool textcall_bracket(struct textcall_reading *l)
{
	const char *names[BRACKETS + 1] = {NULL};
	size_t from;
	struct etq_str word;
	const char *near;

	scan_blanks(&l->scan);
	from = l->scan.i;
	word = scan_word(&l->scan);
	for (size_t i = 0; i < BRACKETS; i++) {
		names[i] = brackets[i].name;
		if (sv_eq(word, sv_of(names[i])))
			return brackets[i].read(l);
	}
	near = word.n ? diag_nearest(word, names) : NULL;
	if (near)
		return scan_fail(&l->scan, from, "no such line: did you mean [%s …]?", near);
	return scan_fail(&l->scan, from, "call, ring, hold, silence or end is expected");
}
