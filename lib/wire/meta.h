/* What is known of a call, as members of a JSON object. */
#ifndef WIRE_META_H
#define WIRE_META_H

#include <stdbool.h>

#include "etiquette.h"
#include "wire/emit.h"
#include "wire/reader.h"

/* Sets what object has of it and leaves the rest as it is; an empty string counts as not given. */
bool meta_read(struct reader *r, struct json_object *object, struct etq_meta *m) ETQ_MUST_CHECK;

/* The members that are known, rings and ring_ms only when asked for. */
void meta_emit(struct emit *e, const struct etq_meta *m, bool ring);

#endif
