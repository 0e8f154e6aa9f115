#include "say.h"

#include <stdarg.h>
#include <stdio.h>

static void say_line(const char *prefix, const char *fmt, va_list ap)
{
	/* Findings and complaints on one terminal stay in their order. */
	fflush(stdout);
	fputs(prefix, stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line("etiquettectl: ", fmt, ap);
	va_end(ap);
}

void say_at(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line("", fmt, ap);
	va_end(ap);
}
