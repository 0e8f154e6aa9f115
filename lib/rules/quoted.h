/* Text in single quotes, as YAML has it. */
#ifndef RULES_QUOTED_H
#define RULES_QUOTED_H

#include <stdbool.h>

#include "base/arena.h"
#include "etiquette.h"

/*
 * What the quotes that source begins with stand for: one apostrophe for two, lines folded into one.
 * Behind the quote that closes them there may be more. In the arena; false when out of memory.
 */
bool quoted_text(struct arena *a, struct etq_str source, struct etq_str *text) ETQ_MUST_CHECK;

#endif
