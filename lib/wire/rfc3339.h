/* Times as RFC 3339 writes them ⇄ Unix time in ms. No locale, no time zone of the machine. */
#ifndef WIRE_RFC3339_H
#define WIRE_RFC3339_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

enum { RFC3339_SIZE = sizeof("9999-12-31T23:59:59.999Z") };

/*
 * Reads "2026-11-23T12:00:00.25+03:00": a zone is required, what is finer than ms is cut off, and a
 * leap second (23:59:60 UTC at the end of June or December) is the first moment after it.
 */
bool rfc3339_parse(struct etq_str s, int64_t *ms) ETQ_MUST_CHECK;

/* Writes it in UTC with ms, and a NUL; false for years that have no four digits. */
bool rfc3339_format(int64_t ms, char out[RFC3339_SIZE]) ETQ_MUST_CHECK;

#endif
