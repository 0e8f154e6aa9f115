/* etiquettectl send: calls into a daemon, at their own pace. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "callfile.h"
#include "commands.h"
#include "live.h"
#include "netline.h"
#include "pace.h"
#include "say.h"
#include "screen.h"
#include "wire/native.h"
#include "wire/reply.h"

enum {
	WINDOW = 1024,           /* lines on their way without an ack */
	BATCH = 32,              /* lines at once when there is no pace to keep */
	ACK_WAIT_MS = 60 * 1000, /* without an ack the daemon is given up */
	QUIET_MS = 300,          /* without a finding a call that was sent is taken for judged */
	RETRY_FIRST_MS = 100,
	RETRY_LAST_MS = 10 * 1000,
	RETRY_ALL_MS = 10 * 60 * 1000, /* without a connection the daemon is given up */
};

/* A line on its way, and where it came from. */
struct origin {
	const char *name;
	int line;
	bool refused;
	struct buf bytes;
};

struct sender {
	const struct opts *o;
	struct screen screen;
	struct netline net;
	struct live *live; /* with --show */
	struct pace *pace;
	struct native_decoder *decoder; /* of replies */
	struct buf line;
	struct origin origins[WINDOW]; /* of line n at (n - 1) % WINDOW */
	uint64_t sent, acked;          /* over all connections */
	uint64_t base;    /* lines acked on earlier ones: a reply's n counts from here */
	uint64_t put;     /* lines up to this one have been put into this connection */
	uint64_t again;   /* lines up to this one have been put into more than one */
	bool lost;        /* the connection is, and another may help */
	int64_t progress; /* when an ack came last */
	int64_t finding;  /* when a finding came last */
	int64_t started;
	size_t refused;
	bool ended_calls; /* some were refused because their call had ended */
};

static struct origin *origin_of(struct sender *s, uint64_t n)
{
	return &s->origins[(n + WINDOW - 1) % WINDOW];
}

/* Judged before the connection was lost, and refused now because the call has gone on since. */
static bool is_known(const struct sender *s, uint64_t n, const struct reply *r)
{
	static const char *const codes[] = {"late", "call-ended", "unknown-call"};

	for (size_t i = 0; n <= s->again && i < sizeof codes / sizeof codes[0]; i++)
		if (sv_eq(r->code, sv_of(codes[i])))
			return true;
	return false;
}

static bool take_reply(struct sender *s, const struct reply *r)
{
	uint64_t n = s->base + r->n;
	struct origin *origin = origin_of(s, n);

	switch (r->type) {
	case REPLY_ACK:
		s->acked = n;
		s->progress = netline_now();
		return true;
	case REPLY_ERROR:
		if (r->n == 0 || n > s->sent) {
			say("%.*s: %.*s", SV_ARG(r->code), SV_ARG(r->message));
			return r->n == 0;
		}
		if (is_known(s, n, r) || origin->refused)
			return true;
		origin->refused = true;
		say_at("%s:%d: %.*s: %.*s", origin->name, origin->line, SV_ARG(r->code),
		       SV_ARG(r->message));
		s->refused++;
		s->ended_calls = s->ended_calls || sv_eq(r->code, SV("call-ended"));
		return true;
	case REPLY_BYE:
		say("the daemon closes the connection: %.*s: %.*s", SV_ARG(r->code),
		    SV_ARG(r->message));
		s->lost = !sv_eq(r->code, SV("line-too-long"));
		return false;
	default:
		return true;
	}
}

/* Puts into the connection what it has room for of the lines that are not in it yet. */
static bool top_up(struct sender *s)
{
	while (s->put < s->sent && netline_waiting(&s->net) <= NETLINE_OUT_MAX / 2) {
		const struct buf *bytes = &origin_of(s, s->put + 1)->bytes;

		if (!netline_put(&s->net, bytes->p, bytes->n)) {
			say("no memory");
			return false;
		}
		s->put++;
	}
	return true;
}

