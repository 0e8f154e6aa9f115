/*
 * Utterances that are still being recognised. A partial holds deadlines open, may show a breach early
 * (for rules that ask for it), and stands in for its final when that comes empty or never.
 */
#ifndef CALL_PARTIAL_H
#define CALL_PARTIAL_H

#include "call/history.h"

enum {
	PARTIAL_ABANDONED_MS = 30000
}; /* without news for so long on the call's clock it is taken as final */

struct partial {
	char *id; /* with the text behind it; one block */
	struct etq_str uid, text;
	enum etq_side by;
	int32_t t, end;
	int32_t news_t; /* the call's clock when it last changed */
	bool stamped;
	bool over; /* its final is there, and there was no memory to withdraw what that did not bear out */
	struct emitted_list emitted; /* what it showed and still stands */
};

struct partials {
	struct partial *v;
	uint32_t n, cap;
};

void partials_free(struct partials *p);
/* The partial with the input's id, or, for one without an id, of its side; NULL when there is none. */
struct partial *partials_find(const struct partials *p, const struct etq_input *in);
/* Takes the news: a new partial or the next text of one; *at is it. False when out of memory. */
bool partials_note(struct partials *p, const struct etq_input *in, int32_t now,
		   struct partial **at) ETQ_MUST_CHECK;
void partials_remove(struct partials *p, struct partial *partial);
/* The earliest start of those that are not over, or NEVER. */
int32_t partials_held(const struct partials *p);

#endif
