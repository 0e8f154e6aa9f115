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

static bool read_values(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	static const struct field value = {.min = -INT64_MAX, .max = INT64_MAX};
	struct stats *s = out;

	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	json_object_object_foreach(v, name, number)
	{
		const struct place here = {.up = r->place, .name = name};
		int64_t n;

		r->place = &here;
		if (!(number ? reader_int(r, &value, number, &n)
			     : reader_refuse(r, "bad-type", number, "a number")))
			return false;
		r->place = here.up;
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
	if (!reader_parse(&r, line, STATS_MAX))
		return false;
	type = reader_type(&r);
	if (!type)
		return false;
	if (!sv_eq(sv_of(type), SV("stats"))) {
		reader_unknown_type(&r, type, types);
		return false;
	}
	return reader_fields(&r, stats_fields, d->root, s);
}
