/* The [call …] line of the text format: what it says of a call. */
#ifndef WIRE_CALLMETA_H
#define WIRE_CALLMETA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "etiquette.h"
#include "wire/scan.h"

enum { CALLMETA_TEXTS = 7 };

/* Has no pointers into itself: may be copied. */
struct callmeta {
	struct etq_meta numbers; /* its texts are not set */
	char texts[CALLMETA_TEXTS][ETQ_MAX_META];
	size_t lengths[CALLMETA_TEXTS]; /* 0: not given */
	char id[ETQ_MAX_ID];
	size_t id_length;
};

void callmeta_init(struct callmeta *m); /* nothing known */
/* Reads "KEY=VALUE KEY=VALUE" up to the bracket over what is there. */
bool callmeta_scan(struct callmeta *m, struct scan *s) ETQ_MUST_CHECK;
/* Views live as long as m and as it is. */
void callmeta_view(const struct callmeta *m, struct etq_meta *out);
/* Appends " KEY=VALUE" for all that is known. */
void callmeta_put(const struct etq_meta *meta, struct buf *out);
/* Appends "…" with its escapes. */
void callmeta_put_quoted(struct etq_str s, struct buf *out);

#endif
