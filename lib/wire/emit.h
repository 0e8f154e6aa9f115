/* Writing JSON: members in the order of the calls, no blanks, nothing that depends on a locale. */
#ifndef WIRE_EMIT_H
#define WIRE_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"

/* One line being written. What does not fit is noticed at the end, by emit_end. */
struct emit {
	struct buf *out;
	size_t start; /* where the line began in out */
	bool comma;   /* something stands before, in the same object or array */
};

struct emit emit_begin(struct buf *out);
/* True when all fitted; else out is as it was, but for out->failed. */
bool emit_end(struct emit *e) ETQ_MUST_CHECK;

/* In all of them key == NULL stands for an element of an array or the line itself. */
void emit_open(struct emit *e, const char *key, char bracket);
void emit_close(struct emit *e, char bracket);
void emit_text(struct emit *e, const char *key, struct etq_str s); /* s must be valid UTF-8 */
void emit_name(struct emit *e, const char *key, const char *s);
void emit_int(struct emit *e, const char *key, int64_t v);
void emit_number(struct emit *e, const char *key, double v); /* to 6 decimals, ±1e12 at most */
void emit_bool(struct emit *e, const char *key, bool v);
/* Unix time in ms; years beyond four digits are left out, as are all these when absent. */
void emit_time(struct emit *e, const char *key, int64_t ms);
void emit_some(struct emit *e, const char *key, struct etq_str s); /* p == NULL: left out */
void emit_ms(struct emit *e, const char *key, int64_t ms);         /* ETQ_NO_TIME: left out */

#endif
