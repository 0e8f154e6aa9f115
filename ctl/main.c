/* etiquettectl: the command line of etiquetted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "help.h"
#include "say.h"

static enum exit_code run(int argc, char **argv)
{
	struct opts o;
	struct etq_err err;
	int skip = 0;

	opts_init(&o);
	const struct command *command = args_command(argc, argv, &skip, &o, &err);
	if (!command) {
		if (o.help) {
			help_general(stdout);
			return EXIT_CLEAN;
		}
		if (o.version) {
			printf("etiquettectl %s\n", ETQ_VERSION);
			return EXIT_CLEAN;
		}
		say("%s\nTry `etiquettectl --help`.", err.message);
		return EXIT_ERROR;
	}
	/* getopt takes argv[0] for the program's name. */
	if (!args_parse(command, argc - skip, argv + skip, &o, &err)) {
		say("%s\nTry `etiquettectl %s --help`.", err.message, command->name);
		return EXIT_ERROR;
	}
	if (o.help) {
		help_command(command, stdout);
		return EXIT_CLEAN;
	}
	return command->run(&o);
}

int main(int argc, char **argv)
{
	enum exit_code code = run(argc, argv);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		say("can't write to standard output: %s", strerror(errno));
		code = EXIT_ERROR;
	}
	return code;
}
