#include "rulebook.h"

#include "files/files.h"
#include "log.h"

enum { DIAG_BYTES = 8 * 1024 };

void rulebook_log(const struct etq_diags *diags, const struct log *log)
{
	char text[DIAG_BYTES];

	for (size_t i = 0; i < diags->n; i++) {
		etq_diag_format(&diags->v[i], text, sizeof(text));
		log_plain(log, diags->v[i].level == ETQ_DIAG_ERROR ? LEVEL_ERROR : LEVEL_WARNING,
			  text);
	}
	if (diags->out_of_memory)
		log_error(log, "out of memory");
}

struct etq_ruleset *rulebook_load(const struct paths *paths, const struct log *log)
{
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = files_load_rules((const char *const *)paths->v, paths->n,
						     &diags);

	rulebook_log(&diags, log);
	etq_diags_free(&diags);
	return rules;
}
