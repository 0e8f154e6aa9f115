/* Native messages: one JSON object a line ⇄ struct etq_input. doc/protocol.md is the contract. */
#ifndef WIRE_NATIVE_H
#define WIRE_NATIVE_H

#include <stdbool.h>

#include "base/buf.h"
#include "etiquette.h"

enum { NATIVE_MAX_WORDS = 2000 }; /* entries of an utterance's `words` */

/* A JSON reader, reused for line after line; the other decoders of this layer take it, too. */
struct native_decoder;

struct native_decoder *native_decoder_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void native_decoder_free(struct native_decoder *d);             /* NULL is fine */

/*
 * One line, without its newline (a '\r' at its end is white space). Views in *in live until d
 * decodes again. On false *in is not to be used; err->code is one of: "line-too-long", "not-utf8",
 * "nul-in-text", "not-json", "too-deep", "not-an-object", "missing-field", "bad-type",
 * "unknown-type", "bad-call-id", "text-too-long", "out-of-memory".
 */
bool native_decode(struct native_decoder *d, struct etq_str line, struct etq_input *in,
		   struct etq_err *err) ETQ_MUST_CHECK;

/* Appends the line with its '\n'; absent fields are left out. False: did not fit, out is as it was. */
bool native_encode(const struct etq_input *in, struct buf *out) ETQ_MUST_CHECK;

#endif
