#include "options.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "settingtype.h"

enum { NAMES_MAX = 64 };

struct option_row {
	const char *name;
	const char *value; /* what it is called in help; NULL: takes none */
	/* False: wrong, and said. */
	bool (*take)(struct options *o, const char *value, const struct log *log);
	const char *help;
};

static bool take_config(struct options *o, const char *value, const struct log *log)
{
	o->config = value;
	return true;
}

static bool take_ports_file(struct options *o, const char *value, const struct log *log)
{
	o->ports_file = value;
	return true;
}

static bool take_print_ports(struct options *o, const char *value, const struct log *log)
{
	return o->print_ports = true;
}

static bool take_check(struct options *o, const char *value, const struct log *log)
{
	return o->check_config = true;
}

static bool take_show(struct options *o, const char *value, const struct log *log)
{
	return o->show_settings = true;
}

static bool take_help(struct options *o, const char *value, const struct log *log)
{
	return o->help = true;
}

static bool take_version(struct options *o, const char *value, const struct log *log)
{
	return o->version = true;
}

static bool add_set(struct options *o, const struct setting *row, struct etq_str text,
		    const struct log *log)
{
	if (o->nsets == OPTIONS_SETS_MAX) {
		log_error(log, "too many settings on the command line");
		return false;
	}
	o->sets[o->nsets].row = row;
	o->sets[o->nsets++].text = text;
	return true;
}

static void complain_setting(struct etq_str name, const struct log *log)
{
	const char *names[NAMES_MAX + 1];
	size_t n = 0;

	for (const struct setting *row = settings_table; row->name && n < NAMES_MAX; row++)
		names[n++] = row->name;
	names[n] = NULL;
	const char *nearest = diag_nearest(name, names);
	log_error(log, "there is no setting `%.*s`%s%s%s", SV_ARG(name),
		  nearest ? "; did you mean `" : "", nearest ? nearest : "", nearest ? "`?" : "");
}

static bool take_set(struct options *o, const char *value, const struct log *log)
{
	struct etq_str name = {value, strcspn(value, "=")};
	const struct setting *row = settings_find(name);

	if (value[name.n] != '=') {
		log_error(log, "--set wants NAME=VALUE, not `%s`", value);
		return false;
	}
	if (!row) {
		complain_setting(name, log);
		return false;
	}
	return add_set(o, row, sv_of(value + name.n + 1), log);
}

static const struct option_row rows[] = {
	{"config", "FILE", take_config, "read settings from FILE"},
	{"set", "NAME=VALUE", take_set, "any setting of the list below; may be repeated"},
	{"check-config", NULL, take_check, "read configuration and rules, say what is wrong, exit"},
	{"show-settings", NULL, take_show, "print all settings as a configuration file, exit"},
	{"print-ports", NULL, take_print_ports, "print the ports as JSON when listening"},
	{"ports-file", "FILE", take_ports_file, "write the ports as JSON to FILE when listening"},
	{"help", NULL, take_help, "print this, exit"},
	{"version", NULL, take_version, "print the version, exit"},
	{NULL, NULL, NULL, NULL},
};

static const struct option_row *find_row(struct etq_str name)
{
	for (const struct option_row *row = rows; row->name; row++) {
		if (sv_eq(sv_of(row->name), name))
			return row;
	}
	return NULL;
}

static void complain_option(const char *arg, struct etq_str name, const struct log *log)
{
	const char *names[NAMES_MAX + 1];
	size_t n = 0;

	for (const struct option_row *row = rows; row->name; row++)
		names[n++] = row->name;
	for (const struct setting *row = settings_table; row->name && n < NAMES_MAX; row++) {
		if (row->option)
			names[n++] = row->option;
	}
	names[n] = NULL;
	const char *nearest = diag_nearest(name, names);
	log_error(log, "there is no option `%s`%s%s%s", arg, nearest ? "; did you mean `--" : "",
		  nearest ? nearest : "", nearest ? "`?" : "");
}

/* One "--name", "--name=value" or "--name value"; *used: arguments taken. */
static bool take_one(struct options *o, char **args, int nargs, int *used, const struct log *log)
{
	const char *arg = strcmp(args[0], "-h") == 0 ? "--help" : args[0];
	*used = 1;
	if (strncmp(arg, "--", 2) != 0 || arg[2] == '\0') {
		log_error(log, "`%s` is not understood: all options begin with --", arg);
		return false;
	}

	struct etq_str name = {arg + 2, strcspn(arg + 2, "=")};
	const char *value = name.p[name.n] == '=' ? name.p + name.n + 1 : NULL;
	const struct option_row *row = find_row(name);
	const struct setting *setting = settings_find_option(name);
	if (!row && !setting) {
		complain_option(arg, name, log);
		/* What follows is most likely its value. */
		*used += !value && nargs > 1 && args[1][0] != '-';
		return false;
	}
	if (row && !row->value && value) {
		log_error(log, "--%s takes no value", row->name);
		return false;
	}
	if (row && !row->value)
		return row->take(o, NULL, log);
	if (!value && nargs < 2) {
		log_error(log, "--%.*s needs a value", SV_ARG(name));
		return false;
	}
	if (!value)
		value = args[(*used)++];
	return row ? row->take(o, value, log) : add_set(o, setting, sv_of(value), log);
}

