#include "wire/subscribe.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/emit.h"
#include "wire/event_view.h"
#include "wire/reader.h"

static const char *const list_names[FILTER_LISTS] = {
	[FILTER_RULES] = "rules",
	[FILTER_QUEUES] = "queues",
	[FILTER_AGENTS] = "agents",
	[FILTER_CALLS] = "calls",
};

static const struct choice severities[] = {
	{"info", ETQ_INFO},
	{"minor", ETQ_MINOR},
	{"major", ETQ_MAJOR},
	{"critical", ETQ_CRITICAL},
	{0},
};

static bool too_big(struct reader *r, const char *what, int max)
{
	err_set(r->err, "filter-too-big", "the filter has more than %d %s", max, what);
	return false;
}

/* Looks whether the list can be taken, and adds up its bytes and entries. */
static bool check_list(struct reader *r, struct json_object *array, size_t *bytes)
{
	size_t n;

	if (!json_object_is_type(array, json_type_array))
		return reader_refuse(r, "bad-type", array, "an array of strings");
	n = json_object_array_length(array);
	if (n > FILTER_MAX_ITEMS)
		return too_big(r, "entries in a list", FILTER_MAX_ITEMS);
	for (size_t i = 0; i < n; i++) {
		const struct place here = {.up = r->place, .index = i};
		struct json_object *v = json_object_array_get_idx(array, i);

		if (!json_object_is_type(v, json_type_string) ||
		    json_object_get_string_len(v) > ETQ_MAX_META) {
			r->place = &here;
			return reader_refuse(r, "bad-type", v, "a string of at most 256 bytes");
		}
		*bytes += (size_t)json_object_get_string_len(v);
	}
	if (*bytes > FILTER_MAX_BYTES)
		return too_big(r, "bytes", FILTER_MAX_BYTES);
	return true;
}

static bool check_lists(struct reader *r, struct json_object *filter,
			struct json_object *arrays[FILTER_LISTS], size_t *bytes)
{
	for (size_t i = 0; i < FILTER_LISTS; i++) {
		const struct place here = {.up = r->place, .name = list_names[i]};

		arrays[i] = NULL;
		json_object_object_get_ex(filter, list_names[i], &arrays[i]);
		r->place = &here;
		if (arrays[i] && !check_list(r, arrays[i], bytes))
			return false;
		r->place = here.up;
	}
	return true;
}

static bool no_memory(struct reader *r)
{
	err_set(r->err, "out-of-memory", "no memory for the filter");
	return false;
}

/* Copies the entries of array; text goes to *p, which it moves on. */
static bool copy_list(struct filter *f, size_t list, struct json_object *array, char **p)
{
	size_t n = json_object_array_length(array);
	struct etq_str *v = n ? calloc(n, sizeof(*v)) : NULL;

	if (n && !v)
		return false;
	f->lists[list].given = true;
	f->lists[list].v = v;
	f->lists[list].n = n;
	for (size_t i = 0; i < n; i++) {
		struct json_object *s = json_object_array_get_idx(array, i);

		v[i] = (struct etq_str){*p, (size_t)json_object_get_string_len(s)};
		memcpy(*p, json_object_get_string(s), v[i].n);
		*p += v[i].n;
	}
	return true;
}

static bool read_types(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	static const struct field type = {.read = reader_choice, .choices = event_kinds};
	struct filter *filter = out;
	struct json_object *array = reader_array(r, f, v);

	if (!array)
		return false;
	filter->types_given = true;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		const struct place here = {.up = r->place, .index = i};
		unsigned kind;

		r->place = &here;
		if (!reader_choice(r, &type, json_object_array_get_idx(array, i), &kind))
			return false;
		r->place = here.up;
		filter->types |= 1u << kind;
	}
	return true;
}

static bool read_filter(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	static const struct field severity = {
		.name = "severity",
		.read = reader_choice,
		.offset = offsetof(struct filter, severity),
		.choices = severities,
	};
	static const struct field types = {
		.name = "types", .read = read_types, .max = FILTER_MAX_ITEMS};
	const struct field fields[] = {severity, types, {0}};
	struct filter *filter = &((struct subscription *)out)->filter;
	struct json_object *arrays[FILTER_LISTS];
	size_t bytes = 0;
	char *p;

	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	if (!reader_fields(r, fields, v, filter) || !check_lists(r, v, arrays, &bytes))
		return false;
	filter->bytes = p = malloc(bytes + 1);
	if (!p)
		return no_memory(r);
	for (size_t i = 0; i < FILTER_LISTS; i++)
		if (arrays[i] && !copy_list(filter, i, arrays[i], &p))
			return no_memory(r);
	return true;
}

