#include "wire/meta.h"

#define FIELD(member_, name_, read_, ...)                                                       \
	{                                                                                       \
		.name = (name_), .read = (read_), .offset = offsetof(struct etq_meta, member_), \
		__VA_ARGS__                                                                     \
	}
#define TEXT(member_, name_) FIELD(member_, name_, reader_name, .max = ETQ_MAX_META)

enum { RINGS_MAX = 1000 };

static const struct choice directions[] = {
	{"inbound", ETQ_INBOUND},
	{"outbound", ETQ_OUTBOUND},
	{0},
};

static const struct field agent_fields[] = {
	TEXT(agent_id, "id"),
	TEXT(agent_name, "name"),
	{0},
};

static const struct field customer_fields[] = {
	TEXT(customer_id, "id"),
	TEXT(customer_name, "name"),
	{0},
};

static const struct field meta_fields[] = {
	FIELD(started_at, "started_at", reader_time),
	FIELD(direction, "direction", reader_choice, .choices = directions),
	FIELD(rings, "rings", reader_small, .max = RINGS_MAX),
	FIELD(ring_ms, "ring_ms", reader_int, .max = INT32_MAX),
	{.name = "agent", .read = reader_object, .fields = agent_fields},
	{.name = "customer", .read = reader_object, .fields = customer_fields},
	TEXT(queue, "queue"),
	TEXT(company, "company"),
	TEXT(lang, "lang"),
	{0},
};

bool meta_read(struct reader *r, struct json_object *object, struct etq_meta *m)
{
	return reader_fields(r, meta_fields, object, m);
}

static void emit_person(struct emit *e, const char *key, struct etq_str id, struct etq_str name)
{
	if (!id.p && !name.p)
		return;
	emit_open(e, key, '{');
	emit_some(e, "id", id);
	emit_some(e, "name", name);
	emit_close(e, '}');
}

void meta_emit(struct emit *e, const struct etq_meta *m, bool ring)
{
	emit_time(e, "started_at", m->started_at);
	if (m->direction != ETQ_DIRECTION_UNKNOWN)
		emit_name(e, "direction", etq_direction_name(m->direction));
	if (ring && m->rings >= 0)
		emit_int(e, "rings", m->rings);
	if (ring)
		emit_ms(e, "ring_ms", m->ring_ms);
	emit_person(e, "agent", m->agent_id, m->agent_name);
	emit_person(e, "customer", m->customer_id, m->customer_name);
	emit_some(e, "queue", m->queue);
	emit_some(e, "company", m->company);
	emit_some(e, "lang", m->lang);
}
