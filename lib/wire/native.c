#include "wire/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/emit.h"
#include "wire/meta.h"
#include "wire/reader.h"

enum { FIRST_WORDS = 64 };

/* ---- the decoder ---- */

/*
 * json-c does not look whether its text buffer could grow, and would cut strings short. So it is
 * made to grow to its largest here, once, where it can be seen.
 */
static bool grow_buffer(struct json_tokener *tokener)
{
	size_t n = ETQ_MAX_LINE + 2;
	char *s = malloc(n);
	struct json_object *v;
	bool ok;

	if (!s)
		return false;
	memset(s, 'x', n);
	s[0] = s[n - 1] = '"';
	v = json_tokener_parse_ex(tokener, s, (int)n);
	ok = v && json_object_get_string_len(v) == ETQ_MAX_LINE;
	json_object_put(v);
	free(s);
	return ok;
}

struct native_decoder *native_decoder_new(void)
{
	struct native_decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	/* json-c counts the innermost value as a level, too; strict_check counts as people do. */
	d->tokener = json_tokener_new_ex(ETQ_MAX_DEPTH + 2);
	d->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!d->tokener || !d->c || !grow_buffer(d->tokener)) {
		native_decoder_free(d);
		return NULL;
	}
	json_tokener_set_flags(d->tokener, JSON_TOKENER_STRICT);
	return d;
}

void native_decoder_free(struct native_decoder *d)
{
	if (!d)
		return;
	json_object_put(d->root);
	if (d->tokener)
		json_tokener_free(d->tokener);
	if (d->c)
		freelocale(d->c);
	free(d->words);
	free(d->score);
	free(d);
}

/* ---- fields ---- */

#define FIELD(member_, name_, read_, ...)                                                        \
	{                                                                                        \
		.name = (name_), .read = (read_), .offset = offsetof(struct etq_input, member_), \
		__VA_ARGS__                                                                      \
	}
#define CALL                                                                            \
	FIELD(call, "call", reader_text, .required = true, .min = 1, .max = ETQ_MAX_ID, \
	      .code = "bad-call-id")
#define T FIELD(t, "t", reader_int, .max = INT32_MAX)

#define WORD_FIELD(member_, name_, read_, ...)                                                  \
	{                                                                                       \
		.name = (name_), .read = (read_), .offset = offsetof(struct etq_word, member_), \
		__VA_ARGS__                                                                     \
	}

static const struct field word_fields[] = {
	WORD_FIELD(text, "text", reader_text, .required = true, .max = ETQ_MAX_META),
	WORD_FIELD(t, "t", reader_int, .max = INT32_MAX),
	WORD_FIELD(end, "end", reader_int, .max = INT32_MAX),
	{0},
};

static bool words_room(struct native_decoder *d, size_t n)
{
	size_t cap = d->words_cap ? d->words_cap : FIRST_WORDS;
	struct etq_word *words;

	if (n <= d->words_cap)
		return true;
	while (cap < n)
		cap *= 2;
	words = realloc(d->words, cap * sizeof(*words));
	if (!words)
		return false;
	d->words = words;
	d->words_cap = cap;
	return true;
}

static bool read_word(struct reader *r, struct json_object *v, struct etq_word *word)
{
	*word = (struct etq_word){.t = ETQ_NO_TIME, .end = ETQ_NO_TIME};
	if (!json_object_is_type(v, json_type_object))
		return reader_refuse(r, "bad-type", v, "an object with text, t and end");
	return reader_fields(r, word_fields, v, word);
}

static bool read_words(struct reader *r, const struct field *f, struct json_object *v, void *out)
{
	struct etq_input *in = out;
	struct json_object *array = reader_array(r, f, v);
	size_t n;

	if (!array)
		return false;
	n = json_object_array_length(array);
	if (!words_room(r->d, n)) {
		err_set(r->err, "out-of-memory", "no memory for the line");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct place here = {.up = r->place, .index = i};
		bool ok;

		r->place = &here;
		ok = read_word(r, json_object_array_get_idx(array, i), &r->d->words[i]);
		r->place = here.up;
		if (!ok)
			return false;
	}
	in->words = n ? r->d->words : NULL;
	in->nwords = n;
	return true;
}

static const struct choice speakers[] = {
	{"agent", ETQ_AGENT},
	{"customer", ETQ_CUSTOMER},
	{"bot", ETQ_BOT},
	{"unknown", ETQ_UNKNOWN},
	{0},
};

static const struct choice enders[] = {
	{"agent", ETQ_AGENT},
	{"customer", ETQ_CUSTOMER},
	{"system", ETQ_SYSTEM},
	{0},
};

static const struct field common_fields[] = {
	CALL,
	T,
	{0},
};

static const struct field end_fields[] = {
	CALL,
	T,
	FIELD(by, "by", reader_choice, .choices = enders),
	{0},
};

