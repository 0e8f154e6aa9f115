#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "dbfile.h"
#include "log.h"
#include "settingtype.h"

enum { SHOWN_MAX = 60, LINES_MAX = (1 << 24) - 1 };

#define KIB    1024LL
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

#define FIELD(field) offsetof(struct config, field)

static const struct setting_choice overruns[] = {
	{"gap", OVERRUN_GAP}, {"close", OVERRUN_CLOSE}, {0}};
static const struct setting_choice durabilities[] = {{"power", DURABILITY_POWER},
						     {"crash", DURABILITY_CRASH},
						     {"memory", DURABILITY_MEMORY},
						     {0}};
static const struct setting_choice levels[] = {
	{"error", LEVEL_ERROR}, {"warning", LEVEL_WARNING}, {"notice", LEVEL_NOTICE},
	{"info", LEVEL_INFO},   {"debug", LEVEL_DEBUG},     {0},
};
static const struct setting_choice switches[] = {{"true", 1}, {"false", 0}, {0}};

const struct setting settings_table[] = {
	{"ingest.listen", "ingest", &type_address, FIELD(ingest_listen), "127.0.0.1:7401", 0, 0,
	 NULL, "where platforms connect to send calls; port 0: any free one"},
	{"ingest.connections", NULL, &type_count, FIELD(ingest_connections), "5000", 1, 1000000,
	 NULL, "senders at once; more are refused"},
	{"ingest.per_address", NULL, &type_count, FIELD(ingest_per_address), "0", 0, 1000000, NULL,
	 "senders at once from one address (IPv6: network of 64 bits); more are refused; 0: any"},
	{"ingest.calls", NULL, &type_count, FIELD(ingest_calls), "10000", 1, 10000000, NULL,
	 "open calls that began on one connection; lines that begin more are refused"},
	{"ingest.first_timeout", NULL, &type_time, FIELD(ingest_first_timeout), "10m", 0, 24 * HOUR,
	 NULL, "a sender from which no line comes for so long at first is closed; 0s: never"},
	{"ingest.idle_timeout", NULL, &type_time, FIELD(ingest_idle_timeout), "0s", 0, 240 * HOUR,
	 NULL, "a sender from which no line comes for so long later is closed; 0s: never"},
	{"ingest.reply_bytes", NULL, &type_size, FIELD(ingest_reply_bytes), "64KiB", 4 * KIB,
	 16 * MIB, NULL, "a sender with so much unread is not read from until it has read half"},
	{"ingest.reply_timeout", NULL, &type_time, FIELD(ingest_reply_timeout), "30s", 100, HOUR,
	 NULL, "a sender that reads nothing of its replies for so long is closed"},

	{"subscriber.listen", "subscribe", &type_address, FIELD(subscriber_listen),
	 "127.0.0.1:7402", 0, 0, NULL, "where subscribers connect; port 0: any free one"},
	{"subscriber.connections", NULL, &type_count, FIELD(subscriber_connections), "1000", 1,
	 1000000, NULL, "subscribers at once; more are refused"},
	{"subscriber.per_address", NULL, &type_count, FIELD(subscriber_per_address), "0", 0,
	 1000000, NULL,
	 "subscribers at once from one address (IPv6: network of 64 bits); more are refused; 0: any"},
	{"subscriber.queue_bytes", NULL, &type_size, FIELD(subscriber_queue_bytes), "1MiB",
	 16 * KIB, GIB, NULL, "a subscriber with so much unread waits until it has read half"},
	{"subscriber.overrun", NULL, &type_choice, FIELD(subscriber_overrun), "gap", 0, 0, overruns,
	 "for one so slow that what it waits for is not kept any more: tell it, or close"},
	{"subscriber.names", NULL, &type_count, FIELD(subscriber_names), "1000", 0, 1000000, NULL,
	 "names of subscribers whose place in the stream is kept for them"},
	{"subscriber.heartbeat", NULL, &type_time, FIELD(subscriber_heartbeat), "15s", 100, HOUR,
	 NULL, "a stream that was quiet for so long carries a heartbeat"},
	{"subscriber.request_timeout", NULL, &type_time, FIELD(subscriber_request_timeout), "10s",
	 100, HOUR, NULL, "a connection that asks for nothing for so long is closed"},
	{"subscriber.stall_timeout", NULL, &type_time, FIELD(subscriber_stall_timeout), "10m", 0,
	 24 * HOUR, NULL, "a subscriber that reads nothing for so long is closed; 0s: never"},

	{"store.path", "store", &type_file, FIELD(store_path), "", 0, 4000, NULL,
	 "file that events and open calls are kept in; empty: etiquetted.db in $STATE_DIRECTORY, "
	 "or without that none"},
	{"store.durability", NULL, &type_choice, FIELD(store_durability), "power", 0, 0,
	 durabilities,
	 "what is acknowledged survives a power failure, a crash of the daemon, or nothing"},
	{"store.retain_age", NULL, &type_time, FIELD(store_retain_age), "720h", 0, 876000 * HOUR,
	 NULL, "events and calls older than that are dropped; 0s: never"},
	{"store.retain_size", NULL, &type_size, FIELD(store_retain_size), "4GiB", 0, 1024 * GIB,
	 NULL, "when the store uses more, the oldest events are dropped; 0: never"},
	{"store.queue_bytes", NULL, &type_size, FIELD(store_queue_bytes), "4MiB", 64 * KIB, GIB,
	 NULL, "with so much waiting to be written senders are not read from"},
	{"store.check", NULL, &type_choice, FIELD(store_check), "true", 0, 0, switches,
	 "read the whole store at the start, and refuse it when it is damaged"},

	{"ring.bytes", NULL, &type_size, FIELD(ring_bytes), "64MiB", MIB, 64 * GIB, NULL,
	 "memory for the latest events, from which subscribers read"},
	{"ring.events", NULL, &type_count, FIELD(ring_events), "65536", 16, 100000000, NULL,
	 "how many of the latest events are kept at most"},

	{"buffers.bytes", NULL, &type_size, FIELD(buffers_bytes), "1GiB", 16 * MIB, 1024 * GIB,
	 NULL, "memory for what is read and to be written on all connections together, half each"},

	{"rules", "rules", &type_paths, FIELD(rules), "ru", 0, 0, NULL,
	 "rule files, folders of them, or built-in packs by name; site files last"},

	{"calls.max", NULL, &type_count, FIELD(calls_max), "100000", 1, 10000000, NULL,
	 "open calls at once; lines of more are refused"},
	{"calls.lines", NULL, &type_count, FIELD(calls_lines), "1000000", 1, LINES_MAX, NULL,
	 "lines and events of one call; more lines are refused"},
	{"calls.lateness", NULL, &type_time, FIELD(calls_lateness), "2s", 0, HOUR, NULL,
	 "how far a line may lag behind the latest of its call"},
	{"calls.idle", NULL, &type_time, FIELD(calls_idle), "10m", 100, 24 * HOUR, NULL,
	 "a call without lines for so long is ended"},
	{"calls.partials", NULL, &type_count, FIELD(calls_partials), "16", 1, 1024, NULL,
	 "open partial utterances of a call"},
	{"calls.match_limit", NULL, &type_count, FIELD(calls_match_limit), "100000", 1000,
	 100000000, NULL, "steps that matching one phrase may take before it gives up"},

	{"events.source", NULL, &type_text, FIELD(events_source), "/etiquetted", 0, 200, NULL,
	 "what events name as their source, a URI reference"},
	{"events.mask", NULL, &type_choice, FIELD(events_mask), "true", 0, 0, switches,
	 "hide digits of numbers, and mail addresses, in quoted words"},

	{"shutdown.timeout", NULL, &type_time, FIELD(shutdown_timeout), "5s", 0, 10 * MINUTE, NULL,
	 "how long subscribers may take to read the rest when the daemon stops"},
	{"log.level", NULL, &type_choice, FIELD(log_level), "info", 0, 0, levels,
	 "the least important messages that are said"},
	{0},
};

