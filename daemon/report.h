/* The statistics that clients may ask for: counters, and how things are now. */
#ifndef DAEMON_REPORT_H
#define DAEMON_REPORT_H

#include <stddef.h>
#include <stdint.h>

struct conns;
struct counters;
struct cursors;
struct eventlog;
struct hub;
struct intake;
struct ledger;
struct stats;

enum { REPORT_NAMES = 64, REPORT_NAME_BYTES = 48 };

/* What it is made from, and names that have been put together. */
struct report {
	const struct counters *counters;
	const struct intake *intake;
	const struct eventlog *events;
	const struct ledger *ledger;
	const struct cursors *cursors;
	const struct conns *conns;
	const struct hub *hub;
	const size_t *senders, *subscribers; /* open connections */
	const char *rules_version;
	int64_t started; /* loop_now() then */
	size_t rules;
	size_t nnames;
	char names[REPORT_NAMES][REPORT_NAME_BYTES];
};

/* What goes into out lives until r is asked again. */
void report_fill(struct report *r, struct stats *out);

#endif
