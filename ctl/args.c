#include "args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"

enum { OPTS_MAX = 24, COMMANDS_MAX = 16, WRITTEN_MAX = 128, FIRST_LONG = 256 };

/* Does argv begin with the words of name? How many they are, or 0. */
static int matches(const char *name, int argc, char **argv)
{
	int words = 0;

	while (*name != '\0') {
		size_t len = strcspn(name, " ");

		if (words == argc || strlen(argv[words]) != len ||
		    strncmp(argv[words], name, len) != 0)
			return 0;
		words++;
		name += len + (name[len] == ' ');
	}
	return words;
}

/* What follows "word " in name, or NULL. */
static const char *in_group(const char *name, const char *word)
{
	size_t len = strlen(word);

	return strncmp(name, word, len) == 0 && name[len] == ' ' ? name + len + 1 : NULL;
}

/* "rules" without a second word: says which there are. */
static bool incomplete_command(int argc, char **argv, struct etq_err *err)
{
	char list[WRITTEN_MAX] = "";
	size_t n = 0;

	for (const struct command *c = commands; c->name && n < sizeof list; c++) {
		const char *rest = in_group(c->name, argv[0]);

		if (rest)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "",
					      rest);
	}
	if (n == 0 || (argc > 1 && argv[1][0] != '-'))
		return false;
	err_set(err, "usage", "`%s` what? One of: %s", argv[0], list);
	return true;
}

static void unknown_command(int argc, char **argv, struct etq_err *err)
{
	const char *names[COMMANDS_MAX + 1];
	char written[WRITTEN_MAX];
	size_t n = 0;
	bool group = false;

	if (incomplete_command(argc, argv, err))
		return;
	for (const struct command *c = commands; c->name && n < COMMANDS_MAX; c++) {
		names[n++] = c->name;
		group = group || in_group(c->name, argv[0]);
	}
	names[n] = NULL;
	snprintf(written, sizeof written, "%.50s%s%.50s", argv[0], group ? " " : "",
		 group ? argv[1] : "");
	const char *near = diag_nearest(sv_of(written), names);

	err_set(err, "usage", "there is no command `%s`%s%s%s", written,
		near ? ": did you mean `" : "", near ? near : "", near ? "`?" : "");
}

const struct command *args_command(int argc, char **argv, int *skip, struct opts *o,
				   struct etq_err *err)
{
	*err = (struct etq_err){0};
	argc--;
	argv++;
	if (argc == 0) {
		err_set(err, "usage", "which command?");
		return NULL;
	}
	o->help = strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0;
	o->version = strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0;
	if (o->help || o->version)
		return NULL;
	for (const struct command *c = commands; c->name; c++) {
		*skip = matches(c->name, argc, argv);
		if (*skip > 0)
			return c;
	}
	unknown_command(argc, argv, err);
	return NULL;
}

/* The tables that getopt_long wants; val is FIRST_LONG and the row's number. */
struct getopt_tables {
	struct option longs[OPTS_MAX + 1];
	const char *names[OPTS_MAX + 1];
	char shorts[2 * OPTS_MAX + 2];
	size_t n;
};

static void build_tables(const struct command *command, struct getopt_tables *t)
{
	char *s = t->shorts;

	*t = (struct getopt_tables){0};
	*s++ = ':'; /* a missing argument is told from an unknown option */
	for (; t->n < OPTS_MAX && command->opts[t->n]; t->n++) {
		const struct opt *opt = command->opts[t->n];

		t->names[t->n] = opt->name;
		t->longs[t->n] = (struct option){
			.name = opt->name,
			.has_arg = opt->arg ? required_argument : no_argument,
			.val = FIRST_LONG + (int)t->n,
		};
		if (opt->letter) {
			*s++ = opt->letter;
			if (opt->arg)
				*s++ = ':';
		}
	}
}

static const struct opt *find_opt(const struct command *command, const struct getopt_tables *t,
				  int val)
{
	if (val >= FIRST_LONG)
		return command->opts[val - FIRST_LONG];
	for (size_t i = 0; i < t->n; i++) {
		if (command->opts[i]->letter == val)
			return command->opts[i];
	}
	return NULL;
}

/* getopt names a short option, or a long one with an argument too many, by its val; else by 0. */
static void unknown_option(const char *written, const struct getopt_tables *t, struct etq_err *err)
{
	if (optopt >= FIRST_LONG) {
		err_set(err, "usage", "--%s takes no argument", t->names[optopt - FIRST_LONG]);
		return;
	}
	if (optopt != 0) {
		err_set(err, "usage", "there is no option `-%c`", optopt);
		return;
	}
	struct etq_str name = {written + 2, strcspn(written + 2, "=")};
	size_t like = 0;

	if (name.n > 60)
		name.n = 60;
	for (size_t i = 0; i < t->n; i++)
		like += strncmp(t->names[i], name.p, name.n) == 0;
	const char *near = diag_nearest(name, t->names);

	if (like > 1)
		err_set(err, "usage", "`--%.*s` could be more than one option", SV_ARG(name));
	else
		err_set(err, "usage", "there is no option `--%.*s`%s%s%s", SV_ARG(name),
			near ? ": did you mean `--" : "", near ? near : "", near ? "`?" : "");
}

static bool check_operands(const struct command *command, const struct opts *o, struct etq_err *err)
{
	if (o->help)
		return true;
	if (o->noperands < command->min_operands) {
		err_set(err, "usage", "`%s` needs %s", command->name, command->operands);
		return false;
	}
	if (o->noperands > command->max_operands) {
		err_set(err, "usage", "`%s` is one too many", o->operands[command->max_operands]);
		return false;
	}
	return true;
}

bool args_parse(const struct command *command, int argc, char **argv, struct opts *o,
		struct etq_err *err)
{
	struct getopt_tables t;
	int val;

	build_tables(command, &t);
	opterr = 0;
	optind = 1;
	while ((val = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct opt *opt = find_opt(command, &t, val == ':' ? optopt : val);

		if (val == '?') {
			unknown_option(argv[optind - 1], &t, err);
			return false;
		}
		if (val == ':') {
			err_set(err, "usage", "--%s needs %s", opt->name, opt->arg);
			return false;
		}
		if (!opt->set(o, opt, optarg, err))
			return false;
	}
	o->operands = argv + optind;
	o->noperands = (size_t)(argc - optind);
	return check_operands(command, o, err);
}
