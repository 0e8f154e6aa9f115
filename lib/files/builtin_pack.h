/* The rule packs that are built into the program. */
#ifndef FILES_BUILTIN_PACK_H
#define FILES_BUILTIN_PACK_H

#include <stdbool.h>

#include "files/builtin.h"

/* True when there is a built-in pack of that name. */
bool builtin_pack_exists(const char *pack);
/* The first file of the pack after row (NULL: from the start), or NULL. */
const struct etq_builtin_file *builtin_pack_next(const char *pack,
						 const struct etq_builtin_file *row);

#endif
