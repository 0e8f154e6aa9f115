/* How a company's name that is written in capitals or in Latin letters is said in Russian. */
#ifndef MATCH_SPOKEN_H
#define MATCH_SPOKEN_H

#include <stddef.h>

#include "etiquette.h"

/*
 * Writes the name with its abbreviations spelt out by the names of the letters («СТК»: «эстэка»)
 * and its Latin words in Cyrillic («Ozon»: «озон») to buf, cut to size at a word. Returns the length;
 * 0 when it is said as it is written.
 */
size_t spoken_name(struct etq_str name, char *buf, size_t size);

#endif