static bool take_replies(struct sender *s)
{
	struct etq_err err;
	struct etq_str line;
	struct reply reply;

	while (netline_get(&s->net, &line)) {
		if (!reply_decode(s->decoder, line, &reply, &err)) {
			say("the daemon's answer is not understood: %s", err.message);
			return false;
		}
		if (!take_reply(s, &reply))
			return false;
	}
	if (s->net.closed) {
		say("the daemon closed the connection after line %llu of %llu",
		    (unsigned long long)s->acked, (unsigned long long)s->sent);
		s->lost = true;
	}
	return !s->net.closed;
}

static bool pump_once(struct sender *s, int64_t timeout_ms)
{
	struct netline *watch = s->live ? live_net(s->live) : NULL;
	struct netline *nets[2] = {&s->net, watch};
	struct etq_err err;
	size_t found = 0;

	if (!top_up(s))
		return false;
	if (!netline_wait(nets, watch ? 2 : 1, (int)timeout_ms, &err)) {
		say("%s", err.message);
		s->lost = true;
		return false;
	}
	if (watch && !live_take(s->live, &found))
		return false;
	if (found > 0)
		s->finding = netline_now();
	return take_replies(s);
}

/* Another connection, on which all that is not acked is sent again. False: it has been said why. */
static bool reconnect(struct sender *s)
{
	int64_t until = netline_now() + RETRY_ALL_MS;
	struct etq_err err = {{0}, {0}};

	s->lost = false;
	for (int wait = RETRY_FIRST_MS; netline_now() < until;) {
		netline_close(&s->net);
		poll(NULL, 0, wait + (int)(netline_now() % (wait / 4 + 1)));
		wait = wait * 2 < RETRY_LAST_MS ? wait * 2 : RETRY_LAST_MS;
		if (!netline_connect(&s->net, &s->o->to, &err))
			continue;
		say("connected again: %llu lines are sent again",
		    (unsigned long long)(s->put - s->acked));
		s->again = s->put > s->again ? s->put : s->again;
		s->base = s->put = s->acked;
		s->progress = netline_now();
		return true;
	}
	say("%s", err.message);
	return false;
}

/* Waits for something to happen, timeout_ms at most, and deals with it. False: it has been said why. */
static bool pump(struct sender *s, int64_t timeout_ms)
{
	return pump_once(s, timeout_ms) || (s->lost && s->o->resume && reconnect(s));
}

/* Until no more than so many lines and bytes are on their way. */
static bool await_room(struct sender *s, uint64_t lines, size_t bytes)
{
	s->progress = netline_now();
	while (s->sent - s->acked > lines || netline_waiting(&s->net) > bytes) {
		int64_t left = s->progress + ACK_WAIT_MS - netline_now();

		if (left <= 0) {
			say("the daemon has not answered for %d s", ACK_WAIT_MS / 1000);
			return false;
		}
		if (!pump(s, left))
			return false;
	}
	return true;
}

static bool await_due(struct sender *s, int64_t due)
{
	if (s->o->speed <= 0)
		return true;
	int64_t at = s->started + (int64_t)llround((double)due / s->o->speed);

	for (;;) {
		int64_t left = at - netline_now();

		if (left <= 0)
			return true;
		if (!pump(s, left < ACK_WAIT_MS ? left : ACK_WAIT_MS))
			return false;
	}
}

/* The call's id with what --call-prefix and --repeat put before it; it lives in id. */
static bool rename_call(const struct sender *s, uint64_t round, struct etq_input *in, char *id,
			size_t size)
{
	const char *prefix = s->o->call_prefix ? s->o->call_prefix : "";
	int n = s->o->repeat > 1 ? snprintf(id, size, "%s%llu-%.*s", prefix,
					    (unsigned long long)round, SV_ARG(in->call))
				 : snprintf(id, size, "%s%.*s", prefix, SV_ARG(in->call));

	in->call = (struct etq_str){id, (size_t)n};
	return (size_t)n < size;
}

