#include "files/builtin_pack.h"

#include <string.h>

const struct etq_builtin_file *builtin_pack_next(const char *pack,
						 const struct etq_builtin_file *row)
{
	size_t n = strlen(pack);

	for (row = row ? row + 1 : etq_builtin_files; row->name; row++)
		if (strncmp(row->name, pack, n) == 0 && row->name[n] == '/')
			return row;
	return NULL;
}

bool builtin_pack_exists(const char *pack)
{
	return *pack && !strchr(pack, '/') && builtin_pack_next(pack, NULL);
}
