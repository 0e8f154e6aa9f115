#include "settingtype.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/sv.h"

enum { PATHS_MAX = 256, CHOICES_MAX = 16 };

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit sizes[] = {
	{"", 1},  {"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024LL * 1024 * 1024},
	{NULL, 0}};
static const struct unit times[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {NULL, 0}};
static const struct unit counts[] = {{"", 1}, {NULL, 0}};

static bool wrong(struct etq_err *err, const char *what)
{
	err_set(err, "bad-value", "%s", what);
	return false;
}

/* Digits, then a unit of the table. What is no such thing is false; too large ones become INT64_MAX. */
static bool parse_units(struct etq_str text, const struct unit *units, int64_t *out)
{
	int64_t v = 0;
	size_t i = 0;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, text.p[i] - '0', &v))
			v = INT64_MAX;
	}
	if (i == 0)
		return false;
	while (i < text.n && text.p[i] == ' ')
		i++;
	for (; units->name; units++) {
		if (!sv_eq(sv_of(units->name), (struct etq_str){text.p + i, text.n - i}))
			continue;
		if (__builtin_mul_overflow(v, units->factor, out))
			*out = INT64_MAX;
		return true;
	}
	return false;
}

/* In the largest unit that it is a whole number of. */
static int print_units(int64_t v, const struct unit *units, char *buf, size_t size)
{
	const struct unit *best = units;

	for (const struct unit *u = units; u->name; u++) {
		if (u->factor > best->factor && v != 0 && v % u->factor == 0)
			best = u;
	}
	return snprintf(buf, size, "%lld%s", (long long)(v / best->factor), best->name);
}

static bool parse_number(const struct setting *s, struct etq_str text, const struct unit *units,
			 int64_t *field, struct etq_err *err)
{
	int64_t v;

	if (!parse_units(text, units, &v)) {
		err_set(err, "bad-value", "it is %s", s->type->syntax);
		return false;
	}
	if ((s->min != 0 || s->max != 0) && (v < s->min || v > s->max)) {
		char range[64];
		settings_range(s, range, sizeof(range));
		err_set(err, "bad-value", "it is from %s", range);
		return false;
	}
	*field = v;
	return true;
}

static bool parse_count(const struct setting *s, struct etq_str text, void *field,
			struct etq_err *err)
{
	return parse_number(s, text, counts, field, err);
}

static int print_count(const struct setting *s, const void *field, char *buf, size_t size)
{
	return print_units(*(const int64_t *)field, counts, buf, size);
}

static bool parse_size(const struct setting *s, struct etq_str text, void *field,
		       struct etq_err *err)
{
	return parse_number(s, text, sizes, field, err);
}

static int print_size(const struct setting *s, const void *field, char *buf, size_t size)
{
	return print_units(*(const int64_t *)field, sizes, buf, size);
}

static bool parse_time(const struct setting *s, struct etq_str text, void *field,
		       struct etq_err *err)
{
	return parse_number(s, text, times, field, err);
}

static int print_time(const struct setting *s, const void *field, char *buf, size_t size)
{
	int64_t v = *(const int64_t *)field;

	return v == 0 ? snprintf(buf, size, "0s") : print_units(v, times, buf, size);
}

static bool parse_choice(const struct setting *s, struct etq_str text, void *field,
			 struct etq_err *err)
{
	const char *names[CHOICES_MAX + 1] = {NULL};
	char list[128];

	for (size_t i = 0; s->choices[i].name; i++) {
		if (sv_eq(sv_of(s->choices[i].name), text)) {
			*(int64_t *)field = s->choices[i].value;
			return true;
		}
		if (i < CHOICES_MAX)
			names[i] = s->choices[i].name;
	}
	const char *nearest = diag_nearest(text, names);
	settings_range(s, list, sizeof(list));
	if (nearest)
		err_set(err, "bad-value", "it is %s; did you mean `%s`?", list, nearest);
	else
		err_set(err, "bad-value", "it is %s", list);
	return false;
}

static int print_choice(const struct setting *s, const void *field, char *buf, size_t size)
{
	const struct setting_choice *c = s->choices;

	while (c->name && c->value != *(const int64_t *)field)
		c++;
	return snprintf(buf, size, "%s", c->name ? c->name : "");
}

/* "127.0.0.1" or "[::1]" */
static bool parse_host(const char *host, struct address *a)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&a->sa;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&a->sa;
	size_t n = strlen(host);
	char inner[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		a->n = sizeof(*in);
		return true;
	}
	if (n < 2 || n - 2 >= sizeof(inner) || host[0] != '[' || host[n - 1] != ']')
		return false;
	snprintf(inner, sizeof(inner), "%.*s", (int)(n - 2), host + 1);
	if (inet_pton(AF_INET6, inner, &in6->sin6_addr) != 1)
		return false;
	in6->sin6_family = AF_INET6;
	a->n = sizeof(*in6);
	return true;
}

