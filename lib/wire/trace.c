#include "wire/trace.h"

#include "wire/quote.h"

static void emit_signal(struct emit *e, const struct etq_trace_event *x)
{
	emit_name(e, "role", x->role);
	emit_some(e, "signal", x->signal);
}

static void emit_words(struct emit *e, const struct etq_trace_event *x)
{
	if (x->nquotes)
		quote_emit_all(e, x->quotes, x->nquotes, false);
}

static void emit_phrase(struct emit *e, const char *key, const struct etq_trace_phrase *p)
{
	if (!p->set.p)
		return;
	emit_open(e, key, '{');
	emit_text(e, "set", p->set);
	quote_emit_cut(e, "text", p->text);
	emit_some(e, "file", p->file);
	emit_int(e, "line", p->line);
	emit_close(e, '}');
}

static void emit_phrases(struct emit *e, const struct etq_trace_event *x)
{
	emit_phrase(e, "phrase", &x->phrase);
	emit_phrase(e, "except", &x->except);
}

static void emit_from(struct emit *e, const struct etq_trace_event *x)
{
	emit_ms(e, "from", x->from);
}

static void emit_window(struct emit *e, const struct etq_trace_event *x)
{
	const struct etq_trace_window *w = &x->window;
	const struct {
		const char *name;
		int64_t value;
	} parts[] = {
		{"ms", w->ms},
		{"turns", w->turns},
		{"words", w->words},
		{"utterances", w->utterances},
	};

	emit_open(e, "window", '{');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].value)
			emit_int(e, parts[i].name, parts[i].value);
	emit_close(e, '}');
	emit_ms(e, "until", x->until);
}

static void emit_value(struct emit *e, const struct etq_trace_event *x)
{
	if (!x->measure.p)
		return;
	emit_open(e, "measure", '{');
	emit_text(e, "name", x->measure);
	emit_number(e, "value", x->value);
	emit_number(e, "bound", x->bound);
	if (x->below)
		emit_bool(e, "below", true);
	emit_close(e, '}');
}

static void emit_step(struct emit *e, const struct etq_trace_event *x)
{
	emit_name(e, "role", x->role);
	emit_int(e, "step", (int64_t)x->step);
	emit_int(e, "steps", (int64_t)x->steps);
	emit_some(e, "name", x->text);
}

static void emit_what(struct emit *e, const struct etq_trace_event *x)
{
	emit_some(e, "text", x->text);
}

static void emit_finding(struct emit *e, const struct etq_trace_event *x)
{
	emit_name(e, "finding", x->id);
	emit_name(e, "severity", etq_severity_name(x->severity));
}

bool trace_encode(const struct etq_trace_event *event, struct etq_str rule, struct buf *out)
{
	static const struct {
		unsigned field;
		void (*emit)(struct emit *e, const struct etq_trace_event *x);
	} parts[] = {
		{ETQ_TRACE_HAS_SIGNAL, emit_signal},  {ETQ_TRACE_HAS_FROM, emit_from},
		{ETQ_TRACE_HAS_STEP, emit_step},      {ETQ_TRACE_HAS_WORDS, emit_words},
		{ETQ_TRACE_HAS_PHRASE, emit_phrases}, {ETQ_TRACE_HAS_WINDOW, emit_window},
		{ETQ_TRACE_HAS_VALUE, emit_value},    {ETQ_TRACE_HAS_TEXT, emit_what},
		{ETQ_TRACE_HAS_ID, emit_finding},
	};
	const struct etq_trace_kind_info *kind = &etq_trace_kinds[event->kind];
	struct emit e = emit_begin(out);

	emit_open(&e, NULL, '{');
	emit_name(&e, "kind", kind->name);
	emit_text(&e, "rule", rule);
	emit_text(&e, "call", event->call);
	emit_ms(&e, "t", event->t);
	if (event->why)
		emit_name(&e, "why", event->why);
	if (event->inferred)
		emit_bool(&e, "inferred", true);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (kind->fields & parts[i].field)
			parts[i].emit(&e, event);
	emit_close(&e, '}');
	buf_putc(out, '\n');
	return emit_end(&e);
}
