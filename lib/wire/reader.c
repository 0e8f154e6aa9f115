#include "wire/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/rfc3339.h"
#include "wire/strict.h"

enum { SHOWN_MAX = 40, PATH_MAX_BYTES = 96, EXPECTED_MAX = 160 };

_Static_assert(sizeof(enum etq_side) == sizeof(unsigned), "enums are read as unsigned");

static void *member(const struct field *f, void *out)
{
	return (char *)out + f->offset;
}

/* ---- errors ---- */

static size_t put_path(const struct place *p, char *to, size_t size)
{
	size_t n = p->up ? put_path(p->up, to, size) : 0;
	int more;

	if (p->name)
		more = snprintf(to + n, size - n, "%s%s", p->up ? "." : "", p->name);
	else
		more = snprintf(to + n, size - n, "[%zu]", p->index);
	n += more > 0 ? (size_t)more : 0;
	return n < size ? n : size - 1;
}

/* s cut to so many bytes at a code point. */
static struct etq_str cut(struct etq_str s, size_t max)
{
	if (s.n <= max)
		return s;
	s.n = max;
	while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

static void show(struct json_object *v, char *to, size_t size)
{
	struct etq_str s = {v ? json_object_get_string(v) : "null", 0};
	const char *tail = "";

	switch (json_object_get_type(v)) {
	case json_type_object:
		snprintf(to, size, "an object");
		return;
	case json_type_array:
		snprintf(to, size, "an array");
		return;
	case json_type_string:
		s.n = (size_t)json_object_get_string_len(v);
		if (s.n > SHOWN_MAX)
			tail = "…";
		s = cut(s, SHOWN_MAX);
		snprintf(to, size, "\"%.*s%s\"", SV_ARG(s), tail);
		return;
	default:
		s = cut(sv_of(s.p), SHOWN_MAX);
		snprintf(to, size, "%.*s", SV_ARG(s));
	}
}

bool reader_refuse(struct reader *r, const char *code, struct json_object *v, const char *expected)
{
	char path[PATH_MAX_BYTES] = "the line", shown[SHOWN_MAX + 16];

	if (r->place)
		put_path(r->place, path, sizeof(path));
	show(v, shown, sizeof(shown));
	err_set(r->err, code, "%s must be %s, not %s", path, expected, shown);
	return false;
}

/* Puts "agent, customer, bot" into to. */
static void join(const char *const *names, char *to, size_t size)
{
	size_t n = 0;

	to[0] = '\0';
	for (; *names && n < size; names++)
		n += (size_t)snprintf(to + n, size - n, "%s%s", n ? ", " : "", *names);
}

void reader_unknown_type(struct reader *r, const char *type, const char *const *names)
{
	struct etq_str shown = cut(sv_of(type), SHOWN_MAX);
	const char *near = diag_nearest(sv_of(type), names);
	char all[EXPECTED_MAX], meant[64] = "";

	join(names, all, sizeof(all));
	if (near)
		snprintf(meant, sizeof(meant), ": did you mean \"%s\"?", near);
	err_set(r->err, "unknown-type", "type \"%.*s\" is not known%s Types are %s", SV_ARG(shown),
		near ? meant : ".", all);
}

/* ---- a line ---- */

static void forget(struct native_decoder *d)
{
	json_object_put(d->root);
	d->root = NULL;
}

static bool not_parsed(struct reader *r, enum json_tokener_error e)
{
	size_t at = json_tokener_get_parse_end(r->d->tokener) + 1;

	if (e == json_tokener_continue)
		err_set(r->err, "not-json", "the line ends before its JSON value does");
	else
		err_set(r->err, "not-json", "%s at byte %zu", json_tokener_error_desc(e), at);
	return false;
}

static bool begins_object(struct etq_str line)
{
	size_t i = 0;

	while (line.p && i < line.n && strchr(" \t\r\n", line.p[i]))
		i++;
	return line.p && i < line.n && line.p[i] == '{';
}

/*
 * json-c makes itself a "C" locale for each call, of the one that the thread has; of "C" itself
 * nothing is to be made.
 */
static enum json_tokener_error parse_root(struct native_decoder *d, struct etq_str line)
{
	locale_t before = uselocale(d->c);
	enum json_tokener_error e;

	json_tokener_reset(d->tokener);
	d->root = json_tokener_parse_ex(d->tokener, line.p ? line.p : "", (int)line.n);
	e = json_tokener_get_error(d->tokener);
	if (e == json_tokener_continue) {
		/* A bare number or null is not over before something comes behind it. */
		d->root = json_tokener_parse_ex(d->tokener, " ", 1);
		e = json_tokener_get_error(d->tokener);
	}
	uselocale(before);
	return e;
}

static bool parse(struct reader *r, struct etq_str line, size_t max)
{
	struct native_decoder *d = r->d;
	enum json_tokener_error e;

	forget(d);
	if (line.n > max) {
		err_set(r->err, "line-too-long", "the line has %zu bytes; at most %zu are taken",
			line.n, max);
		return false;
	}
	if (!strict_check(line, r->err))
		return false;
	e = parse_root(d, line);
	if (e != json_tokener_success)
		return not_parsed(r, e);
	if (!d->root && begins_object(line)) {
		err_set(r->err, "out-of-memory", "no memory for the line");
		return false;
	}
	if (!json_object_is_type(d->root, json_type_object)) {
		err_set(r->err, "not-an-object", "a JSON object is expected, {\"type\": …}");
		return false;
	}
	return true;
}

static const char *type_of(struct reader *r)
{
	const struct place here = {.up = r->place, .name = "type"};
	struct json_object *v = NULL;

	json_object_object_get_ex(r->d->root, "type", &v);
	if (!v) {
		err_set(r->err, "missing-field", "type is missing");
		return NULL;
	}
	if (!json_object_is_type(v, json_type_string)) {
		r->place = &here;
		reader_refuse(r, "bad-type", v, "a string");
		r->place = here.up;
		return NULL;
	}
	return json_object_get_string(v);
}

const char *reader_line(struct reader *r, struct etq_str line, size_t max)
{
	return parse(r, line, max) ? type_of(r) : NULL;
}

bool reader_fields(struct reader *r, const struct field *fields, struct json_object *object,
		   void *out)
{
	for (const struct field *f = fields; f->name; f++) {
		struct place here = {.up = r->place, .name = f->name};
		struct json_object *v = NULL;
		bool ok;

		json_object_object_get_ex(object, f->name, &v);
		if (!v && !f->required)
			continue;
		r->place = &here;
		if (v) {
			ok = f->read(r, f, v, out);
		} else {
			char path[PATH_MAX_BYTES];

			put_path(&here, path, sizeof(path));
			err_set(r->err, "missing-field", "%s is missing", path);
			ok = false;
		}
		r->place = here.up;
		if (!ok)
			return false;
	}
	return true;
}

/* ---- values ---- */

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
	int64_t n;

	if (!read_whole(r, f, v, &n))
		return false;
	*(int *)member(f, out) = (int)n;
	return true;
}

bool reader_size(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	int64_t n;

	if (!read_whole(r, f, v, &n))
		return false;
	*(size_t *)member(f, out) = (size_t)n;
	return true;
}

bool reader_u32(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	int64_t n;

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
	join(names, all, sizeof(all));
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
