#include "wire/reader.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/strict.h"

enum { SHOWN_MAX = 40, PATH_MAX_BYTES = 96, EXPECTED_MAX = 160, AT_ONCE = 16 };

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

void reader_join(const char *const *names, char *to, size_t size)
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

	reader_join(names, all, sizeof(all));
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

/* Number n when there is no field of the name. Looked for from number `from` on, and then before it. */
static size_t field_named(const struct field *fields, size_t n, size_t from, const char *name)
{
	for (size_t i = from; i < n; i++)
		if (fields[i].name[0] == name[0] && strcmp(fields[i].name, name) == 0)
			return i;
	for (size_t i = 0; i < from; i++)
		if (fields[i].name[0] == name[0] && strcmp(fields[i].name, name) == 0)
			return i;
	return n;
}

/* The values of n fields. Members often come in the order of the fields: there one look is enough. */
static void find_values(const struct field *fields, size_t n, struct json_object *object,
			struct json_object **values)
{
	struct json_object_iter i;
	size_t from = 0;

	json_object_object_foreachC(object, i)
	{
		size_t k = field_named(fields, n, from, i.key);

		if (k == n)
			continue;
		values[k] = i.val;
		from = k + 1;
	}
}

static bool read_field(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct place here = {.up = r->place, .name = f->name};
	char path[PATH_MAX_BYTES];
	bool ok = false;

	if (!v && !f->required)
		return true;
	r->place = &here;
	if (v) {
		ok = f->read(r, f, v, out);
	} else {
		put_path(&here, path, sizeof(path));
		err_set(r->err, "missing-field", "%s is missing", path);
	}
	r->place = here.up;
	return ok;
}

bool reader_fields(struct reader *r, const struct field *fields, struct json_object *object,
		   void *out)
{
	while (fields->name) {
		struct json_object *values[AT_ONCE] = {NULL};
		size_t n = 0;

		while (n < AT_ONCE && fields[n].name)
			n++;
		find_values(fields, n, object, values);
		for (size_t i = 0; i < n; i++)
			if (!read_field(r, &fields[i], values[i], out))
				return false;
		fields += n;
	}
	return true;
}
