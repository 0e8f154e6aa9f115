#include "log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_MAX = 8192 };

void log_init(struct log *log)
{
	*log = (struct log){.max = LEVEL_INFO, .journal = getenv("JOURNAL_STREAM") != NULL};
}

/* Standard error is the last resort: when it can't be written to there is nobody to tell. */
static void put(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, p, n);
		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

static void put_line(const struct log *log, enum log_level level, const char *who, const char *p,
		     size_t n)
{
	char line[MESSAGE_MAX + 32];
	int head = log->journal ? snprintf(line, sizeof(line), "<%d>", (int)level)
				: snprintf(line, sizeof(line), "%s", who);
	size_t at = (size_t)head;

	for (size_t i = 0; i < n && at < sizeof(line) - 1; i++)
		line[at++] = (unsigned char)p[i] < ' ' && p[i] != '\t' ? '?' : p[i];
	line[at++] = '\n';
	put(line, at);
}

static void put_lines(const struct log *log, enum log_level level, const char *who, const char *p)
{
	if (level > log->max)
		return;
	while (*p) {
		size_t n = strcspn(p, "\n");
		put_line(log, level, who, p, n);
		p += n + (p[n] == '\n');
	}
}

void log_at(const struct log *log, enum log_level level, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	put_lines(log, level, "etiquetted: ", message);
}

void log_plain(const struct log *log, enum log_level level, const char *text)
{
	put_lines(log, level, "", text);
}
