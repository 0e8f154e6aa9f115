/* What happened to a rule in a call, as JSON for programs. */
#ifndef WIRE_TRACE_H
#define WIRE_TRACE_H

#include <stdbool.h>

#include "base/buf.h"
#include "etiquette_trace.h"

/*
 * Appends {"kind":"heard","rule":…,"call":…,"t":…,…} and '\n': the fields that etq_trace_kinds gives
 * the event's kind. Quoted words are masked as in findings. False: did not fit, out is as it was.
 */
bool trace_encode(const struct etq_trace_event *event, struct etq_str rule,
		  struct buf *out) ETQ_MUST_CHECK;

#endif
