/* An utterance as the engine keeps it: immutable but for what is heard in it, shared by reference count. */
#ifndef CALL_UTT_H
#define CALL_UTT_H

#include <stdint.h>

#include "etiquette.h"
#include "text/squeeze.h"

/* A hit of a phrase set that ended in an utterance; words count from its first, negative: before it. */
struct utt_hit {
	uint16_t set;
	int16_t w0, w1;
};

/* Every open call has some: what is rarely wanted is squeezed, and folded anew when it is (hear.h). */
struct utt {
	struct utt_hit *hits; /* what was heard in it when it was last applied */
	uint32_t refs;
	uint32_t nhits; /* a word may be heard by any number of sets */
	int32_t t, end;
	uint16_t nwords;
	uint16_t text_n; /* bytes of the text, squeezed */
	uint8_t id_n;
	uint8_t by;               /* enum etq_side */
	bool has_id : 1;          /* … though it may be empty */
	bool stamped : 1;         /* its time is the time of arrival */
	bool estimated : 1;       /* its end is an estimate */
	bool acknowledgement : 1; /* nothing but «угу», «да», … */
	char bytes[];             /* the id, the text */
};

/* A copy of all that it needs, of so many words. NULL when out of memory. */
struct utt *utt_new(const struct etq_input *in, size_t nwords) ETQ_MUST_CHECK;
struct utt *utt_ref(struct utt *u); /* NULL is fine */
void utt_unref(struct utt *u);      /* NULL is fine */

/* Replaces *place by u (which gets a reference) and drops what was there. */
void utt_set(struct utt **place, struct utt *u);

/* Its id; p is NULL when it has none. */
struct etq_str utt_id(const struct utt *u);
/* Its text, to out, which has room for UTT_TEXT_MAX(u); how many bytes. */
#define UTT_TEXT_MAX(u_) ((size_t)(u_)->text_n * SQUEEZED_TIMES)
size_t utt_text(const struct utt *u, char *out);

#endif
