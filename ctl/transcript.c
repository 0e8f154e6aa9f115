#include "transcript.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sv.h"
#include "base/table.h"
#include "wire/textcall.h"

enum { TRANSCRIPT_MAX = 1024 * 1024 * 1024, FIRST_LINES = 32 };

struct transcript {
	struct arena *arena;
	struct table *by_id;
	struct talk **talks;
	size_t n, cap;
};

struct transcript *transcript_new(void)
{
	struct transcript *tr = calloc(1, sizeof *tr);

	if (!tr)
		return NULL;
	tr->arena = arena_new(TRANSCRIPT_MAX);
	tr->by_id = table_new(0);
	if (!tr->arena || !tr->by_id) {
		transcript_free(tr);
		return NULL;
	}
	return tr;
}

void transcript_free(struct transcript *tr)
{
	if (!tr)
		return;
	for (size_t i = 0; i < tr->n; i++)
		free(tr->talks[i]->lines);
	free(tr->talks);
	table_free(tr->by_id);
	arena_free(tr->arena);
	free(tr);
}

size_t transcript_count(const struct transcript *tr)
{
	return tr->n;
}

struct talk *transcript_talk(const struct transcript *tr, size_t i)
{
	return tr->talks[i];
}

struct talk *transcript_find(const struct transcript *tr, struct etq_str call)
{
	return table_get(tr->by_id, call);
}

static struct talk *add_talk(struct transcript *tr, struct etq_str call)
{
	if (tr->n == tr->cap) {
		size_t cap = tr->cap ? 2 * tr->cap : FIRST_LINES;
		struct talk **talks = realloc(tr->talks, cap * sizeof(struct talk *));

		if (!talks)
			return NULL;
		tr->talks = talks;
		tr->cap = cap;
	}
	struct talk *talk = arena_alloc(tr->arena, sizeof *talk);
	struct etq_input none;

	if (!talk)
		return NULL;
	etq_input_init(&none);
	talk->meta = none.meta;
	talk->id = arena_dup(tr->arena, call);
	if (!talk->id.p || !table_put(tr->by_id, talk->id, talk))
		return NULL;
	tr->talks[tr->n++] = talk;
	return talk;
}

static bool keep(struct transcript *tr, struct etq_str *to, struct etq_str from)
{
	if (!from.p)
		return true;
	struct etq_str copy = arena_dup(tr->arena, from);

	if (!copy.p)
		return false;
	*to = copy;
	return true;
}

/* What the line gives replaces what was known. */
static bool learn(struct transcript *tr, struct etq_meta *meta, const struct etq_meta *new)
{
	if (new->started_at != ETQ_NO_TIME)
		meta->started_at = new->started_at;
	if (new->ring_ms != ETQ_NO_TIME)
		meta->ring_ms = new->ring_ms;
	if (new->rings >= 0)
		meta->rings = new->rings;
	if (new->direction != ETQ_DIRECTION_UNKNOWN)
		meta->direction = new->direction;
	return keep(tr, &meta->agent_id, new->agent_id) &&
	       keep(tr, &meta->agent_name, new->agent_name) &&
	       keep(tr, &meta->customer_id, new->customer_id) &&
	       keep(tr, &meta->customer_name, new->customer_name) &&
	       keep(tr, &meta->queue, new->queue) && keep(tr, &meta->company, new->company) &&
	       keep(tr, &meta->lang, new->lang);
}

/* "[hold start]": the text format's line without its time. */
static bool note(struct transcript *tr, const struct etq_input *in, struct etq_str *out)
{
	struct buf line = BUF_INIT(ETQ_MAX_LINE);
	bool ok = textcall_render(in, &line);

	if (ok) {
		const char *bracket = strchr(line.p, '[');
		const char *from = bracket ? bracket : line.p;

		*out = arena_dup(tr->arena, (struct etq_str){from, strcspn(from, "\n")});
		ok = out->p;
	}
	buf_free(&line);
	return ok;
}

