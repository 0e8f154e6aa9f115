/* Statistics on the wire: a subscriber's {"type":"stats"} is answered with one such line. */
#ifndef WIRE_STATS_H
#define WIRE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"
#include "wire/native.h"

enum { STATS_MAX_ROWS = 128, STATS_MAX = 32 * 1024 }; /* STATS_MAX: bytes of a line */

struct stats_row {
	struct etq_str name; /* "calls_open" */
	int64_t value;
};

struct stats {
	struct etq_str version; /* of the daemon */
	struct etq_str rules_version;
	size_t n;
	struct stats_row rows[STATS_MAX_ROWS];
};

/* Adds a row; more than STATS_MAX_ROWS are dropped. */
void stats_add(struct stats *s, const char *name, int64_t value);

/* Appends the line with its '\n', rows in their order. False: did not fit, out is as it was. */
bool stats_encode(const struct stats *s, struct buf *out) ETQ_MUST_CHECK;
/* Views live until d decodes again. */
bool stats_decode(struct native_decoder *d, struct etq_str line, struct stats *s,
		  struct etq_err *err) ETQ_MUST_CHECK;

#endif
