/* What went out of a call, to be withdrawn when it does not stand. */
#ifndef CALL_EMITTED_H
#define CALL_EMITTED_H

#include "call/state.h"

/* What identifies a finding that went out, enough to withdraw it. */
struct emitted {
	struct issued as;
	bool withdrawal;
	uint16_t rule;
	int32_t t, raised;
};

struct emitted_list {
	struct emitted *v;
	uint32_t n, cap;
};

bool emitted_add(struct emitted_list *list, const struct etq_finding *f,
		 const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* All findings of a list from number `from` on. */
bool emitted_note(struct emitted_list *list, const struct etq_findings *found, size_t from,
		  const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* Appends what is in `from`. */
bool emitted_join(struct emitted_list *list, const struct emitted_list *from) ETQ_MUST_CHECK;
/* The finding (no withdrawal) with this id, or NULL. */
const struct emitted *emitted_find(const struct emitted_list *list, const char *id);

#endif
