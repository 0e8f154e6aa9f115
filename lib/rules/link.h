/* Who needs what: from signals to the rules that use them, from phrase sets to signals. */
#ifndef RULES_LINK_H
#define RULES_LINK_H

#include "rules/loader.h"

/* Settles which phrase sets are heard and by whose words. */
bool link_sets(struct loader *ld) ETQ_MUST_CHECK;
/* Warns of phrase sets that nothing names. */
void link_warn(struct loader *ld);
/* Fills signals, sets, signal_uses and set_signals of ld->out; its rules are sorted already. */
bool link_rules(struct loader *ld) ETQ_MUST_CHECK;

#endif
