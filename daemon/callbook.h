/*
 * The calls of which lines are kept: their numbers in the store, and what is counted of them. The
 * engine has them too; here they stand from their first line until the engine has let go of them.
 */
#ifndef DAEMON_CALLBOOK_H
#define DAEMON_CALLBOOK_H

#include <stdint.h>

#include "etiquette.h"

struct callbook;

/* Whoever began calls: a connection. Lives as long as it or one of them does. */
struct call_owner {
	size_t open, max; /* of its calls; so many it may have */
	size_t refs;
};

struct call_owner *call_owner_new(size_t max) ETQ_MUST_CHECK; /* NULL: out of memory */
void call_owner_drop(struct call_owner *o);                   /* NULL is fine */

struct kept_call {
	struct call_owner *owner; /* NULL: nobody that is still known */
	struct etq_str id;
	uint64_t no;
	uint32_t n;      /* lines and events that are kept, the next one's number */
	uint32_t events; /* that it gave, less those withdrawn */
	int32_t points;
	int32_t score; /* with scored: the last one that it was given */
	bool fed;      /* the engine has it */
	bool scored;
};

struct callbook *callbook_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void callbook_free(struct callbook *b);             /* NULL is fine */

/* NULL: not there. */
struct kept_call *callbook_find(const struct callbook *b, struct etq_str id);
/* Adds one that is not there, with the number no; owner: NULL is fine. NULL: out of memory. */
struct kept_call *callbook_add(struct callbook *b, struct etq_str id, uint64_t no,
			       struct call_owner *owner) ETQ_MUST_CHECK;
void callbook_remove(struct callbook *b, struct kept_call *call); /* frees it */
/* Walks all of them: *i starts at 0; NULL at the end. The book must not change meanwhile. */
struct kept_call *callbook_next(const struct callbook *b, size_t *i);

#endif
