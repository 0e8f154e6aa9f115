/*
 * Writes into the ledger what happens in calls: events for everybody, and, where the ledger keeps
 * things, the lines of open calls until they are over.
 */
#ifndef DAEMON_RECORDER_H
#define DAEMON_RECORDER_H

#include <stdbool.h>

#include "callbook.h"
#include "etiquette.h"
#include "wire/event.h"

struct counters;
struct ledger;
struct log;
struct raised;
struct recorder;

/* max_lines: and events of a call. NULL: out of memory. */
struct recorder *recorder_new(const struct event_opts *opts, uint32_t max_lines,
			      struct ledger *ledger, struct counters *counters,
			      const struct log *log) ETQ_MUST_CHECK;
void recorder_free(struct recorder *r); /* NULL is fine */

struct callbook *recorder_calls(struct recorder *r);
/* Until NULL is given: events that are in there are not given again. */
void recorder_know(struct recorder *r, struct raised *known);
bool recorder_knows(const struct recorder *r);

/* False: out of memory for now, try the same again; after some attempts it is lost, which is said. */
bool recorder_event(struct recorder *r, const struct etq_finding *f) ETQ_MUST_CHECK;

/* A line that is about to be judged. */
struct kept_line {
	struct etq_str text;
	struct call_owner *owner; /* who has sent it */
	struct kept_call *call;
	bool fresh; /* the call begins with it */
};

/* Makes room for it. False: it can't be kept, err says why. Else one of the two below must follow. */
bool recorder_expect(struct recorder *r, struct kept_line *line, struct etq_str call,
		     struct etq_err *err) ETQ_MUST_CHECK;
void recorder_keep(struct recorder *r, struct kept_line *line, int64_t now); /* it was accepted */
void recorder_drop(struct recorder *r, struct kept_line *line);              /* it was refused */

/* Is there room to say that a call is over? */
bool recorder_can_end(struct recorder *r) ETQ_MUST_CHECK;
/* The call is over, and nothing of it needs to be kept; call is freed. */
bool recorder_end(struct recorder *r, struct kept_call *call, bool buried) ETQ_MUST_CHECK;

#endif
