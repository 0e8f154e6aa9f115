#include "wire/score.h"

#include <stdlib.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/meta.h"

static void emit_u32(struct emit *e, const char *key, uint32_t n)
{
	emit_int(e, key, n);
}

static double rounded(double v, double digits)
{
	return (double)(int64_t)(v * digits + 0.5) / digits;
}

static void emit_share(struct emit *e, const struct etq_score *s, int64_t ms)
{
	emit_int(e, "ms", ms);
	emit_number(e, "share", rounded(etq_score_share(s, ms), 1000));
}

/* ---- writing -------------------------------------------------------------------------------- */

static void emit_counts(struct emit *e, const struct etq_score *s)
{
	emit_open(e, "findings", '{');
	emit_u32(e, "count", s->findings);
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		emit_u32(e, etq_severity_name((enum etq_severity)i), s->by_severity[i]);
	emit_u32(e, "trial", s->trial);
	emit_close(e, '}');
}

static void emit_rules(struct emit *e, const struct etq_score *s)
{
	emit_open(e, "rules", '[');
	for (size_t i = 0; i < s->nrules && i < SCORE_ROWS_MAX; i++) {
		const struct etq_score_rule *row = &s->rules[i];

		emit_open(e, NULL, '{');
		emit_text(e, "rule", row->rule);
		emit_text(e, "topic", row->topic);
		emit_u32(e, "findings", row->findings);
		emit_int(e, "uncapped", row->uncapped);
		if (row->cap >= 0)
			emit_int(e, "cap", row->cap);
		emit_int(e, "points", row->points);
		if (row->trial)
			emit_bool(e, "trial", true);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	if (s->nrules > SCORE_ROWS_MAX)
		emit_int(e, "more_rules", (int64_t)(s->nrules - SCORE_ROWS_MAX));
}

static void emit_topics(struct emit *e, const struct etq_score *s)
{
	emit_open(e, "topics", '[');
	for (size_t i = 0; i < s->ntopics && i < SCORE_ROWS_MAX; i++) {
		emit_open(e, NULL, '{');
		emit_text(e, "topic", s->topics[i].topic);
		emit_u32(e, "findings", s->topics[i].findings);
		emit_int(e, "points", s->topics[i].points);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	if (s->ntopics > SCORE_ROWS_MAX)
		emit_int(e, "more_topics", (int64_t)(s->ntopics - SCORE_ROWS_MAX));
}

/* The two whose call it is always; others when they spoke. */
static void emit_talks(struct emit *e, const struct etq_score *s)
{
	emit_open(e, "talk", '{');
	for (int i = ETQ_AGENT; i <= ETQ_UNKNOWN; i++) {
		const struct etq_talk *talk = &s->talk[i];

		if (i > ETQ_CUSTOMER && !talk->utterances)
			continue;
		emit_open(e, etq_side_name((enum etq_side)i), '{');
		emit_share(e, s, talk->ms);
		emit_u32(e, "words", talk->words);
		emit_u32(e, "utterances", talk->utterances);
		emit_u32(e, "turns", talk->turns);
		emit_number(e, "words_a_minute", rounded(etq_talk_speed(talk), 10));
		emit_close(e, '}');
	}
	emit_close(e, '}');
}

static void emit_waits(struct emit *e, const struct etq_score *s)
{
	emit_open(e, "silence", '{');
	emit_share(e, s, s->silence_ms);
	emit_close(e, '}');
	emit_open(e, "holds", '{');
	emit_u32(e, "count", s->holds);
	emit_share(e, s, s->hold_ms);
	emit_close(e, '}');
	emit_open(e, "inferred_waits", '{');
	emit_u32(e, "count", s->waits);
	emit_share(e, s, s->wait_ms);
	emit_close(e, '}');
}

void score_emit(struct emit *e, const struct etq_finding *f)
{
	const struct etq_score *s = f->score;

	emit_open(e, "data", '{');
	emit_int(e, "score", s->score);
	emit_int(e, "start", s->start);
	emit_int(e, "floor", s->floor);
	emit_int(e, "points", s->points);
	emit_u32(e, "revision", s->revision);
	emit_open(e, "call", '{');
	emit_text(e, "id", f->call);
	if (f->meta)
		meta_emit(e, f->meta, true);
	emit_close(e, '}');
	emit_ms(e, "t", f->t);
	emit_int(e, "duration", s->duration_ms);
	emit_name(e, "ended_by", etq_side_name(s->ended_by));
	emit_counts(e, s);
	emit_rules(e, s);
	emit_topics(e, s);
	emit_talks(e, s);
	emit_waits(e, s);
	if (f->stamped)
		emit_bool(e, "stamped", true);
	emit_name(e, "rules_version", f->rules_version);
	emit_close(e, '}');
}

/* ---- reading -------------------------------------------------------------------------------- */

#define AT(member_, name_, read_, ...)                                                           \
	{                                                                                        \
		.name = (name_), .read = (read_), .offset = offsetof(struct etq_score, member_), \
		__VA_ARGS__                                                                      \
	}
#define SMALL(member_, name_) AT(member_, name_, reader_small, .max = INT32_MAX)
#define COUNT(member_, name_) AT(member_, name_, reader_u32, .max = UINT32_MAX)
#define MS(member_, name_)    AT(member_, name_, reader_int, .max = INT64_MAX)
#define ROW(type_, member_, name_, read_, ...)                                               \
	{                                                                                    \
		.name = (name_), .read = (read_), .offset = offsetof(struct type_, member_), \
		__VA_ARGS__                                                                  \
	}
#define RULE(member_, name_, read_, ...)  ROW(etq_score_rule, member_, name_, read_, __VA_ARGS__)
#define TOPIC(member_, name_, read_, ...) ROW(etq_score_topic, member_, name_, read_, __VA_ARGS__)

static const struct choice sides[] = {
	{"agent", ETQ_AGENT},     {"customer", ETQ_CUSTOMER}, {"bot", ETQ_BOT},
	{"unknown", ETQ_UNKNOWN}, {"system", ETQ_SYSTEM},     {0},
};

static const struct field rule_fields[] = {
	RULE(rule, "rule", reader_text, .required = true),
	RULE(topic, "topic", reader_text),
	RULE(findings, "findings", reader_u32, .max = UINT32_MAX),
	RULE(uncapped, "uncapped", reader_small, .max = INT32_MAX),
	RULE(cap, "cap", reader_small, .max = INT32_MAX),
	RULE(points, "points", reader_small, .max = INT32_MAX),
	RULE(trial, "trial", reader_bool),
	{0},
};

static const struct field topic_fields[] = {
	TOPIC(topic, "topic", reader_text, .required = true),
	TOPIC(findings, "findings", reader_u32, .max = UINT32_MAX),
	TOPIC(points, "points", reader_small, .max = INT32_MAX),
	{0},
};

/* Element number i of a list, into row. */
static bool read_row(struct reader *r, const struct field *fields, struct json_object *array,
		     size_t i, void *row)
{
	const struct place here = {.up = r->place, .index = i};
	struct json_object *element = json_object_array_get_idx(array, i);
	bool ok;

	r->place = &here;
	ok = json_object_is_type(element, json_type_object)
		     ? reader_fields(r, fields, element, row)
		     : reader_refuse(r, "bad-type", element, "an object");
	r->place = here.up;
	return ok;
}

static bool read_rules(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct score_view *view = r->d->score;
	struct json_object *array = reader_array(r, f, v);

	if (!array)
		return false;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		view->rules[i] = (struct etq_score_rule){.cap = -1};
		if (!read_row(r, rule_fields, array, i, &view->rules[i]))
			return false;
	}
	view->score.nrules = json_object_array_length(array);
	return true;
}

static bool read_topics(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct score_view *view = r->d->score;
	struct json_object *array = reader_array(r, f, v);

	if (!array)
		return false;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		view->topics[i] = (struct etq_score_topic){0};
		if (!read_row(r, topic_fields, array, i, &view->topics[i]))
			return false;
	}
	view->score.ntopics = json_object_array_length(array);
	return true;
}

