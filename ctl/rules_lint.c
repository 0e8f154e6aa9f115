/* etiquettectl rules lint: what is wrong with rule files. */
#include <stdio.h>

#include "commands.h"
#include "load.h"
#include "say.h"
#include "screen.h"

enum { DIAG_MAX = 8 * 1024 };

/* The place and the kind stand out. */
static void put_diag(const struct screen *s, const struct etq_diag *diag)
{
	bool error = diag->level == ETQ_DIAG_ERROR;
	char text[DIAG_MAX];

	etq_diag_format(diag, text, sizeof text);
	fprintf(s->out, "%s%s%s\n", screen_paint(s, error ? PAINT_MAJOR : PAINT_MINOR), text,
		screen_paint(s, PAINT_PLAIN));
}

static void put_summary(const struct screen *s, const struct etq_diags *diags, size_t rules)
{
	size_t warnings = diags->n - diags->errors;

	fprintf(s->out, "%zu %s, %zu %s", diags->errors, diags->errors == 1 ? "error" : "errors",
		warnings, warnings == 1 ? "warning" : "warnings");
	if (diags->errors == 0)
		fprintf(s->out, ", %zu %s", rules, rules == 1 ? "rule" : "rules");
	fputc('\n', s->out);
}

enum exit_code rules_lint_run(const struct opts *o)
{
	struct etq_diags diags = {0};
	struct screen screen;

	screen_init(&screen, stdout, (enum colour_when)o->colour);
	struct etq_ruleset *rules = load_paths((const char *const *)o->operands, o->noperands,
					       &diags);

	for (size_t i = 0; i < diags.n; i++)
		put_diag(&screen, &diags.v[i]);
	if (diags.out_of_memory)
		say("no memory for the rules");
	put_summary(&screen, &diags, rules ? etq_ruleset_count(rules) : 0);
	bool bad = !rules || (o->strict && diags.n > 0);

	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
	return bad ? EXIT_ERROR : EXIT_CLEAN;
}
