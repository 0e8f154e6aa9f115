/* The lines that say something: "agent: …". */
#include <stdio.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/textcall_state.h"

enum { WORD_MS = 400 };

static const struct {
	const char *name;
	enum etq_side side;
} speakers[] = {
	{"agent", ETQ_AGENT},     {"customer", ETQ_CUSTOMER}, {"bot", ETQ_BOT},
	{"оператор", ETQ_AGENT},  {"клиент", ETQ_CUSTOMER},   {"бот", ETQ_BOT},
	{"Agent", ETQ_AGENT},     {"Customer", ETQ_CUSTOMER}, {"Bot", ETQ_BOT},
	{"Оператор", ETQ_AGENT},  {"Клиент", ETQ_CUSTOMER},   {"Бот", ETQ_BOT},
	{"unknown", ETQ_UNKNOWN},
};

enum { NAMES = sizeof(speakers) / sizeof(speakers[0]) };

static bool find_speaker(struct textcall_reading *l, struct etq_str name, enum etq_side *side)
{
	const char *names[NAMES + 1] = {NULL};
	const char *near;

	for (size_t i = 0; i < NAMES; i++) {
		names[i] = speakers[i].name;
		if (sv_eq(name, sv_of(names[i]))) {
			*side = speakers[i].side;
			return true;
		}
	}
	near = diag_nearest(name, names);
	if (near)
		return scan_fail(&l->scan, l->start, "who speaks? Did you mean \"%s:\"?", near);
	return scan_fail(&l->scan, l->start,
			 "who speaks? agent, customer, bot or unknown stands before the colon");
}

static size_t count_words(struct etq_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != ' ' && text.p[i] != '\t' &&
		     (i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '\t');
	return n;
}

/* When it begins and ends. */
static bool times(struct textcall_reading *l, enum etq_side side, struct etq_str text,
		  struct etq_input *in)
{
	struct textcall *t = l->t;
	size_t words = count_words(text);

	if (l->at != ETQ_NO_TIME)
		in->t = l->at;
	else if (t->state != BETWEEN_CALLS && t->open[side].number)
		in->t = t->open[side].t;
	else
		in->t = t->state == BETWEEN_CALLS ? 0 : t->cursor + t->gap;
	in->end = l->until;
	if (in->end == ETQ_NO_TIME)
		in->end = in->t + WORD_MS * (int64_t)(words ? words : 1);
	return in->end <= INT32_MAX || textcall_too_long(l);
}

static void give_utterance(struct textcall_reading *l, enum etq_side side,
			   const struct etq_input *found)
{
	struct textcall *t = l->t;
	unsigned number = t->open[side].number ? t->open[side].number : ++t->said;
	struct etq_input *in = textcall_add(t, l->out, ETQ_UTTERANCE, found->t);
	int n = snprintf(t->utterance, sizeof(t->utterance), "u%u", number);

	in->id = (struct etq_str){t->utterance, (size_t)n};
	in->by = side;
	in->end = found->end;
	in->final = found->final;
	in->text = found->text;
	t->open[side].number = found->final ? 0 : number;
	t->open[side].t = found->t;
	textcall_move_cursor(t, found->end);
	t->gap = TEXTCALL_GAP_MS;
}

bool textcall_speech(struct textcall_reading *l)
{
	struct scan *s = &l->scan;
	struct etq_str name = {s->line.p + s->i, 0};
	struct etq_input found;
	enum etq_side side = ETQ_UNKNOWN;

	etq_input_init(&found);
	while (!scan_at_end(s) && s->line.p[s->i] != ':' && s->line.p[s->i] != '~')
		s->i++;
	name.n = s->i - l->start;
	found.final = !scan_char(s, '~');
	if (!scan_char(s, ':'))
		return scan_fail(s, l->start,
				 "\"agent: …\", \"customer: …\" or \"[…]\" is expected");
	if (!find_speaker(l, name, &side))
		return false;
	scan_blanks(s);
	found.text = scan_rest(s);
	if (found.text.n > ETQ_MAX_TEXT)
		return scan_fail(s, l->start, "more than %d bytes are said", ETQ_MAX_TEXT);
	if (!times(l, side, found.text, &found) || !textcall_happen(l))
		return false;
	give_utterance(l, side, &found);
	return true;
}
