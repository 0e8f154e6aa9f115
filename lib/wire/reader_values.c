/* What a field may be: one reader for each. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "wire/reader.h"
#include "wire/rfc3339.h"

enum { EXPECTED_MAX = 160 };

_Static_assert(sizeof(enum etq_side) == sizeof(unsigned), "enums are read as unsigned");

static void *member(const struct field *f, void *out)
{
	return (char *)out + f->offset;
}

bool reader_text(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct etq_str s;
	char expected[EXPECTED_MAX];

	if (!json_object_is_type(v, json_type_string))
		return reader_refuse(r, "bad-type", v, "a string");
	s = (struct etq_str){json_object_get_string(v), (size_t)json_object_get_string_len(v)};
	if (f->max && (s.n > (size_t)f->max || s.n < (size_t)f->min)) {
		snprintf(expected, sizeof(expected), "a string of %s%" PRId64 " bytes",
			 f->min ? "1 to " : "at most ", f->max);
		return reader_refuse(r, f->code ? f->code : "bad-type", v, expected);
	}
	*(struct etq_str *)member(f, out) = s;
	return true;
}

bool reader_name(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct etq_str *s = member(f, out);
	struct etq_str before = *s;

	if (!reader_text(r, f, v, out))
		return false;
	if (s->n == 0)
		*s = before;
	return true;
}

/* Rounds half away from zero; false when there is no such int64_t. */
static bool round_number(struct json_object *v, int64_t *out)
{
	double d;

	if (json_object_is_type(v, json_type_int)) {
		*out = json_object_get_int64(v);
		return true;
	}
	if (!json_object_is_type(v, json_type_double))
		return false;
	d = json_object_get_double(v);
	if (!(d > -9e18 && d < 9e18))
		return false;
	*out = (int64_t)(d < 0 ? d - 0.5 : d + 0.5);
	return true;
}

bool reader_int(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	char expected[EXPECTED_MAX];
	int64_t n;

	if (round_number(v, &n) && n >= f->min && n <= f->max) {
		*(int64_t *)member(f, out) = n;
		return true;
	}
	snprintf(expected, sizeof(expected), "a number from %" PRId64 " to %" PRId64, f->min,
		 f->max);
	return reader_refuse(r, "bad-type", v, expected);
}

/* The number of the field, wherever it goes. */
static bool read_whole(struct reader *r, const struct field *f, struct json_object *v, int64_t *n)
{
	struct field whole = *f;

	whole.offset = 0;
	return reader_int(r, &whole, v, n);
}

bool reader_small(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	int64_t n = 0;

	if (!read_whole(r, f, v, &n))
		return false;
	*(int *)member(f, out) = (int)n;
	return true;
}

bool reader_size(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	int64_t n = 0;

	if (!read_whole(r, f, v, &n))
		return false;
	*(size_t *)member(f, out) = (size_t)n;
	return true;
}

bool reader_u32(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	int64_t n = 0;

	if (!read_whole(r, f, v, &n))
		return false;
	*(uint32_t *)member(f, out) = (uint32_t)n;
	return true;
}

bool reader_double(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	char expected[EXPECTED_MAX];
	double d;

	if (json_object_is_type(v, json_type_int) || json_object_is_type(v, json_type_double)) {
		d = json_object_get_double(v);
		if (d >= (double)f->min && d <= (double)f->max) {
			*(double *)member(f, out) = d;
			return true;
		}
	}
	snprintf(expected, sizeof(expected), "a number from %" PRId64 " to %" PRId64, f->min,
		 f->max);
	return reader_refuse(r, "bad-type", v, expected);
}

bool reader_bool(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	if (!json_object_is_type(v, json_type_boolean))
		return reader_refuse(r, "bad-type", v, "true or false");
	*(bool *)member(f, out) = json_object_get_boolean(v);
	return true;
}

static bool refuse_choice(struct reader *r, const struct field *f, struct json_object *v)
{
	enum { NAMES_MAX = 8 };
	const char *names[NAMES_MAX + 1];
	char all[EXPECTED_MAX], expected[EXPECTED_MAX + 16];
	size_t n = 0;

	for (const struct choice *c = f->choices; c->name && n < NAMES_MAX; c++)
		names[n++] = c->name;
	names[n] = NULL;
	reader_join(names, all, sizeof(all));
	snprintf(expected, sizeof(expected), "one of %s", all);
	return reader_refuse(r, "bad-type", v, expected);
}

bool reader_choice(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	if (!json_object_is_type(v, json_type_string))
		return refuse_choice(r, f, v);
	for (const struct choice *c = f->choices; c->name; c++)
		if (strcmp(c->name, json_object_get_string(v)) == 0) {
			*(unsigned *)member(f, out) = c->value;
			return true;
		}
	return refuse_choice(r, f, v);
}

bool reader_time(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct etq_str s;
	int64_t ms;

	if (json_object_is_type(v, json_type_string)) {
		s = (struct etq_str){json_object_get_string(v),
				     (size_t)json_object_get_string_len(v)};
		if (rfc3339_parse(s, &ms)) {
			*(int64_t *)member(f, out) = ms;
			return true;
		}
	}
	return reader_refuse(r, "bad-type", v,
			     "an RFC 3339 time with a zone, as 2026-11-23T09:00:00Z");
}

bool reader_object(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object");
	return reader_fields(r, f->fields, v, out);
}

struct json_object *reader_array(struct reader *r, const struct field *f, struct json_object *v)
{
	char expected[EXPECTED_MAX];

	if (json_object_is_type(v, json_type_array) &&
	    json_object_array_length(v) <= (size_t)f->max)
		return v;
	snprintf(expected, sizeof(expected), "an array of at most %" PRId64 " entries", f->max);
	reader_refuse(r, "bad-type", v, expected);
	return NULL;
}
