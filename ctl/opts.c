#include "opts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "wire/subscribe.h"

enum { CHOICES_MAX = 8, CHOICE_MAX = 32, MAX_SECONDS = 1000000 };

#define AT(field_) offsetof(struct opts, field_)

static bool bad_value(const struct opt *opt, const char *value, const char *wanted,
		      struct etq_err *err)
{
	err_set(err, "usage", "--%s: `%.100s` is not %s", opt->name, value, wanted);
	return false;
}

static void *field(struct opts *o, const struct opt *opt)
{
	return (char *)o + opt->at;
}

static bool set_flag(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	*(bool *)field(o, opt) = true;
	return true;
}

static bool set_fixed(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	*(int *)field(o, opt) = opt->value;
	return true;
}

static bool set_string(struct opts *o, const struct opt *opt, const char *value,
		       struct etq_err *err)
{
	*(const char **)field(o, opt) = value;
	return true;
}

static bool set_name(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	size_t n = strlen(value);

	if (n < 1 || n > SUBSCRIBE_NAME_MAX)
		return bad_value(opt, value, "a name of 1 to 64 bytes", err);
	*(const char **)field(o, opt) = value;
	return true;
}

static bool set_list(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	struct list *list = field(o, opt);

	if (list->n == LIST_MAX) {
		err_set(err, "usage", "--%s: given more than %d times", opt->name, LIST_MAX);
		return false;
	}
	list->v[list->n++] = value;
	return true;
}

/* Splits "a|b|c" into names, NULL behind the last. */
static size_t split_choices(const char *arg, char names[CHOICES_MAX][CHOICE_MAX],
			    const char *list[CHOICES_MAX + 1])
{
	size_t n = 0;

	while (n < CHOICES_MAX) {
		size_t len = strcspn(arg, "|");

		snprintf(names[n], CHOICE_MAX, "%.*s", (int)len, arg);
		list[n] = names[n];
		n++;
		if (arg[len] == '\0')
			break;
		arg += len + 1;
	}
	list[n] = NULL;
	return n;
}

/* The place of the value among the option's choices. */
static bool find_choice(const struct opt *opt, const char *value, int *place, struct etq_err *err)
{
	char names[CHOICES_MAX][CHOICE_MAX];
	const char *list[CHOICES_MAX + 1];
	size_t n = split_choices(opt->arg, names, list);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i], value) == 0) {
			*place = (int)i;
			return true;
		}
	}
	const char *near = diag_nearest(sv_of(value), list);

	err_set(err, "usage", "--%s: `%.100s` is not one of %s%s%s%s", opt->name, value, opt->arg,
		near ? " (did you mean `" : "", near ? near : "", near ? "`?)" : "");
	return false;
}

static bool set_choice(struct opts *o, const struct opt *opt, const char *value,
		       struct etq_err *err)
{
	return find_choice(opt, value, field(o, opt), err);
}

/* Several choices, a bit each. */
static bool add_choice(struct opts *o, const struct opt *opt, const char *value,
		       struct etq_err *err)
{
	int place;

	if (!find_choice(opt, value, &place, err))
		return false;
	*(unsigned *)field(o, opt) |= 1u << place;
	return true;
}

static bool parse_number(const char *value, uint64_t *number)
{
	char *end;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	unsigned long long n = strtoull(value, &end, 10);
	if (errno != 0 || *end != '\0')
		return false;
	*number = n;
	return true;
}

static bool set_count(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	uint64_t n;

	if (!parse_number(value, &n) || n == 0)
		return bad_value(opt, value, "a number from 1", err);
	*(uint64_t *)field(o, opt) = n;
	return true;
}

static bool set_speed(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	char *end;

	if (strcmp(value, "max") == 0) {
		o->speed = 0;
		return true;
	}
	double speed = strtod(value, &end);
	if (end == value || *end != '\0' || !isfinite(speed) || speed <= 0)
		return bad_value(opt, value, "a number above 0 or max", err);
	o->speed = speed;
	return true;
}

