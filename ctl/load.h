/* Rules as a command is told to load them. */
#ifndef CTL_LOAD_H
#define CTL_LOAD_H

#include "etiquette.h"
#include "opts.h"

/* Packs and site files, in their order; n == 0: the built-in pack. */
struct etq_ruleset *load_paths(const char *const *paths, size_t n,
			       struct etq_diags *diags) ETQ_MUST_CHECK;

/* Each says on standard error why it returns NULL. */

/* As --rules and --site say. A site file brings the pack that it extends. */
struct etq_ruleset *load_opts(const struct opts *o) ETQ_MUST_CHECK;
/* As operands say. */
struct etq_ruleset *load_operands(const struct opts *o) ETQ_MUST_CHECK;

#endif
