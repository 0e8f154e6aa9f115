/* A call's score as members of an event's `data`, and back. */
#ifndef WIRE_SCORE_H
#define WIRE_SCORE_H

#include "etiquette.h"
#include "wire/emit.h"
#include "wire/reader.h"

enum {
	SCORE_ROWS_MAX = 128, /* rules, and topics, that an event has: those that cost most */
};

/* What a score that is read points to; of a decoder, until it decodes again. */
struct score_view {
	struct etq_score score;
	struct etq_score_rule rules[SCORE_ROWS_MAX];
	struct etq_score_topic topics[SCORE_ROWS_MAX];
};

/* All of `data`, with its braces. */
void score_emit(struct emit *e, const struct etq_finding *f);

/* Reads the score's own members of `data` into r->d->score, which is made when there is none. */
bool score_read(struct reader *r, struct json_object *data) ETQ_MUST_CHECK;

#endif