bool options_parse(int argc, char **argv, struct options *o, const struct log *log)
{
	bool ok = true;
	int used;

	*o = (struct options){0};
	for (int i = 1; i < argc; i += used) {
		if (!take_one(o, argv + i, argc - i, &used, log))
			ok = false;
	}
	return ok;
}

/* Was row set by an earlier option already? */
static bool is_repeated(const struct options *o, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (o->sets[i].row == o->sets[at].row)
			return true;
	}
	return false;
}

bool options_apply(const struct options *o, struct config *s, const struct log *log)
{
	struct etq_err err;
	bool ok = true;

	for (size_t i = 0; i < o->nsets; i++) {
		if (!is_repeated(o, i))
			settings_clear(s, o->sets[i].row);
		if (!settings_set(s, o->sets[i].row, o->sets[i].text, &err)) {
			log_error(log, "%s", err.message);
			ok = false;
		}
	}
	return ok;
}

static void print_option(const char *name, const char *value, const char *help)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", name, value ? " " : "", value ? value : "");
	printf("  %-24s %s\n", left, help);
}

bool options_print_help(void)
{
	char range[128];

	printf("etiquetted: judges telephone etiquette while the call is going on\n\n"
	       "usage: etiquetted [OPTION…]\n\n");
	for (const struct setting *row = settings_table; row->name; row++) {
		if (row->option)
			print_option(row->option, row->type == &type_address ? "ADDR:PORT" : "PATH",
				     row->help);
	}
	for (const struct option_row *row = rows; row->name; row++)
		print_option(row->name, row->value, row->help);
	printf("\nSettings, in the configuration file or by --set:\n");
	for (const struct setting *row = settings_table; row->name; row++) {
		printf("  %s = %s\n      %s", row->name, row->standard, row->help);
		if (settings_range(row, range, sizeof(range)) > 0)
			printf(" (%s)", range);
		putchar('\n');
	}
	printf("\nExit status: 0 stopped as told, 1 failed while running, 2 wrong options, "
	       "configuration or rules.\nManual: etiquetted(8), etiquetted.yaml(5).\n");
	return fflush(stdout) == 0 && !ferror(stdout);
}

/* In quotes where YAML would read plain text as something else; an apostrophe in them is written twice. */
static void print_text(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_./";

	if (*text && text[strspn(text, plain)] == '\0') {
		printf("%s", text);
		return;
	}
	putchar('\'');
	for (; *text; text++)
		printf(*text == '\'' ? "''" : "%c", *text);
	putchar('\'');
}

static void print_paths(const struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		printf("%s", i == 0 ? "[" : ", ");
		print_text(paths->v[i]);
	}
	printf("]\n");
}

static void print_value(const struct config *s, const struct setting *row)
{
	char text[SETTING_MAX + 1];

	if (row->type->list) {
		print_paths((const struct paths *)((const char *)s + row->offset));
		return;
	}
	settings_print(s, row, text, sizeof(text));
	if (row->type == &type_text || row->type == &type_file || row->type == &type_address)
		print_text(text);
	else
		printf("%s", text);
	putchar('\n');
}

bool options_print_settings(const struct config *s)
{
	char range[128];
	const char *last = "";
	size_t nlast = 0;

	for (const struct setting *row = settings_table; row->name; row++) {
		const char *dot = strchr(row->name, '.');
		size_t ngroup = dot ? (size_t)(dot - row->name) : 0;
		const char *indent = dot ? "  " : "";
		if (ngroup != nlast || strncmp(last, row->name, ngroup) != 0) {
			putchar('\n');
			if (dot)
				printf("%.*s:\n", (int)ngroup, row->name);
		}
		last = row->name;
		nlast = ngroup;
		printf("%s# %s", indent, row->help);
		if (settings_range(row, range, sizeof(range)) > 0)
			printf(" (%s)", range);
		printf("\n%s%s: ", indent, dot ? dot + 1 : row->name);
		print_value(s, row);
	}
	return fflush(stdout) == 0 && !ferror(stdout);
}
