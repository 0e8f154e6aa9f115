/* From argv to a command and its options. */
#ifndef CTL_ARGS_H
#define CTL_ARGS_H

#include "commands.h"

/*
 * Which command argv asks for, and *skip, how many words of argv name it. NULL with err->code
 * "usage" when there is no such command; NULL with an empty code when only --help (o->help) or
 * --version (o->version) was asked for.
 */
const struct command *args_command(int argc, char **argv, int *skip, struct opts *o,
				   struct etq_err *err) ETQ_MUST_CHECK;

/* The command's options and operands. Operands are views into argv, whose order may change. */
bool args_parse(const struct command *command, int argc, char **argv, struct opts *o,
		struct etq_err *err) ETQ_MUST_CHECK;

#endif
