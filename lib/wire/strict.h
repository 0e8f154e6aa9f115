/* What JSON forbids and json-c lets through. */
#ifndef WIRE_STRICT_H
#define WIRE_STRICT_H

#include <stdbool.h>

#include "etiquette.h"

/*
 * Looks once over a line: valid UTF-8 ("not-utf8", also for half of an escaped surrogate pair), no
 * NUL, plain or escaped ("nul-in-text"), nested at most ETQ_MAX_DEPTH deep ("too-deep"), and no
 * bare control characters in strings, single quotes, NaN, Infinity or "1." ("not-json"). Anything
 * else is left to the parser.
 */
bool strict_check(struct etq_str line, struct etq_err *err) ETQ_MUST_CHECK;

#endif