/* Seconds, or as times are shown: 95, 95.5, 1:35.5. */
static bool set_around(struct opts *o, const struct opt *opt, const char *value,
		       struct etq_err *err)
{
	static const char wanted[] = "seconds or minutes:seconds";
	const char *colon = strchr(value, ':');
	const char *rest = colon ? colon + 1 : value;
	uint64_t minutes = 0;
	char *end;

	if (colon) {
		char text[16];
		int n = snprintf(text, sizeof text, "%.*s", (int)(colon - value), value);

		if (n >= (int)sizeof text || !parse_number(text, &minutes))
			return bad_value(opt, value, wanted, err);
	}
	double seconds = strtod(rest, &end);

	if (rest[0] < '0' || rest[0] > '9' || *end != '\0' || !isfinite(seconds) ||
	    seconds + 60.0 * (double)minutes > MAX_SECONDS || (colon && seconds >= 60))
		return bad_value(opt, value, wanted, err);
	o->around = (int64_t)((seconds + 60.0 * (double)minutes) * 1000 + 0.5);
	return true;
}

static bool set_since(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	struct since since = {SINCE_NOW, 0};

	if (strcmp(value, "earliest") == 0)
		since.kind = SINCE_EARLIEST;
	else if (parse_number(value, &since.number) && since.number > 0)
		since.kind = SINCE_NUMBER;
	else if (strcmp(value, "now") != 0)
		return bad_value(opt, value, "now, earliest or a number from 1", err);
	o->since = since;
	return true;
}

/* HOST:PORT, [IPv6]:PORT, :PORT, PORT; without a host the loopback address. */
static bool set_address(struct opts *o, const struct opt *opt, const char *value,
			struct etq_err *err)
{
	struct address *address = field(o, opt);
	const char *colon = strrchr(value, ':');
	const char *port = colon ? colon + 1 : value;
	const char *host = value;
	size_t len = colon ? (size_t)(colon - value) : 0;
	uint64_t number;

	if (!parse_number(port, &number) || number < 1 || number > 65535)
		return bad_value(opt, value, "HOST:PORT", err);
	if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	} else if (memchr(host, ':', len)) {
		return bad_value(opt, value, "HOST:PORT; write [ADDRESS]:PORT for IPv6", err);
	}
	if (len >= sizeof address->host)
		return bad_value(opt, value, "HOST:PORT", err);
	if (len == 0) {
		host = "127.0.0.1";
		len = strlen(host);
	}
	snprintf(address->host, sizeof address->host, "%.*s", (int)len, host);
	snprintf(address->port, sizeof address->port, "%u", (unsigned)number);
	return true;
}

static bool set_watch(struct opts *o, const struct opt *opt, const char *value, struct etq_err *err)
{
	o->watched = true;
	o->show = true;
	return set_address(o, opt, value, err);
}

void opts_init(struct opts *o)
{
	*o = (struct opts){
		.severity = ETQ_INFO,
		.to = {"127.0.0.1", "7401"},
		.from = {"127.0.0.1", "7402"},
		.speed = 1,
		.repeat = 1,
		.around = ETQ_NO_TIME,
	};
}

const struct opt opt_help = {"help", 'h', NULL, "show this help", set_flag, AT(help), 0};
const struct opt opt_version = {"version", 'V', NULL, "show the version", set_flag, AT(version), 0};
const struct opt opt_format = {"format",
			       'f',
			       "auto|native|text",
			       "what the files hold; auto looks at the first byte",
			       set_choice,
			       AT(format),
			       0};
const struct opt opt_output = {
	"output",   'o', "human|ndjson", "for people, or one JSON object a line", set_choice,
	AT(output), 0};
const struct opt opt_rules = {
	"rules",  'r',
	"PATH",   "rule file or folder, several times; default: the built-in pack",
	set_list, AT(rules),
	0};
const struct opt opt_site = {"site",   0,         "FILE", "site file over the rules, several times",
			     set_list, AT(sites), 0};
const struct opt opt_severity = {"severity",
				 's',
				 "info|minor|major|critical",
				 "show findings of this severity and above, and count only them",
				 set_choice,
				 AT(severity),
				 0};
