#include "wire/event_view.h"

#include <string.h>

#include "base/sv.h"
#include "wire/meta.h"
#include "wire/score.h"

#define FIELD(member_, name_, read_, ...)                                                         \
	{                                                                                         \
		.name = (name_), .read = (read_), .offset = offsetof(struct event_view, member_), \
		__VA_ARGS__                                                                       \
	}
#define OBJECT(name_, fields_, ...)                                                      \
	{                                                                                \
		.name = (name_), .read = reader_object, .fields = (fields_), __VA_ARGS__ \
	}
#define QUOTE_FIELD(member_, name_, read_, ...)                                                  \
	{                                                                                        \
		.name = (name_), .read = (read_), .offset = offsetof(struct etq_quote, member_), \
		__VA_ARGS__                                                                      \
	}
#define ANY   .min = -INT64_MAX, .max = INT64_MAX
#define BOUND .min = -1000000000000, .max = 1000000000000

const struct choice event_kinds[] = {
	{"etiquette.finding", ETQ_FINDING},
	{"etiquette.finding.retracted", ETQ_RETRACTED},
	{"etiquette.call.scored", ETQ_SCORED},
	{0},
};

static const struct choice severities[] = {
	{"info", ETQ_INFO},
	{"minor", ETQ_MINOR},
	{"major", ETQ_MAJOR},
	{"critical", ETQ_CRITICAL},
	{0},
};

static const struct choice sides[] = {
	{"agent", ETQ_AGENT},     {"customer", ETQ_CUSTOMER}, {"bot", ETQ_BOT},
	{"unknown", ETQ_UNKNOWN}, {"system", ETQ_SYSTEM},     {0},
};

