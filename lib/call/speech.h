/* What a call does with utterances, final and partial. All as etq_engine_feed. */
#ifndef CALL_SPEECH_H
#define CALL_SPEECH_H

#include "call/call.h"

bool speech_final(struct call *c, struct workshop *w, struct etq_input *in, int64_t now,
		  struct etq_findings *out, struct etq_err *err) ETQ_MUST_CHECK;
bool speech_partial(struct call *c, struct workshop *w, struct etq_input *in, int64_t now,
		    struct etq_findings *out, struct etq_err *err) ETQ_MUST_CHECK;
/* Partials without news since `before` on the call's clock are taken as final as they stand. */
bool speech_give_up(struct call *c, struct workshop *w, int64_t before, struct etq_findings *out,
		    struct etq_err *err) ETQ_MUST_CHECK;

#endif