const struct opt opt_summary = {
	"summary", 0,           NULL, "add the calls' scores up: worst calls, agents, rules",
	set_flag,  AT(summary), 0};
const struct opt opt_min_severity = {"severity",
				     's',
				     "info|minor|major|critical",
				     "findings of this severity and above",
				     set_choice,
				     AT(severity),
				     0};
const struct opt opt_colour = {"colour",
			       0,
			       "auto|always|never",
			       "colours; auto: on a terminal, unless NO_COLOR is set",
			       set_choice,
			       AT(colour),
			       0};
const struct opt opt_no_colour = {
	"no-colour", 0, NULL, "the same as --colour never", set_fixed, AT(colour), COLOUR_NEVER};
const struct opt opt_to = {"to",
			   't',
			   "HOST:PORT",
			   "where the daemon takes calls; default: 127.0.0.1:7401",
			   set_address,
			   AT(to),
			   0};
const struct opt opt_speed = {
	"speed",   0,         "N", "N times as fast as the call went, or max; default: 1",
	set_speed, AT(speed), 0};
const struct opt opt_call_prefix = {
	"call-prefix", 0, "TEXT", "put TEXT before every call id", set_string, AT(call_prefix), 0};
const struct opt opt_repeat = {
	"repeat",  0,          "N", "send the files N times, with a number before every call id",
	set_count, AT(repeat), 0};
const struct opt opt_at = {"at",
			   0,
			   "end|start",
			   "send an utterance when it has ended (default) or when it begins",
			   set_choice,
			   AT(at),
			   0};
const struct opt opt_around = {
	"at",       0,
	"SECONDS",  "with FILE: only what is within 15 s of then, or spans it; also mm:ss",
	set_around, 0,
	0};
const struct opt opt_show = {"show",   0,        NULL, "print each line as it is sent",
			     set_flag, AT(show), 0};
const struct opt opt_watch = {"watch",
			      'w',
			      "HOST:PORT",
			      "subscribe there, and print findings under the lines; implies --show",
			      set_watch,
			      AT(watch),
			      0};
const struct opt opt_from = {"from",
			     0,
			     "HOST:PORT",
			     "where the daemon gives findings; default: 127.0.0.1:7402",
			     set_address,
			     AT(from),
			     0};
const struct opt opt_since = {"since",
			      0,
			      "now|earliest|N",
			      "begin now, with all that is kept, or with number N",
			      set_since,
			      0,
			      0};
const struct opt opt_glob = {
	"rule", 0, "GLOB", "only rules like this (hold.*), several times", set_list, AT(globs), 0};
const struct opt opt_type = {"type",
			     0,
			     "finding|retracted|scored", /* as enum etq_finding_kind */
			     "only such events, several times; default: all",
			     add_choice,
			     AT(types),
			     0};
const struct opt opt_queue = {
	"queue", 0, "NAME", "only calls of this queue, several times", set_list, AT(queues), 0};
const struct opt opt_agent = {"agent",  0,          "ID", "only calls of this agent, several times",
			      set_list, AT(agents), 0};
const struct opt opt_call = {"call",   0,         "ID", "only this call, several times",
			     set_list, AT(calls), 0};
const struct opt opt_count = {"count", 'n', "N", "end after N findings", set_count, AT(count), 0};
const struct opt opt_follow = {
	"follow", 'F',
	NULL,     "when the connection is lost, connect again and go on behind the last",
	set_flag, AT(follow),
	0};
const struct opt opt_name = {
	"name",   0,
	"NAME",   "the daemon keeps, under this name, how far was read, and goes on from there",
	set_name, AT(name),
	0};
const struct opt opt_resume = {
	"resume", 0,
	NULL,     "when the connection is lost, connect again and send again what was not acked",
	set_flag, AT(resume),
	0};
const struct opt opt_strict = {"strict", 0,          NULL, "warnings count as errors",
			       set_flag, AT(strict), 0};
const struct opt opt_measures = {
	"measures", 0, NULL, "list what limit can measure instead", set_flag, AT(measures), 0};
