/* What a subscriber asks for. */
#ifndef WIRE_SUBSCRIBE_H
#define WIRE_SUBSCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"
#include "wire/native.h"

enum {
	FILTER_MAX_ITEMS = 64,       /* entries of one list */
	FILTER_MAX_BYTES = 4 * 1024, /* of all entries of all lists */
};

enum filter_list { FILTER_RULES, FILTER_QUEUES, FILTER_AGENTS, FILTER_CALLS, FILTER_LISTS };

/*
 * A list that was not given lets everything pass; one that was given, what equals an entry. A score
 * has no rule: it passes when the types name it, or, without types, when neither severity nor rules
 * ask for certain findings.
 */
struct filter {
	enum etq_severity severity; /* this one and above */
	uint32_t types;             /* bit mask of enum etq_finding_kind */
	bool types_given;
	struct {
		struct etq_str *v;
		size_t n;
		bool given;
	} lists[FILTER_LISTS]; /* rules: `*` stands for any text; agents: ids */
	char *bytes;           /* all entries' text */
};

enum { SUBSCRIBE_NAME_MAX = 64 }; /* bytes of a subscriber's name */

enum subscribe_type { SUBSCRIBE, SUBSCRIBE_STATS, SUBSCRIBE_ACK };
enum subscribe_start { SUBSCRIBE_NOW, SUBSCRIBE_EARLIEST, SUBSCRIBE_FROM };

struct subscription {
	enum subscribe_type
		type; /* SUBSCRIBE_STATS: wants the statistics once; nothing else is set */
	enum subscribe_start start;
	uint64_t from; /* SUBSCRIBE_FROM: the first sequence number wanted; SUBSCRIBE_ACK: the
			  last one dealt with, nothing else is set */
	char name[SUBSCRIBE_NAME_MAX + 1]; /* its cursor is kept under; "": it has none */
	struct filter filter;
};

/*
 * One line of a subscriber. *s owns its memory: subscription_free. On false *s needs no freeing;
 * codes as of native_decode, and "filter-too-big".
 */
bool subscription_decode(struct native_decoder *d, struct etq_str line, struct subscription *s,
			 struct etq_err *err) ETQ_MUST_CHECK;
void subscription_free(struct subscription *s); /* leaves it empty: may be called again */

/* Appends the line with its '\n'. False: did not fit, out is as it was. */
bool subscription_encode(const struct subscription *s, struct buf *out) ETQ_MUST_CHECK;

bool filter_is_open(const struct filter *f); /* does it let everything pass? */
bool filter_match(const struct filter *f, const struct etq_finding *finding);

#endif
