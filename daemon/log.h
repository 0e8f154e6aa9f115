/* Messages for the operator: lines on standard error, with the level the journal understands. */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdbool.h>

/* As in syslog: the journal's numbers. */
enum log_level {
	LEVEL_ERROR = 3,
	LEVEL_WARNING = 4,
	LEVEL_NOTICE = 5,
	LEVEL_INFO = 6,
	LEVEL_DEBUG = 7,
};

struct log {
	enum log_level max; /* what is less important is not said */
	bool journal;       /* lines begin with "<6>" rather than with the program's name */
};

/* Says all up to LEVEL_INFO; for the journal when standard error goes there. */
void log_init(struct log *log);

/* One message, which may have several lines. Control characters are replaced. */
void log_at(const struct log *log, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same without the program's name before the lines: for what begins with a file's name. */
void log_plain(const struct log *log, enum log_level level, const char *text);

#define log_error(log, ...)   log_at(log, LEVEL_ERROR, __VA_ARGS__)
#define log_warning(log, ...) log_at(log, LEVEL_WARNING, __VA_ARGS__)
#define log_notice(log, ...)  log_at(log, LEVEL_NOTICE, __VA_ARGS__)
#define log_info(log, ...)    log_at(log, LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...)   log_at(log, LEVEL_DEBUG, __VA_ARGS__)

#endif
