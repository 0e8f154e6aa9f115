/* The command line. */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "log.h"
#include "settings.h"

enum { OPTIONS_SETS_MAX = 256 };

/* What was asked for; text points into argv. */
struct options {
	const char *config, *ports_file;
	bool help, version, show_settings, check_config, print_ports;
	struct {
		const struct setting *row;
		struct etq_str text;
	} sets[OPTIONS_SETS_MAX];
	size_t nsets;
};

/* False: usage is wrong, and everything that is has been said. */
bool options_parse(int argc, char **argv, struct options *o, const struct log *log) ETQ_MUST_CHECK;
/* Lays the settings of the command line over s. False: wrong values, all of them said. */
bool options_apply(const struct options *o, struct config *s, const struct log *log) ETQ_MUST_CHECK;

/* To standard output. False: it can't be written to. */
bool options_print_help(void) ETQ_MUST_CHECK;
/* The settings as a configuration file that says what each is. */
bool options_print_settings(const struct config *s) ETQ_MUST_CHECK;

#endif