static bool parse_address(const struct setting *s, struct etq_str text, void *field,
			  struct etq_err *err)
{
	struct address a = {0};
	char host[64];
	int64_t port;

	if (text.n >= sizeof(host))
		return wrong(err, "it is too long for an address");
	snprintf(host, sizeof(host), "%.*s", SV_ARG(text));
	char *colon = strrchr(host, ':');
	if (!colon || strchr(colon, ']'))
		return wrong(err, "it has no port: 127.0.0.1:7401 or [::1]:7401");
	*colon = '\0';
	if (!parse_units(sv_of(colon + 1), counts, &port) || port > UINT16_MAX)
		return wrong(err, "the port is a number from 0 to 65535");
	if (!parse_host(host, &a))
		return wrong(err, "the address is numeric: 127.0.0.1:7401 or [::1]:7401");
	/* Both families have the port in the same place. */
	((struct sockaddr_in *)&a.sa)->sin_port = htons((uint16_t)port);
	*(struct address *)field = a;
	return true;
}

static int print_address(const struct setting *s, const void *field, char *buf, size_t size)
{
	const struct address *a = field;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&a->sa;
	char host[INET6_ADDRSTRLEN] = "";

	if (a->sa.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		return snprintf(buf, size, "[%s]:%d", host, ntohs(in6->sin6_port));
	}
	inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
	return snprintf(buf, size, "%s:%d", host, ntohs(in->sin_port));
}

static void clear_text(void *field)
{
	char **p = field;

	free(*p);
	*p = NULL;
}

static bool parse_file(const struct setting *s, struct etq_str text, void *field,
		       struct etq_err *err)
{
	if (text.n > (size_t)s->max) {
		err_set(err, "bad-value", "it is longer than %lld bytes", (long long)s->max);
		return false;
	}
	char *p = strndup(text.p, text.n);
	if (!p)
		return wrong(err, "out of memory");
	clear_text(field);
	*(char **)field = p;
	return true;
}

static bool parse_text(const struct setting *s, struct etq_str text, void *field,
		       struct etq_err *err)
{
	if (text.n == 0)
		return wrong(err, "it must not be empty");
	return parse_file(s, text, field, err);
}

static int print_text(const struct setting *s, const void *field, char *buf, size_t size)
{
	return snprintf(buf, size, "%s", *(char *const *)field);
}

static void clear_paths(void *field)
{
	struct paths *p = field;

	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
	*p = (struct paths){0};
}

static bool parse_paths(const struct setting *s, struct etq_str text, void *field,
			struct etq_err *err)
{
	struct paths *p = field;

	if (text.n == 0)
		return wrong(err, "a path must not be empty");
	if (p->n == PATHS_MAX)
		return wrong(err, "there are too many paths");
	char **v = realloc(p->v, (p->n + 1) * sizeof(*v));
	if (!v)
		return wrong(err, "out of memory");
	p->v = v;
	v[p->n] = strndup(text.p, text.n);
	if (!v[p->n])
		return wrong(err, "out of memory");
	p->n++;
	return true;
}

const struct setting_type type_address = {
	.name = "address",
	.syntax = "an address with a port, as 127.0.0.1:7401",
	.parse = parse_address,
	.print = print_address,
};
const struct setting_type type_count = {
	.name = "number",
	.syntax = "a whole number, as 1000",
	.parse = parse_count,
	.print = print_count,
};
const struct setting_type type_size = {
	.name = "size",
	.syntax = "a number with KiB, MiB or GiB, as 64MiB",
	.parse = parse_size,
	.print = print_size,
};
const struct setting_type type_time = {
	.name = "time",
	.syntax = "a whole number with ms, s, m or h, as 30s",
	.parse = parse_time,
	.print = print_time,
};
const struct setting_type type_choice = {
	.name = "choice",
	.syntax = "one of a few words",
	.parse = parse_choice,
	.print = print_choice,
};
const struct setting_type type_text = {
	.name = "text",
	.syntax = "text",
	.parse = parse_text,
	.print = print_text,
	.clear = clear_text,
};
const struct setting_type type_file = {
	.name = "file",
	.syntax = "a path",
	.parse = parse_file,
	.print = print_text,
	.clear = clear_text,
};
const struct setting_type type_paths = {
	.name = "paths",
	.syntax = "a path, or a list of them",
	.parse = parse_paths,
	.clear = clear_paths,
	.list = true,
};
