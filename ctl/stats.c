/* etiquettectl stats: a daemon's counts. */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/sv.h"
#include "commands.h"
#include "netline.h"
#include "say.h"
#include "wire/reply.h"
#include "wire/stats.h"
#include "wire/subscribe.h"

enum { ANSWER_MS = 10 * 1000 };

static bool ask(struct netline *net, struct etq_err *err)
{
	const struct subscription s = {.type = SUBSCRIBE_STATS};
	struct buf line = BUF_INIT(REPLY_MAX);
	bool ok = subscription_encode(&s, &line) && netline_put(net, line.p, line.n);

	if (!ok)
		*err = (struct etq_err){"out-of-memory", "no memory"};
	buf_free(&line);
	return ok;
}

/* The line that answers; it lives until the next wait. */
static bool await_answer(struct netline *net, struct native_decoder *d, struct etq_str *line,
			 struct etq_err *err)
{
	int64_t until = netline_now() + ANSWER_MS;
	struct reply reply;

	while (netline_now() < until && !(net->closed && net->n == net->at)) {
		if (!netline_wait(&net, 1, (int)(until - netline_now()), err))
			return false;
		while (netline_get(net, line)) {
			if (!reply_decode(d, *line, &reply, err))
				return false;
			if (reply.type == REPLY_STATS)
				return true;
		}
	}
	*err = (struct etq_err){"connection", "the daemon did not answer"};
	return false;
}

static void put_rows(const struct stats *stats)
{
	int width = (int)sizeof "rules_version" - 1;

	for (size_t i = 0; i < stats->n; i++) {
		if ((int)stats->rows[i].name.n > width)
			width = (int)stats->rows[i].name.n;
	}
	printf("%-*s  %.*s\n", width, "version", SV_ARG(stats->version));
	printf("%-*s  %.*s\n", width, "rules_version", SV_ARG(stats->rules_version));
	for (size_t i = 0; i < stats->n; i++)
		printf("%-*.*s  %" PRId64 "\n", width, SV_ARG(stats->rows[i].name),
		       stats->rows[i].value);
}

static bool put_answer(const struct opts *o, struct native_decoder *d, struct etq_str line,
		       struct etq_err *err)
{
	struct stats stats;

	if (o->output == OUTPUT_NDJSON) {
		printf("%.*s\n", SV_ARG(line));
		return true;
	}
	if (!stats_decode(d, line, &stats, err))
		return false;
	put_rows(&stats);
	return true;
}

enum exit_code stats_run(const struct opts *o)
{
	struct netline net = NETLINE_INIT;
	struct native_decoder *d = native_decoder_new();
	struct etq_err err = {"out-of-memory", "no memory"};
	struct etq_str line;
	bool ok = d && netline_connect(&net, &o->from, &err) && ask(&net, &err) &&
		  await_answer(&net, d, &line, &err) && put_answer(o, d, line, &err);

	if (!ok)
		say("%s", err.message);
	netline_close(&net);
	native_decoder_free(d);
	return ok ? EXIT_CLEAN : EXIT_ERROR;
}
