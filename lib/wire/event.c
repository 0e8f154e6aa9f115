#include "wire/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "wire/emit.h"
#include "wire/meta.h"
#include "wire/quote.h"
#include "wire/score.h"

/* Severities as CloudEvents' severity extension numbers them. */
static const int severity_numbers[ETQ_SEVERITIES] = {
	[ETQ_INFO] = 9,
	[ETQ_MINOR] = 13,
	[ETQ_MAJOR] = 17,
	[ETQ_CRITICAL] = 21,
};

static void emit_rule(struct emit *e, const struct etq_finding *f)
{
	const struct etq_rule_info *rule = f->rule;

	emit_text(e, "rule", rule->id);
	emit_some(e, "topic", rule->topic);
	emit_open(e, "title", '{');
	quote_emit_cut(e, "ru", rule->title_ru);
	quote_emit_cut(e, "en", rule->title_en);
	emit_close(e, '}');
	emit_name(e, "severity", etq_severity_name(f->severity));
	if (f->status == ETQ_TRIAL)
		emit_bool(e, "trial", true);
	emit_int(e, "points", f->points);
}

static void emit_call(struct emit *e, const struct etq_finding *f)
{
	emit_open(e, "call", '{');
	emit_text(e, "id", f->call);
	if (f->meta)
		meta_emit(e, f->meta, false);
	emit_close(e, '}');
}

static void emit_cause(struct emit *e, const struct etq_finding *f)
{
	emit_open(e, "trigger", '{');
	emit_text(e, "kind", f->trigger);
	emit_ms(e, "t", f->trigger_t);
	emit_close(e, '}');
	if (!f->measure.p)
		return;
	emit_open(e, "measure", '{');
	emit_text(e, "name", f->measure);
	emit_number(e, "value", f->value);
	emit_number(e, "bound", f->bound);
	emit_close(e, '}');
}

static void emit_data(struct emit *e, const struct etq_finding *f, bool unmasked)
{
	emit_open(e, "data", '{');
	emit_name(e, "finding", f->id);
	emit_rule(e, f);
	emit_call(e, f);
	emit_ms(e, "t", f->t);
	emit_ms(e, "raised", f->raised);
	emit_name(e, "by", etq_side_name(f->by));
	emit_int(e, "hits", (int64_t)f->hits);
	quote_emit_all(e, f->quotes, f->nquotes, unmasked);
	emit_cause(e, f);
	quote_emit_cut(e, "say_instead", f->rule->say_instead);
	quote_emit_cut(e, "source_sentence", f->rule->source);
	emit_bool(e, "inferred", f->inferred);
	if (f->stamped)
		emit_bool(e, "stamped", true);
	emit_name(e, "rules_version", f->rules_version);
	emit_close(e, '}');
}

/* Wall-clock time of t, ETQ_NO_TIME when the call's start is not known. */
static int64_t wall_time(const struct etq_meta *meta, int64_t t)
{
	int64_t ms;

	if (!meta || meta->started_at == ETQ_NO_TIME || t == ETQ_NO_TIME ||
	    __builtin_add_overflow(meta->started_at, t, &ms))
		return ETQ_NO_TIME;
	return ms;
}

enum { EVENT_ID_SIZE = sizeof(((struct etq_finding *)NULL)->id) + 12 };

/* No two events have the same: a withdrawal ends in "-r", a corrected score in "-2" and so on. */
static void event_id(const struct etq_finding *f, char id[EVENT_ID_SIZE])
{
	int n = snprintf(id, EVENT_ID_SIZE, "%s", f->id);

	if (f->kind == ETQ_RETRACTED)
		memcpy(id + n, "-r", 3);
	else if (f->kind == ETQ_SCORED && f->score->revision > 1)
		snprintf(id + n, EVENT_ID_SIZE - (size_t)n, "-%" PRIu32, f->score->revision);
}

bool event_encode(const struct etq_finding *f, const struct event_opts *opts, struct buf *out)
{
	char id[EVENT_ID_SIZE];
	struct emit e = emit_begin(out);

	event_id(f, id);
	emit_open(&e, NULL, '{');
	emit_name(&e, "specversion", "1.0");
	emit_name(&e, "id", id);
	emit_text(&e, "source", opts->source.p ? opts->source : SV("/etiquetted"));
	emit_name(&e, "type", event_type_name(f->kind));
	emit_text(&e, "subject", f->call);
	emit_time(&e, "time", wall_time(f->meta, f->t));
	emit_name(&e, "datacontenttype", "application/json");
	emit_name(&e, "severitytext", etq_severity_name(f->severity));
	emit_int(&e, "severitynumber", severity_numbers[f->severity]);
	if (f->kind == ETQ_SCORED)
		score_emit(&e, f);
	else
		emit_data(&e, f, opts->unmasked);
	return emit_end(&e);
}

bool event_finish(uint64_t sequence, int64_t recorded_ms, struct buf *out)
{
	struct emit e = emit_begin(out);

	buf_printf(out, ",\"sequence\":\"%" PRIu64 "\"", sequence);
	e.comma = true;
	emit_name(&e, "sequencetype", "Integer");
	emit_time(&e, "recordedtime", recorded_ms);
	buf_put(out, "}\n", 2);
	return emit_end(&e);
}

bool event_finish_offline(struct buf *out)
{
	struct emit e = emit_begin(out);

	buf_put(out, "}\n", 2);
	return emit_end(&e);
}