static const struct field utterance_fields[] = {
	CALL,
	FIELD(by, "by", reader_choice, .required = true, .choices = speakers),
	FIELD(text, "text", reader_text, .required = true, .max = ETQ_MAX_TEXT,
	      .code = "text-too-long"),
	FIELD(id, "id", reader_name, .max = ETQ_MAX_ID),
	T,
	FIELD(end, "end", reader_int, .max = INT32_MAX),
	FIELD(final, "final", reader_bool),
	FIELD(confidence, "confidence", reader_double, .min = 0, .max = 1),
	FIELD(words, "words", read_words, .max = NATIVE_MAX_WORDS),
	{0},
};

/* ---- messages ---- */

struct message {
	const char *name;
	const struct field *fields;
	enum etq_side by; /* when the line does not say */
	bool meta;
};

static const struct message messages[ETQ_INPUT_TYPES] = {
	[ETQ_CALL_START] = {"call.start", common_fields, ETQ_UNKNOWN, .meta = true},
	[ETQ_CALL_UPDATE] = {"call.update", common_fields, ETQ_UNKNOWN, .meta = true},
	[ETQ_UTTERANCE] = {"utterance", utterance_fields, ETQ_UNKNOWN},
	[ETQ_HOLD_START] = {"hold.start", common_fields, ETQ_UNKNOWN},
	[ETQ_HOLD_END] = {"hold.end", common_fields, ETQ_UNKNOWN},
	[ETQ_CALL_END] = {"call.end", end_fields, ETQ_SYSTEM},
};

static const struct message *find_message(struct reader *r, struct etq_str line)
{
	const char *names[ETQ_INPUT_TYPES + 1] = {NULL};
	const char *type = reader_line(r, line, ETQ_MAX_LINE);

	if (!type)
		return NULL;
	for (size_t i = 0; i < ETQ_INPUT_TYPES; i++) {
		names[i] = messages[i].name;
		if (strcmp(type, names[i]) == 0)
			return &messages[i];
	}
	reader_unknown_type(r, type, names);
	return NULL;
}

static bool check_order(struct reader *r, int64_t t, int64_t end)
{
	if (t == ETQ_NO_TIME || end == ETQ_NO_TIME || end >= t)
		return true;
	err_set(r->err, "bad-type", "end must not be before t: %lld is before %lld", (long long)end,
		(long long)t);
	return false;
}

static bool check_times(struct reader *r, const struct etq_input *in)
{
	if (!check_order(r, in->t, in->end))
		return false;
	for (size_t i = 0; i < in->nwords; i++)
		if (!check_order(r, in->words[i].t, in->words[i].end))
			return false;
	return true;
}

bool native_decode(struct native_decoder *d, struct etq_str line, struct etq_input *in,
		   struct etq_err *err)
{
	struct reader r = {.d = d, .err = err};
	const struct message *m;

	m = find_message(&r, line);
	if (!m)
		return false;
	etq_input_init(in);
	in->type = (enum etq_input_type)(m - messages);
	in->by = m->by;
	return reader_fields(&r, m->fields, d->root, in) &&
	       (!m->meta || meta_read(&r, d->root, &in->meta)) && check_times(&r, in);
}

/* ---- the other way ---- */

static void emit_words(struct emit *e, const struct etq_input *in)
{
	emit_open(e, "words", '[');
	for (size_t i = 0; i < in->nwords; i++) {
		emit_open(e, NULL, '{');
		emit_ms(e, "t", in->words[i].t);
		emit_ms(e, "end", in->words[i].end);
		emit_text(e, "text", in->words[i].text);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void emit_utterance(struct emit *e, const struct etq_input *in)
{
	emit_some(e, "id", in->id);
	emit_ms(e, "t", in->t);
	emit_ms(e, "end", in->end);
	emit_name(e, "by", etq_side_name(in->by));
	emit_text(e, "text", in->text);
	emit_bool(e, "final", in->final);
	if (in->confidence >= 0)
		emit_number(e, "confidence", in->confidence);
	if (in->nwords > 0)
		emit_words(e, in);
}

bool native_encode(const struct etq_input *in, struct buf *out)
{
	struct emit e = emit_begin(out);

	emit_open(&e, NULL, '{');
	emit_name(&e, "type", messages[in->type].name);
	emit_text(&e, "call", in->call);
	if (in->type == ETQ_UTTERANCE)
		emit_utterance(&e, in);
	else
		emit_ms(&e, "t", in->t);
	if (messages[in->type].meta)
		meta_emit(&e, &in->meta, true);
	if (in->type == ETQ_CALL_END)
		emit_name(&e, "by", etq_side_name(in->by));
	emit_close(&e, '}');
	buf_putc(out, '\n');
	return emit_end(&e);
}
