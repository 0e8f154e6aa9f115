#include "wire/callmeta.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/printable.h"
#include "wire/rfc3339.h"

enum { RINGS_MAX = 1000, NOT_A_TEXT = -1 };

/* Reads a value that is no text of the metadata. */
typedef bool value_fn(struct callmeta *m, struct scan *s);

struct key {
	const char *name;
	int text;        /* which of callmeta's texts, or NOT_A_TEXT */
	size_t offset;   /* of that text in struct etq_meta */
	value_fn *value; /* for the others */
};

static bool value_id(struct callmeta *m, struct scan *s)
{
	return scan_value(s, m->id, sizeof(m->id), &m->id_length);
}

static bool value_started_at(struct callmeta *m, struct scan *s)
{
	size_t from = s->i, n;
	char text[ETQ_MAX_META];

	if (!scan_value(s, text, sizeof(text), &n))
		return false;
	if (!rfc3339_parse((struct etq_str){text, n}, &m->numbers.started_at))
		return scan_fail(s, from,
				 "a time with a zone is expected, as 2026-11-23T09:00:00Z");
	return true;
}

static bool value_direction(struct callmeta *m, struct scan *s)
{
	size_t from = s->i;
	struct etq_str word = scan_word(s);

	if (sv_eq(word, SV("inbound")))
		m->numbers.direction = ETQ_INBOUND;
	else if (sv_eq(word, SV("outbound")))
		m->numbers.direction = ETQ_OUTBOUND;
	else
		return scan_fail(s, from, "direction is inbound or outbound");
	return true;
}

static bool value_rings(struct callmeta *m, struct scan *s)
{
	size_t from = s->i;
	int64_t ms, count = -1;

	if (!scan_duration(s, &ms, &count))
		return false;
	if (count < 0 || count > RINGS_MAX)
		return scan_fail(s, from, "rings is a number from 0 to %d", RINGS_MAX);
	m->numbers.rings = (int)count;
	return true;
}

static bool value_ring(struct callmeta *m, struct scan *s)
{
	return scan_duration(s, &m->numbers.ring_ms, NULL);
}

#define TEXT(i, name_, member)                                    \
	{                                                         \
		name_, i, offsetof(struct etq_meta, member), NULL \
	}

static const struct key keys[] = {
	{"id", NOT_A_TEXT, 0, value_id},
	{"started_at", NOT_A_TEXT, 0, value_started_at},
	{"direction", NOT_A_TEXT, 0, value_direction},
	{"rings", NOT_A_TEXT, 0, value_rings},
	{"ring", NOT_A_TEXT, 0, value_ring},
	TEXT(0, "agent", agent_name),
	TEXT(1, "agent_id", agent_id),
	TEXT(2, "customer", customer_name),
	TEXT(3, "customer_id", customer_id),
	TEXT(4, "queue", queue),
	TEXT(5, "company", company),
	TEXT(6, "lang", lang),
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

void callmeta_init(struct callmeta *m)
{
	struct etq_input in;

	etq_input_init(&in);
	m->numbers = in.meta;
	memset(m->lengths, 0, sizeof(m->lengths));
	m->id_length = 0;
}

static const struct key *find_key(struct scan *s)
{
	const char *names[KEYS + 1] = {NULL};
	size_t from = s->i;
	struct etq_str word = scan_word(s);
	const char *near;

	for (size_t i = 0; i < KEYS; i++) {
		names[i] = keys[i].name;
		if (sv_eq(word, sv_of(names[i])))
			return &keys[i];
	}
	near = word.n ? diag_nearest(word, names) : NULL;
	if (near)
		scan_fail(s, from, "\"%.*s\" is not known here: did you mean \"%s\"?",
			  (int)(word.n < 40 ? word.n : 40), word.p, near);
	else
		scan_fail(s, from,
			  "one of these is expected: id, started_at, direction, rings, ring, "
			  "agent, agent_id, customer, customer_id, queue, company, lang");
	return NULL;
}

bool callmeta_scan(struct callmeta *m, struct scan *s)
{
	for (scan_blanks(s); !scan_at_end(s) && s->line.p[s->i] != ']'; scan_blanks(s)) {
		const struct key *key = find_key(s);
		bool ok;

		if (!key)
			return false;
		if (!scan_char(s, '='))
			return scan_fail(s, s->i, "= is missing behind %s", key->name);
		if (key->text == NOT_A_TEXT)
			ok = key->value(m, s);
		else
			ok = scan_value(s, m->texts[key->text], ETQ_MAX_META,
					&m->lengths[key->text]);
		if (!ok)
			return false;
	}
	return true;
}

static struct etq_str *text_of(struct etq_meta *meta, const struct key *key)
{
	return (struct etq_str *)(void *)((char *)meta + key->offset);
}

void callmeta_view(const struct callmeta *m, struct etq_meta *out)
{
	*out = m->numbers;
	for (size_t i = 0; i < KEYS; i++) {
		int text = keys[i].text;

		if (text != NOT_A_TEXT && m->lengths[text] > 0)
			*text_of(out, &keys[i]) = (struct etq_str){m->texts[text],
								   m->lengths[text]};
	}
}

void callmeta_put_quoted(struct etq_str s, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i += printable_put(s, i, out))
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(out, '\\');
	buf_putc(out, '"');
}

void callmeta_put(const struct etq_meta *meta, struct buf *out)
{
	struct etq_meta copy = *meta;
	char time[RFC3339_SIZE];

	if (meta->started_at != ETQ_NO_TIME && rfc3339_format(meta->started_at, time))
		buf_printf(out, " started_at=%s", time);
	if (meta->direction != ETQ_DIRECTION_UNKNOWN)
		buf_printf(out, " direction=%s", etq_direction_name(meta->direction));
	if (meta->rings >= 0)
		buf_printf(out, " rings=%d", meta->rings);
	if (meta->ring_ms != ETQ_NO_TIME)
		buf_printf(out, " ring=%" PRId64 "ms", meta->ring_ms);
	for (size_t i = 0; i < KEYS; i++) {
		struct etq_str s;

		if (keys[i].text == NOT_A_TEXT)
			continue;
		s = *text_of(&copy, &keys[i]);
		if (!s.p || s.n == 0)
			continue;
		buf_printf(out, " %s=", keys[i].name);
		callmeta_put_quoted(s, out);
	}
}
