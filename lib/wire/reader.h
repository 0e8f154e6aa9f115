/* Reading JSON objects into structs by tables of fields. */
#ifndef WIRE_READER_H
#define WIRE_READER_H

#include <json-c/json.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

struct native_decoder {
	struct json_tokener *tokener;
	locale_t c;               /* "C" */
	struct json_object *root; /* of the last line; views point into it */
	struct etq_word *words;
	size_t words_cap;
	struct score_view *score; /* NULL until a score is read */
};

/* Where in the line a value stands, for messages: "words[3].t". */
struct place {
	const struct place *up;
	const char *name; /* NULL: element number index of up */
	size_t index;
};

struct reader {
	struct native_decoder *d;
	struct etq_err *err;
	const struct place *place; /* NULL: the line itself */
};

struct field;
typedef bool reader_fn(struct reader *r, const struct field *f, struct json_object *v, void *out);

/* A name on the wire and what it stands for; a table of them ends with a NULL name. */
struct choice {
	const char *name;
	unsigned value;
};

/* One field of an object: how it is called, what it may be, and where in the struct it goes. */
struct field {
	const char *name; /* NULL ends a table */
	reader_fn *read;
	size_t offset;
	bool required;
	int64_t min, max; /* numbers: the range; text, lists: bytes, entries (max == 0: any) */
	const struct choice *choices; /* reader_choice */
	const struct field *fields;   /* reader_object: its fields, of the same struct */
	const char *code;             /* error code in place of "bad-type" */
};

/*
 * Parses a line of at most max bytes into r->d->root, an object; frees what the line before gave.
 * The string `type` of it; NULL with "missing-field" or "bad-type" when there is none, and with all
 * the codes of native_decode but those about fields.
 */
const char *reader_line(struct reader *r, struct etq_str line, size_t max) ETQ_MUST_CHECK;

/* Reads the fields of object that are there and not null; "missing-field" for required ones. */
bool reader_fields(struct reader *r, const struct field *fields, struct json_object *object,
		   void *out) ETQ_MUST_CHECK;

/* Fills "unknown-type" with type and the names (NULL-terminated) that there are. */
void reader_unknown_type(struct reader *r, const char *type, const char *const *names);

/* Says that v is not what was expected, with the field's name, and returns false. */
bool reader_refuse(struct reader *r, const char *code, struct json_object *v, const char *expected);

/* Puts "agent, customer, bot" into to, as much of it as fits; names end with NULL. */
void reader_join(const char *const *names, char *to, size_t size);

/* The readers; each says what type the member of the struct must have. */
reader_fn reader_text;   /* struct etq_str; may be empty */
reader_fn reader_name;   /* struct etq_str; empty counts as absent */
reader_fn reader_int;    /* int64_t, rounded */
reader_fn reader_small;  /* int */
reader_fn reader_size;   /* size_t */
reader_fn reader_u32;    /* uint32_t */
reader_fn reader_double; /* double, min..max */
reader_fn reader_bool;   /* bool */
reader_fn reader_choice; /* an enum */
reader_fn reader_time;   /* int64_t: RFC 3339 → Unix ms */
reader_fn reader_object; /* by f->fields */

/* v if it is an array of at most f->max entries; else NULL with an error. */
struct json_object *reader_array(struct reader *r, const struct field *f,
				 struct json_object *v) ETQ_MUST_CHECK;

#endif
