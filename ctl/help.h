/* --help, from the tables. */
#ifndef CTL_HELP_H
#define CTL_HELP_H

#include <stdio.h>

#include "commands.h"

void help_general(FILE *out);
void help_command(const struct command *command, FILE *out);

#endif
