#include "wire/stats.h"

#include "base/sv.h"
#include "wire/emit.h"
#include "wire/reader.h"

#define FIELD(member_, name_, read_, ...)                                                    \
	{                                                                                    \
		.name = (name_), .read = (read_), .offset = offsetof(struct stats, member_), \
		__VA_ARGS__                                                                  \
	}

void stats_add(struct stats *s, const char *name, int64_t value)
{
	if (s->n < STATS_MAX_ROWS)
		s->rows[s->n++] = (struct stats_row){sv_of(name), value};
}

bool stats_encode(const struct stats *s, struct buf *out)
{
	struct emit e = emit_begin(out);

	emit_open(&e, NULL, '{');
	emit_name(&e, "type", "stats");
	emit_some(&e, "version", s->version);
	emit_some(&e, "rules_version", s->rules_version);
	emit_open(&e, "values", '{');
	for (size_t i = 0; i < s->n; i++)
		emit_int(&e, s->rows[i].name.p, s->rows[i].value);
	emit_close(&e, '}');
	emit_close(&e, '}');
	buf_putc(out, '\n');
	return emit_end(&e);
}

static bool read_value(struct reader *r, const char *name, struct json_object *v, int64_t *out)
{
	static const struct field value = {.min = -INT64_MAX, .max = INT64_MAX};
	const struct place here = {.up = r->place, .name = name};
	bool ok;

	r->place = &here;
	ok = v ? reader_int(r, &value, v, out) : reader_refuse(r, "bad-type", v, "a number");
	r->place = here.up;
	return ok;
}

static bool read_values(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct json_object_iterator i, end;
	struct stats *s = out;

	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	i = json_object_iter_begin(v);
	end = json_object_iter_end(v);
	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i)) {
		const char *name = json_object_iter_peek_name(&i);
		int64_t n = 0;

		if (!read_value(r, name, json_object_iter_peek_value(&i), &n))
			return false;
		stats_add(s, name, n);
	}
	return true;
}

static const struct field stats_fields[] = {
	FIELD(version, "version", reader_text),
	FIELD(rules_version, "rules_version", reader_text),
	{.name = "values", .read = read_values, .required = true},
	{0},
};

bool stats_decode(struct native_decoder *d, struct etq_str line, struct stats *s,
		  struct etq_err *err)
{
	static const char *const types[] = {"stats", NULL};
	struct reader r = {.d = d, .err = err};
	const char *type;

	*s = (struct stats){0};
	type = reader_line(&r, line, STATS_MAX);
	if (!type)
		return false;
	if (!sv_eq(sv_of(type), SV("stats"))) {
		reader_unknown_type(&r, type, types);
		return false;
	}
	return reader_fields(&r, stats_fields, d->root, s);
}
