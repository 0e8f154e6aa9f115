#include <signal.h>
#include <stdio.h>

#include "configfile.h"
#include "daemon.h"
#include "log.h"
#include "options.h"
#include "rulebook.h"
#include "settings.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_WRONG };

static int print_version(void)
{
	return printf("etiquetted %s\n", ETQ_VERSION) > 0 && fflush(stdout) == 0 ? EXIT_OK
										 : EXIT_FAILED;
}

/* Standard values, then the file, then the command line. False: something is wrong, and said. */
static bool read_config(const struct options *o, struct config *c, const struct log *log)
{
	struct etq_diags diags = {0};
	bool ok = true;

	if (o->config)
		ok = configfile_load(o->config, c, &diags);
	rulebook_log(&diags, log);
	etq_diags_free(&diags);
	return options_apply(o, c, log) && ok;
}

static int serve(const struct options *o, const struct config *c, struct etq_ruleset *rules,
		 const struct log *log)
{
	const struct daemon_opts opts = {.config = c,
					 .log = log,
					 .ports_file = o->ports_file,
					 .print_ports = o->print_ports};
	struct daemon *d = daemon_new(&opts, rules);
	bool ok = d && daemon_run(d);

	daemon_free(d);
	return ok ? EXIT_OK : EXIT_FAILED;
}

static int run(const struct options *o, struct log *log)
{
	struct etq_ruleset *rules = NULL;
	struct config config;
	int status = EXIT_WRONG;

	if (!settings_init(&config)) {
		log_error(log, "out of memory");
		return EXIT_FAILED;
	}
	if (!read_config(o, &config, log))
		goto out;
	log->max = (enum log_level)config.log_level;
	if (o->show_settings) {
		status = options_print_settings(&config) ? EXIT_OK : EXIT_FAILED;
		goto out;
	}
	rules = rulebook_load(&config.rules, log);
	if (!rules)
		goto out;
	if (o->check_config)
		status = EXIT_OK;
	else
		status = serve(o, &config, rules, log);
out:
	etq_ruleset_unref(rules);
	settings_free(&config);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct log log;

	log_init(&log);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
	if (!options_parse(argc, argv, &options, &log)) {
		log_error(&log, "see --help");
		return EXIT_WRONG;
	}
	if (options.help)
		return options_print_help() ? EXIT_OK : EXIT_FAILED;
	if (options.version)
		return print_version();
	return run(&options, &log);
}
