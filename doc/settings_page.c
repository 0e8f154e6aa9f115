/*
 * settings_page TEMPLATE PAGE: makes the manual page of the settings. The template's line @SETTINGS@
 * becomes a list of all rows of the daemon's table: nothing that can be set is missing there.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "settings.h"

/* In mdoc a backslash begins an escape. */
static void put_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void put_row(const struct setting *row)
{
	char range[128];

	printf(".It Cm %s\n%c", row->name, toupper((unsigned char)row->help[0]));
	put_text(row->help + 1);
	printf(".\nDefault ");
	put_text(row->standard);
	if (settings_range(row, range, sizeof(range)) > 0)
		printf("; %s", range);
	if (row->option)
		printf("; also\n.Fl -%s", row->option);
	puts(row->option ? " ." : ".");
}

static void put_settings(void)
{
	puts(".Bl -tag -width Ds");
	for (const struct setting *row = settings_table; row->name; row++)
		put_row(row);
	puts(".El");
}

int main(int argc, char **argv)
{
	char line[1024];
	bool replaced = false;
	FILE *f = argc == 3 ? fopen(argv[1], "r") : NULL;

	if (!f || !freopen(argv[2], "w", stdout)) {
		fprintf(stderr, "usage: settings_page TEMPLATE PAGE\n");
		if (f)
			fclose(f);
		return 2;
	}
	while (fgets(line, sizeof(line), f)) {
		if (strcmp(line, "@SETTINGS@\n") != 0) {
			fputs(line, stdout);
			continue;
		}
		put_settings();
		replaced = true;
	}
	bool ok = !ferror(f) && replaced && fflush(stdout) == 0 && !ferror(stdout);
	fclose(f);
	return ok ? 0 : 1;
}