static bool read_from(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct subscription *s = out;
	struct etq_str name = SV_NONE;

	if (json_object_is_type(v, json_type_int) && json_object_get_int64(v) > 0) {
		s->start = SUBSCRIBE_FROM;
		s->from = (uint64_t)json_object_get_int64(v);
		return true;
	}
	if (json_object_is_type(v, json_type_string))
		name = sv_of(json_object_get_string(v));
	if (sv_eq(name, SV("now")))
		s->start = SUBSCRIBE_NOW;
	else if (sv_eq(name, SV("earliest")))
		s->start = SUBSCRIBE_EARLIEST;
	else
		return reader_refuse(r, "bad-type", v,
				     "\"now\", \"earliest\" or a sequence number from 1");
	return true;
}

static bool read_name(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct subscription *s = out;
	size_t n = json_object_is_type(v, json_type_string) ? (size_t)json_object_get_string_len(v)
							    : 0;

	if (n < 1 || n > SUBSCRIBE_NAME_MAX)
		return reader_refuse(r, "bad-type", v, "a string of 1 to 64 bytes");
	memcpy(s->name, json_object_get_string(v), n);
	s->name[n] = '\0';
	return true;
}

static bool read_sequence(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) <= 0)
		return reader_refuse(r, "bad-type", v, "a sequence number from 1");
	((struct subscription *)out)->from = (uint64_t)json_object_get_int64(v);
	return true;
}

static const struct field subscribe_fields[] = {
	{.name = "from", .read = read_from},
	{.name = "name", .read = read_name},
	{.name = "filter", .read = read_filter},
	{0},
};

static const struct field stats_fields[] = {{0}};
static const struct field ack_fields[] = {
	{.name = "sequence", .read = read_sequence, .required = true},
	{0},
};

static const char *const types[] = {
	[SUBSCRIBE] = "subscribe", [SUBSCRIBE_STATS] = "stats", [SUBSCRIBE_ACK] = "ack", NULL};
static const struct field *const fields_of[] = {
	[SUBSCRIBE] = subscribe_fields,
	[SUBSCRIBE_STATS] = stats_fields,
	[SUBSCRIBE_ACK] = ack_fields,
};

bool subscription_decode(struct native_decoder *d, struct etq_str line, struct subscription *s,
			 struct etq_err *err)
{
	struct reader r = {.d = d, .err = err};
	const char *type;

	*s = (struct subscription){0};
	type = reader_line(&r, line, ETQ_MAX_LINE);
	if (!type)
		return false;
	while (types[s->type] && strcmp(type, types[s->type]) != 0)
		s->type++;
	if (!types[s->type]) {
		reader_unknown_type(&r, type, types);
		return false;
	}
	if (reader_fields(&r, fields_of[s->type], d->root, s))
		return true;
	subscription_free(s);
	return false;
}

void subscription_free(struct subscription *s)
{
	for (size_t i = 0; i < FILTER_LISTS; i++)
		free(s->filter.lists[i].v);
	free(s->filter.bytes);
	*s = (struct subscription){0};
}

static void emit_filter(struct emit *e, const struct filter *f)
{
	emit_open(e, "filter", '{');
	emit_name(e, "severity", etq_severity_name(f->severity));
	if (f->types_given) {
		emit_open(e, "types", '[');
		for (int i = 0; i < ETQ_FINDING_KINDS; i++)
			if (f->types & (1u << i))
				emit_name(e, NULL, event_type_name((enum etq_finding_kind)i));
		emit_close(e, ']');
	}
	for (size_t i = 0; i < FILTER_LISTS; i++) {
		if (!f->lists[i].given)
			continue;
		emit_open(e, list_names[i], '[');
		for (size_t k = 0; k < f->lists[i].n; k++)
			emit_text(e, NULL, f->lists[i].v[k]);
		emit_close(e, ']');
	}
	emit_close(e, '}');
}

bool subscription_encode(const struct subscription *s, struct buf *out)
{
	struct emit e = emit_begin(out);

	emit_open(&e, NULL, '{');
	emit_name(&e, "type", types[s->type]);
	if (s->type == SUBSCRIBE_ACK)
		emit_int(&e, "sequence", (int64_t)s->from);
	if (s->type == SUBSCRIBE) {
		if (s->name[0])
			emit_name(&e, "name", s->name);
		if (s->start == SUBSCRIBE_FROM)
			emit_int(&e, "from", (int64_t)s->from);
		else
			emit_name(&e, "from", s->start == SUBSCRIBE_NOW ? "now" : "earliest");
		emit_filter(&e, &s->filter);
	}
	emit_close(&e, '}');
	buf_putc(out, '\n');
	return emit_end(&e);
}
