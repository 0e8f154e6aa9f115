/* All settings: one table that the configuration file, the command line, help and documents use. */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "etiquette.h"

enum overrun { OVERRUN_GAP, OVERRUN_CLOSE };

struct address {
	struct sockaddr_storage sa;
	socklen_t n;
};

struct paths {
	char **v;
	size_t n;
};

/* Times are in ms, sizes in bytes. Made by settings_init, freed by settings_free. */
struct config {
	struct address ingest_listen;
	int64_t ingest_per_address, ingest_calls, ingest_first_timeout, ingest_idle_timeout;
	int64_t ingest_connections, ingest_reply_bytes, ingest_reply_timeout;
	struct address subscriber_listen;
	int64_t subscriber_connections, subscriber_queue_bytes, subscriber_overrun;
	int64_t subscriber_names, subscriber_per_address;
	int64_t subscriber_heartbeat, subscriber_request_timeout, subscriber_stall_timeout;
	char *store_path; /* empty: see its row */
	int64_t store_durability, store_retain_age, store_retain_size, store_queue_bytes;
	int64_t store_check;
	int64_t ring_bytes, ring_events;
	struct paths rules;
	int64_t calls_lines;
	int64_t calls_max, calls_lateness, calls_idle, calls_partials, calls_match_limit;
	char *events_source;
	int64_t events_mask;
	int64_t buffers_bytes;
	int64_t shutdown_timeout;
	int64_t log_level;
};

struct setting;

/* What kind of value a setting has. */
struct setting_type {
	const char *name;
	const char *syntax; /* what it looks like, for people */
	/* Reads text into field, which is then the settings'; a list grows by it. */
	bool (*parse)(const struct setting *s, struct etq_str text, void *field,
		      struct etq_err *err);
	/* As snprintf: the text that parse would read; NULL for a list. */
	int (*print)(const struct setting *s, const void *field, char *buf, size_t size);
	void (*clear)(void *field); /* frees what is in field; NULL: nothing to free */
	bool list;                  /* may be given more than once */
};

struct setting_choice {
	const char *name;
	int64_t value;
};

struct setting {
	const char *name;   /* "ring.bytes": in the file bytes in the group ring */
	const char *option; /* "ingest": also --ingest; NULL: only by --set */
	const struct setting_type *type;
	size_t offset; /* in struct config */
	const char *standard;
	int64_t min, max;                     /* both 0: any */
	const struct setting_choice *choices; /* ends with an empty row; NULL: no fixed set */
	const char *help;                     /* one line */
};

/* All of them, by group; the last has no name. */
extern const struct setting settings_table[];

/* Everything as in the table; false when out of memory. */
bool settings_init(struct config *s) ETQ_MUST_CHECK;
void settings_free(struct config *s);

/* NULL when there is none of that name. */
const struct setting *settings_find(struct etq_str name);
const struct setting *settings_find_option(struct etq_str option);

/* err->message says why not: "`ring.bytes` can't be `x`: …". */
bool settings_set(struct config *s, const struct setting *row, struct etq_str text,
		  struct etq_err *err) ETQ_MUST_CHECK;
/* Empties a list, so that settings_set begins it anew; nothing for other types. */
void settings_clear(struct config *s, const struct setting *row);
/* The value as text, as snprintf does; not for lists. */
int settings_print(const struct config *s, const struct setting *row, char *buf, size_t size);
/* "64KiB to 16GiB", "one of gap, close", as snprintf; "" when anything goes. */
int settings_range(const struct setting *row, char *buf, size_t size);

#endif
