/* Where the values of a call are in a text. */
#ifndef MATCH_VALUES_H
#define MATCH_VALUES_H

#include "match/matcher.h"

/* Those that are known, as bits (1 << enum value_name). values may be NULL. */
unsigned values_known(const struct matcher_values *values);
/* Words of the text, from word number at on, that are the value; 0 when it does not begin there. */
size_t values_match(const struct matcher_values *values, enum value_name name,
		    const struct matcher_text *text, size_t at);
/* Which of the values `names`, all known, are anywhere in the text: as bits, both. */
unsigned values_occur(const struct matcher_values *values, unsigned names,
		      const struct matcher_text *text);

#endif
