/* etiquettectl watch: a daemon's findings as they come. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/sv.h"
#include "commands.h"
#include "netline.h"
#include "render.h"
#include "say.h"
#include "screen.h"
#include "wire/reply.h"
#include "wire/subscribe.h"

enum {
	SILENT_MS = 45 * 1000, /* without even a heartbeat the connection is dead */
	LAST_ACK_MS = 2000,
	RETRY_FIRST_MS = 100,
	RETRY_LAST_MS = 10 * 1000,
};

struct watcher {
	const struct opts *o;
	struct screen screen;
	struct netline net;
	struct native_decoder *decoder;
	struct buf line;    /* of our own, to be sent */
	struct since since; /* where to go on */
	uint64_t asked;     /* number that was asked for; 0: none */
	uint64_t acked;     /* with --name: number that the daemon was told of last */
	uint64_t shown;
	int retry_ms;
	bool done;
};

/* What became of a connection. */
enum outcome { LOST, DONE, REFUSED };

static void put_event(struct watcher *w, struct etq_str line, const struct reply *r)
{
	if (w->o->output == OUTPUT_NDJSON) {
		fwrite(line.p, 1, line.n, stdout);
		putchar('\n');
	} else {
		render_alone(&w->screen, &r->event);
	}
	w->shown++;
	w->done = w->o->count > 0 && w->shown >= w->o->count;
}

static void go_on_behind(struct watcher *w, uint64_t sequence)
{
	if (sequence > 0)
		w->since = (struct since){SINCE_NUMBER, sequence + 1};
}

/* A lower number than asked for: the daemon was started anew, and counts from 1. */
static bool started_anew(struct watcher *w, const struct reply *r)
{
	if (w->asked == 0 || r->from >= w->asked)
		return false;
	say("the daemon was started anew: its findings are shown from the first one on");
	w->since = (struct since){SINCE_EARLIEST, 0};
	return true;
}

static enum outcome take_reply(struct watcher *w, struct etq_str line, const struct reply *r)
{
	switch (r->type) {
	case REPLY_EVENT:
		put_event(w, line, r);
		go_on_behind(w, r->event.sequence);
		break;
	case REPLY_HEARTBEAT:
		go_on_behind(w, r->sequence);
		break;
	case REPLY_GAP:
		say("findings %llu to %llu are not kept any more", (unsigned long long)r->from,
		    (unsigned long long)r->to);
		go_on_behind(w, r->to);
		break;
	case REPLY_SUBSCRIBED:
		w->retry_ms = RETRY_FIRST_MS;
		if (started_anew(w, r))
			return LOST;
		w->since = (struct since){SINCE_NUMBER, r->from};
		w->acked = r->from - 1;
		break;
	case REPLY_ERROR:
		say("%.*s: %.*s", SV_ARG(r->code), SV_ARG(r->message));
		return REFUSED;
	case REPLY_BYE:
		say("the daemon closes the connection: %.*s: %.*s", SV_ARG(r->code),
		    SV_ARG(r->message));
		/* Two that follow under one name would take it from each other for ever. */
		return sv_eq(r->code, SV("replaced")) ? REFUSED : LOST;
	default:
		break;
	}
	return DONE;
}

static bool add_items(struct filter *f, enum filter_list list, const struct list *from,
		      struct etq_str *items)
{
	f->lists[list].given = from->n > 0;
	f->lists[list].v = items;
	for (size_t i = 0; i < from->n && i < FILTER_MAX_ITEMS; i++)
		items[f->lists[list].n++] = sv_of(from->v[i]);
	return from->n <= FILTER_MAX_ITEMS;
}

static bool subscribe(struct watcher *w)
{
	const struct opts *o = w->o;
	struct etq_str items[FILTER_LISTS][FILTER_MAX_ITEMS];
	static const enum subscribe_start starts[] = {
		[SINCE_NOW] = SUBSCRIBE_NOW,
		[SINCE_EARLIEST] = SUBSCRIBE_EARLIEST,
		[SINCE_NUMBER] = SUBSCRIBE_FROM,
	};
	struct subscription s = {
		.type = SUBSCRIBE,
		.start = starts[w->since.kind],
		.from = w->since.number,
		.filter = {.severity = (enum etq_severity)o->severity,
			   .types = o->types,
			   .types_given = o->types != 0},
	};
	const struct list *lists[FILTER_LISTS] = {
		[FILTER_RULES] = &o->globs,
		[FILTER_QUEUES] = &o->queues,
		[FILTER_AGENTS] = &o->agents,
		[FILTER_CALLS] = &o->calls,
	};

	if (o->name)
		snprintf(s.name, sizeof(s.name), "%s", o->name);
	w->asked = !o->name && w->since.kind == SINCE_NUMBER ? w->since.number : 0;
	for (size_t i = 0; i < FILTER_LISTS; i++) {
		if (!add_items(&s.filter, (enum filter_list)i, lists[i], items[i]))
			return false;
	}
	buf_clear(&w->line);
	return subscription_encode(&s, &w->line) && netline_put(&w->net, w->line.p, w->line.n);
}

