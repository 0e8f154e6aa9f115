#include "live.h"

#include <stdlib.h>

#include "base/sv.h"
#include "render.h"
#include "say.h"
#include "transcript.h"
#include "wire/reply.h"
#include "wire/subscribe.h"

enum { SUBSCRIBE_WAIT_MS = 5000 };

struct live {
	const struct screen *s;
	struct transcript *transcript;
	struct netline net;
	struct native_decoder *decoder;
	bool watching;
	const struct talk *last_talk; /* what was printed last */
	size_t last_line;
};

/* Waits for "subscribed", so that no finding of what is sent next is missed. */
static bool await_subscribed(struct live *l, struct etq_err *err)
{
	int64_t until = netline_now() + SUBSCRIBE_WAIT_MS;
	struct netline *net = &l->net;
	struct etq_str line;
	struct reply reply;

	while (netline_now() < until && !(net->closed && net->n == net->at)) {
		if (!netline_wait(&net, 1, (int)(until - netline_now()), err))
			return false;
		while (netline_get(net, &line)) {
			if (!reply_decode(l->decoder, line, &reply, err))
				return false;
			if (reply.type == REPLY_SUBSCRIBED)
				return true;
		}
	}
	*err = (struct etq_err){"connection", "the daemon did not confirm the subscription"};
	return false;
}

static bool subscribe(struct live *l, const struct address *watch)
{
	struct etq_err err = {0};
	struct buf line = BUF_INIT(REPLY_MAX);
	const struct subscription s = {.type = SUBSCRIBE, .start = SUBSCRIBE_NOW};
	bool ok = netline_connect(&l->net, watch, &err);

	if (ok && (!subscription_encode(&s, &line) || !netline_put(&l->net, line.p, line.n))) {
		err = (struct etq_err){"out-of-memory", "no memory"};
		ok = false;
	}
	ok = ok && await_subscribed(l, &err);
	buf_free(&line);
	if (!ok)
		say("--watch: %s", err.message);
	l->watching = ok;
	return ok;
}

struct live *live_open(const struct screen *s, const struct address *watch)
{
	struct live *l = calloc(1, sizeof *l);

	if (!l) {
		say("no memory");
		return NULL;
	}
	l->s = s;
	l->net = NETLINE_INIT;
	l->transcript = transcript_new();
	l->decoder = native_decoder_new();
	if (!l->transcript || !l->decoder) {
		say("no memory");
		live_close(l);
		return NULL;
	}
	if (watch && !subscribe(l, watch)) {
		live_close(l);
		return NULL;
	}
	return l;
}

void live_close(struct live *l)
{
	if (!l)
		return;
	netline_close(&l->net);
	native_decoder_free(l->decoder);
	transcript_free(l->transcript);
	free(l);
}

struct netline *live_net(struct live *l)
{
	return l->watching ? &l->net : NULL;
}

bool live_line(struct live *l, const struct etq_input *in)
{
	bool known = transcript_find(l->transcript, in->call) != NULL;
	struct talk *talk = NULL;
	size_t i = 0;
	enum added added = transcript_add(l->transcript, in, &talk, &i);
	bool ok = added != ADDED_FAILED;

	if (ok && !known) {
		fputs(l->last_talk ? "\n" : "", l->s->out);
		render_talk(l->s, talk);
		l->last_talk = talk;
		l->last_line = SIZE_MAX;
	}
	if (added == ADDED_LINE) {
		/* Calls that go on at once: each line says whose it is when that changes. */
		if (known && l->last_talk != talk)
			render_talk(l->s, talk);
		ok = render_line(l->s, talk, &talk->lines[i], NULL, 0, RENDER_LINE);
		l->last_talk = talk;
		l->last_line = i;
	}
	fflush(l->s->out);
	if (!ok)
		say("no memory");
	return ok;
}

/* Underlines the words: right under their line if that was printed last, else with it again. */
static bool show_words(struct live *l, const struct talk *talk, const struct event_view *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < e->nquotes; i++) {
		ptrdiff_t at = talk_quoted(talk, &e->quotes[i]);

		/* Several quotes of one line are marked at once. */
		if (at == NO_LINE || (i > 0 && talk_quoted(talk, &e->quotes[i - 1]) == at))
			continue;
		bool last = talk == l->last_talk && (size_t)at == l->last_line;

		ok = render_line(l->s, talk, &talk->lines[at], e, 1,
				 last ? RENDER_MARKS : RENDER_LINE);
	}
	return ok;
}

static bool show_event(struct live *l, const struct event_view *e)
{
	const struct talk *talk = transcript_find(l->transcript, e->call);

	if (!talk)
		return true; /* somebody else's call */
	if (talk != l->last_talk) {
		render_talk(l->s, talk);
		l->last_talk = talk;
		l->last_line = SIZE_MAX;
	}
	if (e->kind == ETQ_FINDING && !show_words(l, talk, e))
		return false;
	if (e->score)
		render_score(l->s, e->score);
	else
		render_finding(l->s, e);
	fflush(l->s->out);
	return true;
}

bool live_take(struct live *l, size_t *n)
{
	struct etq_err err;
	struct etq_str line;
	struct reply reply;

	*n = 0;
	while (netline_get(&l->net, &line)) {
		if (!reply_decode(l->decoder, line, &reply, &err)) {
			say("--watch: %s", err.message);
			return false;
		}
		if (reply.type == REPLY_EVENT && !show_event(l, &reply.event)) {
			say("no memory");
			return false;
		}
		*n += reply.type == REPLY_EVENT;
		if (reply.type == REPLY_BYE || reply.type == REPLY_GAP)
			say("--watch: %s",
			    reply.type == REPLY_BYE ? "the daemon said bye" : "findings were lost");
	}
	if (l->net.closed) {
		say("--watch: the daemon closed the connection");
		return false;
	}
	return true;
}
