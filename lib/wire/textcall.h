/* Calls as people write them, a line each: "agent: Добрый день", "[hold 40s]". doc/protocol.md. */
#ifndef WIRE_TEXTCALL_H
#define WIRE_TEXTCALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "etiquette.h"

enum { TEXTCALL_INPUTS = 4 };

/* What a line gave; nothing for blank lines and comments. */
struct textcall_inputs {
	size_t n;
	struct etq_input v[TEXTCALL_INPUTS];
};

/* A reader of one file, which may hold several calls one after the other. */
struct textcall;

struct textcall *textcall_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void textcall_free(struct textcall *t);             /* NULL is fine */

/*
 * One line, without its newline. Views in *out live as long as line and until the next call. A
 * [call …] or [ring …] before anything is said is given out with what follows it, as one
 * call.start. On false the line is skipped and *col is where it is wrong: code points from 1;
 * codes: "line-too-long", "not-utf8", "nul-in-text", "bad-text-call".
 */
bool textcall_line(struct textcall *t, struct etq_str line, struct textcall_inputs *out,
		   struct etq_err *err, int *col) ETQ_MUST_CHECK;

/* At the file's end: gives out a call.start that nothing followed. Makes no call.end up. */
void textcall_finish(struct textcall *t, struct textcall_inputs *out);

/*
 * Appends the input as a line of this format with its '\n', for people: "@12.5 agent: …". Control
 * characters in it are replaced, so that it is safe to print. False: did not fit, out is as it was.
 */
bool textcall_render(const struct etq_input *in, struct buf *out) ETQ_MUST_CHECK;

#endif