static bool send_line(struct sender *s, const struct callfile *f, uint64_t round,
		      const struct etq_input *said)
{
	char id[ETQ_MAX_ID * 4];
	struct etq_input line = *said, *in = &line;
	int64_t due;

	if (!rename_call(s, round, in, id, sizeof id)) {
		say("the call's id with --call-prefix is too long");
		return false;
	}
	due = pace_due(s->pace, in);
	buf_clear(&s->line);
	if (due == INT64_MIN || !native_encode(in, &s->line)) {
		say("%s:%d: no memory", callfile_name(f), callfile_line(f));
		return false;
	}
	if (!await_due(s, due) || !await_room(s, WINDOW - 1, NETLINE_OUT_MAX / 2))
		return false;
	struct origin *origin = origin_of(s, s->sent + 1);

	buf_clear(&origin->bytes);
	if (!buf_put(&origin->bytes, s->line.p, s->line.n)) {
		say("no memory");
		return false;
	}
	origin->name = callfile_name(f);
	origin->line = callfile_line(f);
	origin->refused = false;
	s->sent++;
	/* Printed first: its findings come after it. */
	if (s->live && !live_line(s->live, in))
		return false;
	if (!top_up(s))
		return false;
	/* What can go goes now; replies are read by the way. */
	bool hurry = s->o->speed <= 0 && !s->live;

	return (hurry && s->sent % BATCH != 0) || pump(s, 0);
}

static bool send_lines(struct sender *s, struct callfile *f, uint64_t round)
{
	struct etq_input in;
	struct etq_err err;

	for (;;) {
		switch (callfile_next(f, &in, &err)) {
		case CALLFILE_INPUT:
			if (!send_line(s, f, round, &in))
				return false;
			break;
		case CALLFILE_BAD:
			callfile_say(f, &err);
			s->refused++;
			break;
		case CALLFILE_END:
			return true;
		case CALLFILE_FAILED:
			say("%s", err.message);
			return false;
		}
	}
}

/* Findings come over another connection than acks. */
static bool await_quiet(struct sender *s)
{
	int64_t from = netline_now();

	if (!s->live || !live_net(s->live))
		return true;
	if (!await_room(s, 0, 0))
		return false;
	for (;;) {
		int64_t left = (s->finding > from ? s->finding : from) + QUIET_MS - netline_now();

		if (left <= 0)
			return true;
		if (!pump(s, left))
			return false;
	}
}

static bool send_file(struct sender *s, const char *name, uint64_t round)
{
	struct etq_err err;
	struct callfile *f = callfile_open(name, (enum file_format)s->o->format, &err);

	if (!f) {
		say("%s", err.message);
		return false;
	}
	bool ok = send_lines(s, f, round);

	callfile_close(f);
	return ok && await_quiet(s);
}

static bool send_all(struct sender *s)
{
	for (uint64_t round = 1; round <= s->o->repeat; round++) {
		for (size_t i = 0; i < s->o->noperands; i++) {
			if (!send_file(s, s->o->operands[i], round))
				return false;
		}
	}
	return await_room(s, 0, 0);
}

static bool sender_open(struct sender *s)
{
	struct etq_err err;

	s->pace = pace_new((enum send_at)s->o->at);
	s->decoder = native_decoder_new();
	if (!s->pace || !s->decoder) {
		say("no memory");
		return false;
	}
	if (!netline_connect(&s->net, &s->o->to, &err)) {
		say("%s", err.message);
		return false;
	}
	if (s->o->show)
		s->live = live_open(&s->screen, s->o->watched ? &s->o->watch : NULL);
	s->started = netline_now();
	return !s->o->show || s->live;
}

enum exit_code send_run(const struct opts *o)
{
	struct sender s = {.o = o, .net = NETLINE_INIT, .line = BUF_INIT(2 * ETQ_MAX_LINE)};

	for (size_t i = 0; i < WINDOW; i++)
		s.origins[i].bytes = BUF_INIT(2 * ETQ_MAX_LINE);
	screen_init(&s.screen, stdout, (enum colour_when)o->colour);
	bool ok = sender_open(&s) && send_all(&s);

	if (s.ended_calls)
		say("a call that has ended takes no more lines: send it as another one with "
		    "--call-prefix");
	live_close(s.live);
	netline_close(&s.net);
	native_decoder_free(s.decoder);
	pace_free(s.pace);
	for (size_t i = 0; i < WINDOW; i++)
		buf_free(&s.origins[i].bytes);
	buf_free(&s.line);
	return !ok ? EXIT_ERROR : s.refused > 0 ? EXIT_FOUND : EXIT_CLEAN;
}