/* A decimal number in a string. */
static bool read_sequence(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct event_view *e = out;
	const char *s = json_object_get_string(v);
	uint64_t n = 0;

	if (!json_object_is_type(v, json_type_string) || *s == '\0')
		return reader_refuse(r, "bad-type", v, "a decimal number in a string");
	for (; *s; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
			return reader_refuse(r, "bad-type", v, "a decimal number in a string");
	e->sequence = n;
	return true;
}

static const struct field quote_fields[] = {
	QUOTE_FIELD(utterance, "utterance", reader_text),
	QUOTE_FIELD(by, "by", reader_choice, .required = true, .choices = sides),
	QUOTE_FIELD(t, "t", reader_int, ANY),
	QUOTE_FIELD(words, "text", reader_text, .required = true),
	QUOTE_FIELD(start, "start", reader_u32, .max = UINT32_MAX),
	QUOTE_FIELD(end, "end", reader_u32, .max = UINT32_MAX),
	{0},
};

static bool read_quotes(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct event_view *e = out;
	struct json_object *array = reader_array(r, f, v);

	if (!array)
		return false;
	e->nquotes = json_object_array_length(array);
	for (size_t i = 0; i < e->nquotes; i++) {
		const struct place here = {.up = r->place, .index = i};
		struct json_object *element = json_object_array_get_idx(array, i);
		bool ok;

		r->place = &here;
		e->quotes[i].t = ETQ_NO_TIME;
		ok = json_object_is_type(element, json_type_object)
			     ? reader_fields(r, quote_fields, element, &e->quotes[i])
			     : reader_refuse(r, "bad-type", element, "an object");
		r->place = here.up;
		if (!ok)
			return false;
	}
	return true;
}

static bool read_call(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct event_view *e = out;

	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	return meta_read(r, v, &e->meta);
}

static const struct field title_fields[] = {
	FIELD(title_ru, "ru", reader_text),
	FIELD(title_en, "en", reader_text),
	{0},
};

static const struct field trigger_fields[] = {
	FIELD(trigger, "kind", reader_text),
	FIELD(trigger_t, "t", reader_int, ANY),
	{0},
};

static const struct field measure_fields[] = {
	FIELD(measure, "name", reader_text, .required = true),
	FIELD(value, "value", reader_double, BOUND),
	FIELD(bound, "bound", reader_double, BOUND),
	{0},
};

static const struct field data_fields[] = {
	FIELD(finding, "finding", reader_text, .required = true),
	FIELD(rule, "rule", reader_text, .required = true),
	FIELD(topic, "topic", reader_text),
	OBJECT("title", title_fields),
	FIELD(severity, "severity", reader_choice, .required = true, .choices = severities),
	FIELD(trial, "trial", reader_bool),
	FIELD(points, "points", reader_small, .min = INT32_MIN, .max = INT32_MAX),
	{.name = "call", .read = read_call},
	FIELD(t, "t", reader_int, ANY),
	FIELD(raised, "raised", reader_int, ANY),
	FIELD(by, "by", reader_choice, .required = true, .choices = sides),
	FIELD(hits, "hits", reader_size, .max = INT32_MAX),
	{.name = "words", .read = read_quotes, .max = ETQ_MAX_QUOTES},
	OBJECT("trigger", trigger_fields),
	OBJECT("measure", measure_fields),
	FIELD(say_instead, "say_instead", reader_text),
	FIELD(source_sentence, "source_sentence", reader_text),
	FIELD(inferred, "inferred", reader_bool),
	FIELD(stamped, "stamped", reader_bool),
	FIELD(rules_version, "rules_version", reader_text),
	{0},
};

static const struct field scored_fields[] = {
	{.name = "call", .read = read_call},
	FIELD(t, "t", reader_int, ANY),
	FIELD(points, "points", reader_small, .min = INT32_MIN, .max = INT32_MAX),
	FIELD(stamped, "stamped", reader_bool),
	FIELD(rules_version, "rules_version", reader_text),
	{0},
};

/* Behind `type` in the table of fields, and so read when that is known. */
static bool read_data(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct event_view *e = out;

	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	if (e->kind != ETQ_SCORED)
		return reader_fields(r, data_fields, v, e);
	if (!reader_fields(r, scored_fields, v, e) || !score_read(r, v))
		return false;
	e->score = &r->d->score->score;
	e->raised = e->t;
	e->by = e->score->ended_by;
	return true;
}

static const struct field event_fields[] = {
	FIELD(id, "id", reader_text, .required = true),
	FIELD(kind, "type", reader_choice, .required = true, .choices = event_kinds),
	FIELD(call, "subject", reader_text, .required = true),
	FIELD(time_ms, "time", reader_time),
	{.name = "data", .read = read_data, .required = true},
	{.name = "sequence", .read = read_sequence},
	FIELD(recorded_ms, "recordedtime", reader_time),
	{0},
};

const char *event_type_name(enum etq_finding_kind kind)
{
	return event_kinds[kind].name;
}

bool event_view_is_type(const char *type)
{
	for (const struct choice *known = event_kinds; known->name; known++)
		if (strcmp(type, known->name) == 0)
			return true;
	return false;
}

bool event_view_read(struct reader *r, struct event_view *e)
{
	*e = (struct event_view){
		.recorded_ms = ETQ_NO_TIME,
		.time_ms = ETQ_NO_TIME,
		.t = ETQ_NO_TIME,
		.raised = ETQ_NO_TIME,
		.trigger_t = ETQ_NO_TIME,
		.meta = {.started_at = ETQ_NO_TIME, .ring_ms = ETQ_NO_TIME, .rings = -1},
	};
	return reader_fields(r, event_fields, r->d->root, e);
}

bool event_decode(struct native_decoder *d, struct etq_str line, struct event_view *e,
		  struct etq_err *err)
{
	struct reader r = {.d = d, .err = err};
	const char *type;

	type = reader_line(&r, line, EVENT_LINE_MAX);
	if (!type)
		return false;
	if (!event_view_is_type(type)) {
		const char *names[ETQ_FINDING_KINDS + 1] = {NULL};

		for (int i = 0; i < ETQ_FINDING_KINDS; i++)
			names[i] = event_type_name((enum etq_finding_kind)i);
		reader_unknown_type(&r, type, names);
		return false;
	}
	return event_view_read(&r, e);
}
