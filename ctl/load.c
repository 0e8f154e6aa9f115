#include "load.h"

#include "files/files.h"
#include "say.h"

enum { DIAG_MAX = 8 * 1024 };

struct etq_ruleset *load_paths(const char *const *paths, size_t n, struct etq_diags *diags)
{
	static const char *const builtin[] = {"ru"};

	return n > 0 ? files_load_rules(paths, n, diags) : files_load_rules(builtin, 1, diags);
}

static struct etq_ruleset *load_or_say(const char *const *paths, size_t n)
{
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = load_paths(paths, n, &diags);

	/* Warnings are for `rules lint`. */
	for (size_t i = 0; !rules && i < diags.n; i++) {
		char text[DIAG_MAX];

		if (diags.v[i].level != ETQ_DIAG_ERROR)
			continue;
		etq_diag_format(&diags.v[i], text, sizeof text);
		say_at("%s", text);
	}
	if (diags.out_of_memory)
		say("no memory for the rules");
	etq_diags_free(&diags);
	return rules;
}

struct etq_ruleset *load_opts(const struct opts *o)
{
	const char *paths[2 * LIST_MAX];
	size_t n = 0;

	for (size_t i = 0; i < o->rules.n; i++)
		paths[n++] = o->rules.v[i];
	for (size_t i = 0; i < o->sites.n; i++)
		paths[n++] = o->sites.v[i];
	return load_or_say(paths, n);
}

struct etq_ruleset *load_operands(const struct opts *o)
{
	return load_or_say((const char *const *)o->operands, o->noperands);
}
