/* From lines to events: decodes, has the engine judge, records what it finds. */
#ifndef DAEMON_INTAKE_H
#define DAEMON_INTAKE_H

#include <stdbool.h>

#include "etiquette.h"

struct counters;
struct eventlog;
struct log;
struct loop;
struct intake;

struct intake_opts {
	struct etq_engine_config engine;
	struct etq_str source; /* of events; lives as long as the intake */
	bool unmasked;
};

/* Adds a hook and a timer to the loop. Takes a reference of its own to rules. NULL: out of memory. */
struct intake *intake_new(const struct intake_opts *opts, struct etq_ruleset *rules,
			  struct eventlog *events, struct loop *loop, struct counters *counters,
			  const struct log *log) ETQ_MUST_CHECK;
void intake_free(struct intake *in); /* NULL is fine */

/* One line. When this returns its findings are in the log of events. False: refused, err says why. */
bool intake_line(struct intake *in, struct etq_str line, struct etq_err *err) ETQ_MUST_CHECK;
/* Ends every open call. False: memory ran out, some were not ended. */
bool intake_finish(struct intake *in) ETQ_MUST_CHECK;
/* Calls that begin from now on are judged by these. */
void intake_set_rules(struct intake *in, struct etq_ruleset *rules);
void intake_stats(const struct intake *in, struct etq_engine_stats *stats);

#endif
