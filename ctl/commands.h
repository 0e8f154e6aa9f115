/* The commands: a row each. */
#ifndef CTL_COMMANDS_H
#define CTL_COMMANDS_H

#include "opts.h"

/* What the program exits with. */
enum exit_code {
	EXIT_CLEAN = 0,
	EXIT_FOUND = 1, /* findings, refused lines, failed examples */
	EXIT_ERROR = 2, /* what was asked could not be done */
};

struct command {
	const char *name;     /* "rules lint": the words as typed, a space between */
	const char *operands; /* for the usage line */
	size_t min_operands, max_operands;
	const char *summary;           /* one line, for the list of commands */
	const char *details;           /* paragraphs for its own help, each ended by '\n' */
	const struct opt *const *opts; /* NULL at the end */
	enum exit_code (*run)(const struct opts *o);
};

extern const struct command commands[]; /* a row without a name at the end */

enum exit_code check_run(const struct opts *o);
enum exit_code send_run(const struct opts *o);
enum exit_code watch_run(const struct opts *o);
enum exit_code stats_run(const struct opts *o);
enum exit_code rules_lint_run(const struct opts *o);
enum exit_code rules_test_run(const struct opts *o);
enum exit_code rules_list_run(const struct opts *o);
enum exit_code rules_explain_run(const struct opts *o);

#endif
