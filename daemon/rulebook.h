/* The rules in force, from the paths of the configuration. */
#ifndef DAEMON_RULEBOOK_H
#define DAEMON_RULEBOOK_H

#include "etiquette.h"
#include "settings.h"

struct log;

/* Says all that there is to say of the files. NULL: there are errors. */
struct etq_ruleset *rulebook_load(const struct paths *paths, const struct log *log) ETQ_MUST_CHECK;
/* Says all of diags; program text, not a message of the daemon's own. */
void rulebook_log(const struct etq_diags *diags, const struct log *log);

#endif
