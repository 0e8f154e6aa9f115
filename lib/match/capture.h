/* Whether words may be a value that a capturing phrase takes out of the text. */
#ifndef MATCH_CAPTURE_H
#define MATCH_CAPTURE_H

#include <stdbool.h>

#include "etiquette.h"
#include "match/value.h"

/* A word of a name: two letters or more of one alphabet, no little word, greeting or verb. */
bool capture_accepts(enum value_name name, struct etq_str word);

#endif