static void *field_of(struct config *s, const struct setting *row)
{
	return (char *)s + row->offset;
}

bool settings_init(struct config *s)
{
	struct etq_err err;

	*s = (struct config){0};
	for (const struct setting *row = settings_table; row->name; row++) {
		if (!settings_set(s, row, sv_of(row->standard), &err)) {
			settings_free(s);
			return false;
		}
	}
	return true;
}

void settings_free(struct config *s)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		if (row->type->clear)
			row->type->clear(field_of(s, row));
	}
}

const struct setting *settings_find(struct etq_str name)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		if (sv_eq(sv_of(row->name), name))
			return row;
	}
	return NULL;
}

const struct setting *settings_find_option(struct etq_str option)
{
	for (const struct setting *row = settings_table; row->name; row++) {
		if (row->option && sv_eq(sv_of(row->option), option))
			return row;
	}
	return NULL;
}

/* As much of what was written as a message has room for. */
static struct etq_str shorten(struct etq_str text)
{
	if (text.n <= SHOWN_MAX)
		return text;
	text.n = SHOWN_MAX;
	while (text.n > 0 && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
		text.n--;
	return text;
}

bool settings_set(struct config *s, const struct setting *row, struct etq_str text,
		  struct etq_err *err)
{
	struct etq_err why;

	if (text.n > SETTING_MAX)
		err_set(&why, "bad-value", "it is too long");
	else if (row->type->parse(row, text, field_of(s, row), &why))
		return true;
	struct etq_str shown = shorten(text);
	err_set(err, why.code, "`%s` can't be `%.*s%s`: %s", row->name, SV_ARG(shown),
		shown.n < text.n ? "…" : "", why.message);
	return false;
}

void settings_clear(struct config *s, const struct setting *row)
{
	if (row->type->list)
		row->type->clear(field_of(s, row));
}

int settings_print(const struct config *s, const struct setting *row, char *buf, size_t size)
{
	return row->type->print(row, (const char *)s + row->offset, buf, size);
}

static int choices_range(const struct setting_choice *choices, char *buf, size_t size)
{
	size_t n = 0;

	for (const struct setting_choice *c = choices; c->name && n < size; c++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", c == choices ? "" : " or ",
				      c->name);
	return (int)n;
}

int settings_range(const struct setting *row, char *buf, size_t size)
{
	char min[32], max[32];

	if (row->choices)
		return choices_range(row->choices, buf, size);
	if (row->max == 0 || row->type == &type_text || row->type == &type_file)
		return snprintf(buf, size, "%s", "");
	row->type->print(row, &row->min, min, sizeof(min));
	row->type->print(row, &row->max, max, sizeof(max));
	return snprintf(buf, size, "%s to %s", min, max);
}