/* An earlier line that this one is another version of. */
static struct tline *same_utterance(const struct talk *talk, const struct etq_input *in)
{
	for (size_t i = talk->n; in->type == ETQ_UTTERANCE && i-- > 0;) {
		struct tline *line = &talk->lines[i];
		bool same;

		if (line->in.type != ETQ_UTTERANCE)
			continue;
		if (in->id.n > 0)
			same = sv_eq(line->in.id, in->id);
		else if (!line->in.final)
			same = line->in.id.n == 0 && line->in.by == in->by;
		else
			same = line->in.by == in->by && line->in.t == in->t &&
			       line->in.end == in->end && sv_eq(line->in.text, in->text) &&
			       in->t != ETQ_NO_TIME;
		if (same)
			return line;
	}
	return NULL;
}

static int64_t latest(const struct talk *talk)
{
	int64_t t = 0;

	for (size_t i = 0; i < talk->n; i++) {
		const struct tline *line = &talk->lines[i];
		int64_t end = line->in.end > line->t ? line->in.end : line->t;

		if (end > t)
			t = end;
	}
	return t;
}

static bool fill(struct transcript *tr, struct talk *talk, struct tline *line,
		 const struct etq_input *in)
{
	struct etq_str text = line->in.text;

	line->t = in->t != ETQ_NO_TIME ? in->t : latest(talk);
	line->in = *in;
	line->in.words = NULL;
	line->in.nwords = 0;
	line->in.call = talk->id;
	line->in.id = SV_NONE;
	line->in.text = text;
	/* An empty final means that the last partial stands. */
	if (in->text.n > 0 && !keep(tr, &line->in.text, in->text))
		return false;
	if (in->type != ETQ_UTTERANCE && !note(tr, in, &line->note))
		return false;
	return keep(tr, &line->in.id, in->id);
}

static bool grow(struct talk *talk)
{
	if (talk->n < talk->cap)
		return true;
	size_t cap = talk->cap ? 2 * talk->cap : FIRST_LINES;
	struct tline *lines = realloc(talk->lines, cap * sizeof *lines);

	if (!lines)
		return false;
	talk->lines = lines;
	talk->cap = cap;
	return true;
}

enum added transcript_add(struct transcript *tr, const struct etq_input *in, struct talk **out,
			  size_t *i)
{
	struct talk *talk = transcript_find(tr, in->call);

	if (!talk)
		talk = add_talk(tr, in->call);
	if (!talk || !learn(tr, &talk->meta, &in->meta))
		return ADDED_FAILED;
	*out = talk;
	if (in->type == ETQ_CALL_START)
		return ADDED_NOTHING;
	struct tline *line = same_utterance(talk, in);

	if (line && line->in.final)
		return ADDED_NOTHING;
	if (!line) {
		if (!grow(talk))
			return ADDED_FAILED;
		line = &talk->lines[talk->n];
		*line = (struct tline){0};
	}
	if (!fill(tr, talk, line, in))
		return ADDED_FAILED;
	*i = (size_t)(line - talk->lines);
	if (*i == talk->n)
		talk->n++;
	return line->in.final ? ADDED_LINE : ADDED_NOTHING;
}

void talk_sort(struct talk *talk)
{
	/* By insertion: lines come nearly in order. */
	for (size_t i = 1; i < talk->n; i++) {
		struct tline line = talk->lines[i];
		size_t j = i;

		for (; j > 0 && talk->lines[j - 1].t > line.t; j--)
			talk->lines[j] = talk->lines[j - 1];
		talk->lines[j] = line;
	}
}

ptrdiff_t talk_quoted(const struct talk *talk, const struct etq_quote *quote)
{
	for (size_t i = talk->n; i-- > 0;) {
		const struct tline *line = &talk->lines[i];

		if (line->in.type != ETQ_UTTERANCE || line->in.by != quote->by)
			continue;
		if (quote->utterance.n > 0 ? sv_eq(line->in.id, quote->utterance)
					   : line->t == quote->t)
			return (ptrdiff_t)i;
	}
	return NO_LINE;
}

ptrdiff_t talk_place(const struct talk *talk, const struct event_view *e)
{
	ptrdiff_t place = NO_LINE;

	for (size_t i = 0; i < e->nquotes; i++) {
		ptrdiff_t line = talk_quoted(talk, &e->quotes[i]);

		if (line > place)
			place = line;
	}
	for (size_t i = 0; place == NO_LINE && e->nquotes == 0 && i < talk->n; i++) {
		if (talk->lines[i].t > e->t)
			return (ptrdiff_t)i - 1;
		if (i + 1 == talk->n)
			return (ptrdiff_t)i;
	}
	return place;
}
