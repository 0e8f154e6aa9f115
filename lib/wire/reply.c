#include "wire/reply.h"

#include <string.h>

#include "base/sv.h"
#include "wire/emit.h"
#include "wire/event_view.h"
#include "wire/reader.h"

enum { PROTOCOL_VERSION = 1 };

static struct emit begin(const char *type, struct buf *out)
{
	struct emit e = emit_begin(out);

	emit_open(&e, NULL, '{');
	emit_name(&e, "type", type);
	return e;
}

static bool end(struct emit *e)
{
	emit_close(e, '}');
	buf_putc(e->out, '\n');
	return emit_end(e);
}

bool reply_ack(uint64_t n, struct buf *out)
{
	struct emit e = begin("ack", out);

	emit_int(&e, "n", (int64_t)n);
	return end(&e);
}

bool reply_error(uint64_t n, const char *code, const char *message, struct buf *out)
{
	struct emit e = begin("error", out);

	if (n > 0)
		emit_int(&e, "n", (int64_t)n);
	emit_name(&e, "code", code);
	emit_name(&e, "message", message);
	return end(&e);
}

bool reply_subscribed(uint64_t from, struct buf *out)
{
	struct emit e = begin("subscribed", out);

	emit_int(&e, "protocol", PROTOCOL_VERSION);
	emit_int(&e, "from", (int64_t)from);
	return end(&e);
}

bool reply_heartbeat(uint64_t sequence, int64_t time, struct buf *out)
{
	struct emit e = begin("heartbeat", out);

	emit_int(&e, "sequence", (int64_t)sequence);
	emit_time(&e, "time", time);
	return end(&e);
}

bool reply_gap(uint64_t from, uint64_t to, struct buf *out)
{
	struct emit e = begin("gap", out);

	emit_int(&e, "from", (int64_t)from);
	emit_int(&e, "to", (int64_t)to);
	return end(&e);
}

bool reply_bye(const char *reason, const char *message, struct buf *out)
{
	struct emit e = begin("bye", out);

	emit_name(&e, "reason", reason);
	emit_name(&e, "message", message);
	return end(&e);
}

/* ---- the other way ---- */

#define FIELD(member_, name_, read_, ...)                                                    \
	{                                                                                    \
		.name = (name_), .read = (read_), .offset = offsetof(struct reply, member_), \
		__VA_ARGS__                                                                  \
	}
#define COUNT(member_, ...) FIELD(member_, #member_, reader_int, .max = INT64_MAX, __VA_ARGS__)

static const struct field ack_fields[] = {COUNT(n, .required = true), {0}};
static const struct field error_fields[] = {
	COUNT(n),
	FIELD(code, "code", reader_text, .required = true),
	FIELD(message, "message", reader_text),
	{0},
};
static const struct field subscribed_fields[] = {COUNT(from, .required = true), {0}};
static const struct field heartbeat_fields[] = {
	COUNT(sequence, .required = true),
	FIELD(time, "time", reader_time),
	{0},
};
static const struct field gap_fields[] = {
	COUNT(from, .required = true),
	COUNT(to, .required = true),
	{0},
};
static const struct field bye_fields[] = {
	FIELD(code, "reason", reader_text, .required = true),
	FIELD(message, "message", reader_text),
	{0},
};
static const struct field no_fields[] = {{0}};

static const struct {
	const char *name;
	enum reply_type type;
	const struct field *fields;
} replies[] = {
	{"ack", REPLY_ACK, ack_fields},
	{"error", REPLY_ERROR, error_fields},
	{"subscribed", REPLY_SUBSCRIBED, subscribed_fields},
	{"heartbeat", REPLY_HEARTBEAT, heartbeat_fields},
	{"gap", REPLY_GAP, gap_fields},
	{"bye", REPLY_BYE, bye_fields},
	{"stats", REPLY_STATS, no_fields},
};

bool reply_decode(struct native_decoder *d, struct etq_str line, struct reply *out,
		  struct etq_err *err)
{
	struct reader r = {.d = d, .err = err};
	const char *type;

	*out = (struct reply){.type = REPLY_OTHER, .time = ETQ_NO_TIME};
	type = reader_line(&r, line, EVENT_LINE_MAX);
	if (!type)
		return false;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		if (strcmp(type, replies[i].name) == 0) {
			out->type = replies[i].type;
			return reader_fields(&r, replies[i].fields, d->root, out);
		}
	if (!event_view_is_type(type))
		return true;
	out->type = REPLY_EVENT;
	return event_view_read(&r, &out->event);
}