static const struct field counts_fields[] = {
	COUNT(findings, "count"),
	COUNT(by_severity[ETQ_INFO], "info"),
	COUNT(by_severity[ETQ_MINOR], "minor"),
	COUNT(by_severity[ETQ_MAJOR], "major"),
	COUNT(by_severity[ETQ_CRITICAL], "critical"),
	COUNT(trial, "trial"),
	{0},
};

#define TALK(side_)                                                          \
	{                                                                    \
		MS(talk[side_].ms, "ms"), COUNT(talk[side_].words, "words"), \
			COUNT(talk[side_].utterances, "utterances"),         \
			COUNT(talk[side_].turns, "turns"),                   \
		{                                                            \
			0                                                    \
		}                                                            \
	}

static const struct field agent_fields[] = TALK(ETQ_AGENT);
static const struct field customer_fields[] = TALK(ETQ_CUSTOMER);
static const struct field bot_fields[] = TALK(ETQ_BOT);
static const struct field unknown_fields[] = TALK(ETQ_UNKNOWN);

static const struct field talk_fields[] = {
	{.name = "agent", .read = reader_object, .fields = agent_fields},
	{.name = "customer", .read = reader_object, .fields = customer_fields},
	{.name = "bot", .read = reader_object, .fields = bot_fields},
	{.name = "unknown", .read = reader_object, .fields = unknown_fields},
	{0},
};

static const struct field silence_fields[] = {MS(silence_ms, "ms"), {0}};
static const struct field hold_fields[] = {COUNT(holds, "count"), MS(hold_ms, "ms"), {0}};
static const struct field wait_fields[] = {COUNT(waits, "count"), MS(wait_ms, "ms"), {0}};

static const struct field score_fields[] = {
	AT(score, "score", reader_small, .max = INT32_MAX, .required = true),
	SMALL(start, "start"),
	SMALL(floor, "floor"),
	SMALL(points, "points"),
	COUNT(revision, "revision"),
	MS(duration_ms, "duration"),
	AT(ended_by, "ended_by", reader_choice, .choices = sides),
	{.name = "findings", .read = reader_object, .fields = counts_fields},
	{.name = "rules", .read = read_rules, .max = SCORE_ROWS_MAX},
	{.name = "topics", .read = read_topics, .max = SCORE_ROWS_MAX},
	{.name = "talk", .read = reader_object, .fields = talk_fields},
	{.name = "silence", .read = reader_object, .fields = silence_fields},
	{.name = "holds", .read = reader_object, .fields = hold_fields},
	{.name = "inferred_waits", .read = reader_object, .fields = wait_fields},
	{0},
};

bool score_read(struct reader *r, struct json_object *data)
{
	struct native_decoder *d = r->d;

	if (!d->score)
		d->score = malloc(sizeof(*d->score));
	if (!d->score) {
		err_set(r->err, "out-of-memory", "no memory for the score");
		return false;
	}
	d->score->score = (struct etq_score){
		.ended_by = ETQ_SYSTEM, .rules = d->score->rules, .topics = d->score->topics};
	return reader_fields(r, score_fields, data, &d->score->score);
}
