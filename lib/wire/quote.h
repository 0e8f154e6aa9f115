/* Words out of calls and rule files in what we write: masked, and never without end. */
#ifndef WIRE_QUOTE_H
#define WIRE_QUOTE_H

#include "wire/emit.h"

/* Writes s, which may be as long as a rule file or an utterance, cut to EVENT_QUOTE_MAX bytes; p == NULL: left out. */
void quote_emit_cut(struct emit *e, const char *key, struct etq_str s);
/* Writes "words":[…], with phone and card numbers masked unless told otherwise; all of n must be valid. */
void quote_emit_all(struct emit *e, const struct etq_quote *quotes, size_t n, bool unmasked);

#endif
