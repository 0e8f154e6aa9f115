/* What can be said on the command line: a row an option, shared by the commands that take it. */
#ifndef CTL_OPTS_H
#define CTL_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"

/* The choices stand in the order in which the option's row names them. */
enum file_format { FORMAT_AUTO, FORMAT_NATIVE, FORMAT_TEXT };
enum output { OUTPUT_HUMAN, OUTPUT_NDJSON };
enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
enum send_at { SEND_AT_END, SEND_AT_START };

enum { LIST_MAX = 64, ADDRESS_MAX = 256 };

/* An option that may be given several times. */
struct list {
	const char *v[LIST_MAX];
	size_t n;
};

struct address {
	char host[ADDRESS_MAX];
	char port[8];
};

enum since_kind { SINCE_NOW, SINCE_EARLIEST, SINCE_NUMBER };

struct since {
	enum since_kind kind;
	uint64_t number;
};

/* All that any command may be told; views into argv. */
struct opts {
	int format, output, colour, severity, at;
	struct list rules, sites;
	struct address to, from, watch;
	double speed;   /* 0: as fast as it goes */
	int64_t around; /* ms; ETQ_NO_TIME: not given */
	const char *call_prefix, *name;
	uint64_t repeat, count;
	unsigned types; /* bit mask of enum etq_finding_kind; 0: all */
	struct since since;
	struct list globs, queues, agents, calls;
	bool resume, follow, strict, measures, summary, show, help, version;
	bool watched; /* --watch was given */
	char *const *operands;
	size_t noperands;
};

void opts_init(struct opts *o);

struct opt {
	const char *name;
	char letter;     /* short form, or 0 */
	const char *arg; /* NULL: takes none; with '|': the choices */
	const char *help;
	/* Stores the value at byte `at` of *o. */
	bool (*set)(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err);
	size_t at;
	int value; /* what a flag stores */
};

/* Rows that commands point to. */
extern const struct opt opt_help, opt_version, opt_format, opt_output, opt_rules, opt_site,
	opt_severity, opt_summary, opt_colour, opt_no_colour, opt_to, opt_speed, opt_call_prefix,
	opt_repeat, opt_at, opt_around, opt_show, opt_watch, opt_from, opt_since, opt_min_severity,
	opt_glob, opt_type, opt_queue, opt_agent, opt_call, opt_count, opt_follow, opt_name,
	opt_resume, opt_strict, opt_measures;

#endif