/* With --name: all that has been written out has been dealt with. */
static bool ack(struct watcher *w)
{
	const struct subscription s = {
		.type = SUBSCRIBE_ACK,
		.from = w->since.kind == SINCE_NUMBER ? w->since.number - 1 : 0,
	};

	if (!w->o->name || s.from <= w->acked)
		return true;
	w->acked = s.from;
	buf_clear(&w->line);
	return subscription_encode(&s, &w->line) && netline_put(&w->net, w->line.p, w->line.n);
}

/* Takes what has come. DONE: go on, or all that was wanted is there (w->done). */
static enum outcome take_all(struct watcher *w)
{
	struct etq_err err;
	struct etq_str line;
	struct reply reply;

	while (!w->done && netline_get(&w->net, &line)) {
		if (!reply_decode(w->decoder, line, &reply, &err)) {
			say("the daemon's line is not understood: %s", err.message);
			return REFUSED;
		}
		enum outcome outcome = take_reply(w, line, &reply);
		if (outcome != DONE)
			return outcome;
	}
	/* A pipe wants its lines now; one that nobody reads any more ends the program. */
	fflush(stdout);
	if (ferror(stdout))
		return REFUSED;
	return ack(w) ? DONE : LOST;
}

/* What was the last that was shown reaches the daemon before the connection ends. */
static void send_rest(struct watcher *w)
{
	struct netline *net = &w->net;
	struct etq_err err;
	int64_t until = netline_now() + LAST_ACK_MS;

	while (netline_waiting(net) > 0 && !net->closed && netline_now() < until &&
	       netline_wait(&net, 1, LAST_ACK_MS, &err))
		net->at = net->n; /* what comes is for the next time */
}

/* One connection, from its beginning to its end. */
static enum outcome watch_once(struct watcher *w, struct etq_err *err)
{
	struct netline *net = &w->net;

	if (!netline_connect(net, &w->o->from, err))
		return LOST;
	if (!subscribe(w)) {
		*err = (struct etq_err){"usage", "the filter is too big"};
		return REFUSED;
	}
	while (!w->done) {
		int64_t before = netline_now();

		if (!netline_wait(&net, 1, SILENT_MS, err))
			return LOST;
		if (net->n == net->at && netline_now() - before >= SILENT_MS) {
			*err = (struct etq_err){"connection", "the daemon has gone silent"};
			return LOST;
		}
		enum outcome outcome = take_all(w);
		if (outcome != DONE)
			return outcome;
		if (net->closed && !w->done) {
			*err = (struct etq_err){"connection", "the daemon closed the connection"};
			return LOST;
		}
	}
	send_rest(w);
	return DONE;
}

/* Before the next connection: twice as long each time, with some randomness. */
static void pause_retry(struct watcher *w)
{
	int jitter = (int)(netline_now() % (w->retry_ms / 4 + 1));

	poll(NULL, 0, w->retry_ms + jitter);
	w->retry_ms = w->retry_ms * 2 < RETRY_LAST_MS ? w->retry_ms * 2 : RETRY_LAST_MS;
}

enum exit_code watch_run(const struct opts *o)
{
	struct watcher w = {
		.o = o,
		.net = NETLINE_INIT,
		.decoder = native_decoder_new(),
		.line = BUF_INIT(ETQ_MAX_LINE),
		.since = o->since,
		.retry_ms = RETRY_FIRST_MS,
	};
	enum outcome outcome = LOST;

	if (!w.decoder)
		say("no memory");
	screen_init(&w.screen, stdout, (enum colour_when)o->colour);
	while (w.decoder) {
		struct etq_err err = {0};

		outcome = watch_once(&w, &err);
		netline_close(&w.net);
		if (err.message[0] != '\0')
			say("%s", err.message);
		if (outcome != LOST || !o->follow)
			break;
		pause_retry(&w);
	}
	buf_free(&w.line);
	native_decoder_free(w.decoder);
	return outcome == DONE ? EXIT_CLEAN : EXIT_ERROR;
}
