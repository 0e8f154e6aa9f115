/* An utterance as the engine keeps it: immutable, folded once, shared by reference count. */
#ifndef CALL_UTT_H
#define CALL_UTT_H

#include <stdint.h>

#include "etiquette.h"
#include "text/fold.h"

/* A hit of a phrase set that ended in an utterance; words count from its first, negative: before it. */
struct utt_hit {
	uint16_t set;
	int16_t w0, w1;
};

struct utt {
	int refs;
	enum etq_side by;
	bool stamped;         /* its time is the time of arrival */
	bool estimated;       /* its end is an estimate */
	bool acknowledgement; /* nothing but «угу», «да», … */
	int32_t t, end;
	struct etq_str id, text, folded;
	const struct fold_word *words; /* offsets into folded and into text */
	uint32_t nwords;
	struct utt_hit *hits; /* what was heard in it when it was last applied */
	uint32_t nhits;
};

/* A copy of all that it needs; fold is the folded text. NULL when out of memory. */
struct utt *utt_new(const struct etq_input *in, const struct fold *fold) ETQ_MUST_CHECK;
struct utt *utt_ref(struct utt *u); /* NULL is fine */
void utt_unref(struct utt *u);      /* NULL is fine */

/* Replaces *place by u (which gets a reference) and drops what was there. */
void utt_set(struct utt **place, struct utt *u);

#endif
