/*
 * From lines to events: decodes, has the engine judge, tells the ledger what it finds, and, where
 * the ledger keeps things, what is needed to judge open calls again.
 */
#ifndef DAEMON_INTAKE_H
#define DAEMON_INTAKE_H

#include <stdbool.h>

#include "callbook.h"
#include "etiquette.h"

struct counters;
struct intake;
struct ledger;
struct log;
struct loop;
struct raised;

struct intake_opts {
	struct etq_engine_config engine; /* keep_gone is the intake's business */
	struct etq_str source;           /* of events; lives as long as the intake */
	bool unmasked;
	uint32_t max_lines; /* and events of a call */
};

/* Adds a hook and a timer to the loop. Takes a reference of its own to rules. NULL: out of memory. */
struct intake *intake_new(const struct intake_opts *opts, struct etq_ruleset *rules,
			  struct ledger *ledger, struct loop *loop, struct counters *counters,
			  const struct log *log) ETQ_MUST_CHECK;
void intake_free(struct intake *in); /* NULL is fine */

/*
 * One line; owner: whose call it is if one begins with it. When this returns true, it and its findings are in the ledger. False: refused, err says
 * why. Not to be called while the ledger is blocked.
 */
bool intake_line(struct intake *in, struct etq_str line, struct call_owner *owner,
		 struct etq_err *err) ETQ_MUST_CHECK;
/* Ends every open call. False: memory ran out, some were not ended. */
bool intake_finish(struct intake *in) ETQ_MUST_CHECK;
/* Calls that begin from now on are judged by these. */
void intake_set_rules(struct intake *in, struct etq_ruleset *rules);
void intake_stats(const struct intake *in, struct etq_engine_stats *stats);

/* ---- for recovery, before the first line ---- */

/* The calls of which lines are kept; to be filled with those of an earlier life. */
struct callbook *intake_calls(struct intake *in);
/* Until NULL is given: events that are in there are not given again. */
void intake_know(struct intake *in, struct raised *known);
/* A call of before that is over. */
void intake_bury(struct intake *in, struct etq_str call, int64_t at);
/*
 * A line that was accepted at `at`, on the ledger's clock, after time had been let pass up to
 * ticked. False: it is not any more; err->code "out-of-memory": and that is no fault of its own.
 */
bool intake_again(struct intake *in, struct kept_call *call, struct etq_str line, int64_t at,
		  int64_t ticked, struct etq_err *err) ETQ_MUST_CHECK;
/* Lets time pass up to at. */
bool intake_pass(struct intake *in, int64_t at, struct etq_err *err) ETQ_MUST_CHECK;
/* The engine has nothing of the call: nor does the ledger need to keep it. */
bool intake_forget(struct intake *in, struct kept_call *call) ETQ_MUST_CHECK;

#endif
