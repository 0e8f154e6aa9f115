#include "help.h"

#include <string.h>

#include "base/sv.h"
#include "text/utf8.h"

enum { LEFT = 34, RIGHT = 80 };

/* text from column LEFT on, broken at spaces before column RIGHT; at: where the line is now. */
static void put_right(const char *text, size_t at, FILE *out)
{
	if (at >= LEFT) {
		fputc('\n', out);
		at = 0;
	}
	fprintf(out, "%*s", (int)(LEFT - at), "");
	at = LEFT;
	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		size_t width = utf8_count((struct etq_str){text, len});

		if (at > LEFT && at + 1 + width > RIGHT) {
			fprintf(out, "\n%*s", LEFT, "");
			at = LEFT;
		}
		if (at > LEFT)
			at += (size_t)fprintf(out, " ");
		fprintf(out, "%.*s", (int)len, text);
		at += width;
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

static void put_opt(const struct opt *opt, FILE *out)
{
	int at;

	if (opt->letter)
		at = fprintf(out, "  -%c, --%s", opt->letter, opt->name);
	else
		at = fprintf(out, "      --%s", opt->name);
	if (opt->arg)
		at += fprintf(out, " %s", opt->arg);
	put_right(opt->help, (size_t)at, out);
}

void help_general(FILE *out)
{
	fputs("Usage: etiquettectl COMMAND [OPTION]… [OPERAND]…\n\n"
	      "Judges calls by rules of telephone etiquette, and talks to etiquetted.\n\n"
	      "Commands:\n",
	      out);
	for (const struct command *c = commands; c->name; c++) {
		size_t at = utf8_count(sv_of(c->name)) + 3 + utf8_count(sv_of(c->operands));

		fprintf(out, "  %s %s", c->name, c->operands);
		put_right(c->summary, at, out);
	}
	fputs("\nOptions:\n", out);
	put_opt(&opt_help, out);
	put_opt(&opt_version, out);
	fputs("\n`etiquettectl COMMAND --help` tells more. Exit status: 0 fine, 1 findings, refused\n"
	      "lines or failed examples, 2 errors.\n",
	      out);
}

void help_command(const struct command *command, FILE *out)
{
	fprintf(out, "Usage: etiquettectl %s [OPTION]…%s%s\n\n%s\nOptions:\n", command->name,
		command->operands[0] ? " " : "", command->operands, command->details);
	for (const struct opt *const *opt = command->opts; *opt; opt++)
		put_opt(*opt, out);
}
