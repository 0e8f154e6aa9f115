#include "daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "conn.h"
#include "counters.h"
#include "cursors.h"
#include "hub.h"
#include "intake.h"
#include "ledger.h"
#include "listeners.h"
#include "log.h"
#include "loop.h"
#include "peers.h"
#include "persist.h"
#include "ports.h"
#include "report.h"
#include "rulebook.h"
#include "sender.h"
#include "service.h"
#include "store.h"
#include "subscriber.h"

enum {
	SIGNALS = 3,
	STATUS_S = 5,
	SPARE_FILES = 64, /* descriptors for all but connections */
	SENDER_BUFFER = 64 * 1024,
	SUBSCRIBER_BUFFER = 256 * 1024,
};

/* RUNNING → EMPTYING (no new connections, nothing is read, what was read is judged) → LEAVING. */
enum daemon_state { RUNNING, EMPTYING, LEAVING };

struct daemon {
	struct daemon_opts opts;
	const struct config *config;
	const struct log *log;
	struct etq_ruleset *rules;
	struct loop *loop;
	struct service *service;
	struct counters counters;
	struct conns *conns;
	struct store *store; /* NULL: nothing is kept */
	struct eventlog *events;
	struct ledger *ledger;
	struct intake *intake;
	struct senders *senders;
	struct hub *hub;
	struct cursors *cursors;
	struct subscribers *subscribers;
	struct peers *sender_peers, *subscriber_peers;
	struct conn_group sender_group, subscriber_group;
	struct listeners *listeners;
	struct report report;
	struct event signals[SIGNALS], status, deadline;
	enum daemon_state state;
	bool reload_failed;
	bool stopped; /* before it was ready */
};

/* ---- rules ----------------------------------------------------------------------------------- */

static void use_rules(struct daemon *d, struct etq_ruleset *rules)
{
	d->report.rules = etq_ruleset_count(rules);
	d->report.rules_version = etq_ruleset_version(rules);
	etq_ruleset_unref(d->rules);
	d->rules = rules;
}

static void reload(struct daemon *d)
{
	service_reloading(d->service);
	struct etq_ruleset *rules = rulebook_load(&d->config->rules, d->log);
	d->counters.reloads++;
	d->reload_failed = !rules;
	if (rules) {
		intake_set_rules(d->intake, rules);
		use_rules(d, rules);
		log_info(d->log,
			 "rules loaded anew: %zu, version %s; calls in progress keep theirs",
			 d->report.rules, d->report.rules_version);
	} else {
		d->counters.reloads_failed++;
		log_error(d->log, "the rules are wrong: those in force stay, version %s",
			  d->report.rules_version);
	}
	service_ready(d->service);
}

/* ---- stopping -------------------------------------------------------------------------------- */

static void stop(struct daemon *d)
{
	const struct timeval tv = {.tv_sec = d->config->shutdown_timeout / 1000,
				   .tv_usec = d->config->shutdown_timeout % 1000 * 1000};

	if (d->state != RUNNING) {
		log_notice(d->log, "told to stop again: at once");
		loop_stop(d->loop);
		return;
	}
	log_info(d->log, "stopping");
	service_stopping(d->service);
	d->state = EMPTYING;
	listeners_close(d->listeners);
	conns_quiet(d->conns, &d->sender_group);
	event_add(&d->deadline, &tv);
}

/* At the end of a turn, before what was written goes out. */
static bool say_goodbye(void *arg)
{
	struct daemon *d = arg;

	if (d->state != EMPTYING || conns_have_work(d->conns) || *ledger_blocked(d->ledger) ||
	    !ledger_settled(d->ledger))
		return false;
	d->state = LEAVING;
	/* Calls that are kept go on with the next start. */
	if (!ledger_keeps(d->ledger) && !intake_finish(d->intake))
		log_error(d->log, "some calls could not be ended");
	conns_each(d->conns, &d->sender_group, sender_shut_down);
	conns_each(d->conns, &d->subscriber_group, subscriber_shut_down);
	hub_drain(d->hub);
	return true;
}

/* Senders wait for the ledger, and go on when it has room. */
static bool pace_senders(void *arg)
{
	struct daemon *d = arg;

	if (!ledger_changed(d->ledger))
		return false;
	conns_unblock(d->conns, &d->sender_group);
	return conns_have_work(d->conns);
}

static bool leave_when_alone(void *arg)
{
	struct daemon *d = arg;

	if (d->state == LEAVING && conns_count(d->conns) == 0)
		loop_stop(d->loop);
	return false;
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	log_notice(d->log, "%zu connections did not take all that was left in time",
		   conns_count(d->conns));
	loop_stop(d->loop);
}

/* ---- the outside ----------------------------------------------------------------------------- */

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct daemon *d = arg;

	if (number != SIGHUP)
		stop(d);
	else if (d->state == RUNNING)
		reload(d);
}

static void on_status(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;
	struct etq_engine_stats stats;

	intake_stats(d->intake, &stats);
	service_status(d->service, "%s%zu calls, %zu senders, %zu subscribers, %llu events%s",
		       ledger_failing(d->ledger) ? "NOT READY, the store can't be written; " : "",
		       stats.open_calls, d->sender_group.open, d->subscriber_group.open,
		       (unsigned long long)d->counters.events,
		       d->reload_failed ? "; the rules on disk are wrong, the old ones are in force"
					: "");
}

static bool add_events(struct daemon *d)
{
	static const int numbers[SIGNALS] = {SIGHUP, SIGTERM, SIGINT};
	const struct timeval status = {.tv_sec = STATUS_S};
	struct event_base *base = loop_base(d->loop);

	for (int i = 0; i < SIGNALS; i++) {
		event_assign(&d->signals[i], base, numbers[i], EV_SIGNAL | EV_PERSIST, on_signal,
			     d);
		if (event_add(&d->signals[i], NULL) != 0)
			return false;
	}
	event_assign(&d->status, base, -1, EV_PERSIST, on_status, d);
	event_assign(&d->deadline, base, -1, 0, on_deadline, d);
	return event_add(&d->status, &status) == 0;
}

/* ---- making it ------------------------------------------------------------------------------- */

static void fill_stats(void *user, struct stats *out)
{
	report_fill(user, out);
}

static void fill_groups(struct daemon *d)
{
	const struct config *c = d->config;

	conns_limit(d->conns, (size_t)c->buffers_bytes);
	d->sender_group = (struct conn_group){
		.peers = d->sender_peers,
		.first_ms = c->ingest_first_timeout,
		.kind = &sender_kind,
		.service = d->senders,
		.max = (size_t)c->ingest_connections,
		.max_pending = (size_t)c->ingest_reply_bytes,
		.send_buffer = SENDER_BUFFER,
		.blocked = ledger_blocked(d->ledger),
		.stall_ms = c->ingest_reply_timeout,
	};
	d->subscriber_group = (struct conn_group){
		.peers = d->subscriber_peers,
		.kind = &subscriber_kind,
		.service = d->subscribers,
		.max = (size_t)c->subscriber_connections,
		.max_pending = (size_t)c->subscriber_queue_bytes,
		.send_buffer = SUBSCRIBER_BUFFER,
		.stall_ms = c->subscriber_stall_timeout,
		.first_ms = c->subscriber_request_timeout,
	};
}

static struct intake *make_intake(struct daemon *d)
{
	const struct config *c = d->config;
	struct intake_opts opts = {.source = sv_of(c->events_source),
				   .unmasked = !c->events_mask,
				   .max_lines = (uint32_t)c->calls_lines};

	etq_engine_config_init(&opts.engine);
	opts.engine.lateness_ms = c->calls_lateness;
	opts.engine.idle_ms = c->calls_idle;
	opts.engine.max_calls = (size_t)c->calls_max;
	opts.engine.max_partials = (size_t)c->calls_partials;
	opts.engine.seed = loop_seed();
	opts.engine.match_limit = (uint32_t)c->calls_match_limit;
	return intake_new(&opts, d->rules, d->ledger, d->loop, &d->counters, d->log);
}

/* The order of these is the order of the hooks at the end of a turn. False: out of memory. */
static bool make_parts(struct daemon *d)
{
	const struct config *c = d->config;
	const struct hub_opts hub = {
		.close_overrun = c->subscriber_overrun == OVERRUN_CLOSE,
	};
	const struct senders_opts senders = {.first_ms = c->ingest_first_timeout,
					     .idle_ms = c->ingest_idle_timeout,
					     .calls = (size_t)c->ingest_calls};
	const struct subscribers_opts subscribers = {
		.heartbeat_ms = c->subscriber_heartbeat,
		.request_timeout_ms = c->subscriber_request_timeout,
		.stats = fill_stats,
		.user = &d->report,
	};

	return (d->sender_peers = peers_new((size_t)c->ingest_per_address)) &&
	       (d->subscriber_peers = peers_new((size_t)c->subscriber_per_address)) &&
	       (d->conns = conns_new(d->loop, &d->counters, d->log)) &&
	       (d->listeners = listeners_new(d->service, d->conns, d->loop, &d->counters,
					     d->log)) &&
	       (d->ledger = ledger_new(d->store, d->events, d->loop, &d->counters, d->log)) &&
	       (d->intake = make_intake(d)) && loop_hook(d->loop, pace_senders, d) &&
	       (d->senders = senders_new(&senders, d->intake, d->ledger, &d->counters)) &&
	       (d->hub = hub_new(&hub, d->events, d->loop, &d->counters, d->log)) &&
	       (d->cursors = cursors_new((size_t)c->subscriber_names, d->ledger, d->loop)) &&
	       (d->subscribers = subscribers_new(&subscribers, d->hub, d->cursors, &d->counters)) &&
	       loop_hook(d->loop, say_goodbye, d) && conns_last_hook(d->conns) &&
	       loop_hook(d->loop, leave_when_alone, d) && add_events(d);
}

static bool start(struct daemon *d)
{
	struct listeners *all = d->listeners;
	struct ports ports;

	if (!listeners_open(all, &d->sender_group, "ingest", &d->config->ingest_listen,
			    &ports.ingest) ||
	    !listeners_open(all, &d->subscriber_group, "subscribe", &d->config->subscriber_listen,
			    &ports.subscribe))
		return false;
	service_drop_sockets(d->service);
	return ports_tell(&ports, d->opts.print_ports, d->opts.ports_file, d->log);
}

struct daemon *daemon_new(const struct daemon_opts *opts, struct etq_ruleset *rules)
{
	struct daemon *d = calloc(1, sizeof(*d));

	if (!d)
		goto memory;
	d->opts = *opts;
	d->config = opts->config;
	d->log = opts->log;
	use_rules(d, etq_ruleset_ref(rules));
	if (!(d->loop = loop_new()) || !(d->service = service_new(d->loop, d->log)))
		goto memory;
	if (!persist_open(d->config, d->service, d->log, &d->store) ||
	    !(d->events = persist_events(d->store, d->config, d->log)))
		goto failed;
	loop_hold_signals(d->loop);
	if (!make_parts(d))
		goto memory;
	fill_groups(d);
	d->report.counters = &d->counters;
	d->report.intake = d->intake;
	d->report.events = d->events;
	d->report.ledger = d->ledger;
	d->report.cursors = d->cursors;
	d->report.conns = d->conns;
	d->report.hub = d->hub;
	d->report.senders = &d->sender_group.open;
	d->report.subscribers = &d->subscriber_group.open;
	d->report.started = loop_now();
	service_want_files(d->service, (size_t)(d->config->ingest_connections +
						d->config->subscriber_connections + SPARE_FILES));
	const struct persist_parts parts = {d->ledger, d->intake, d->cursors, d->service, d->log};
	enum recovered recovered = persist_resume(d->store, d->config, &parts);
	d->stopped = recovered == RECOVERY_STOPPED;
	if (d->stopped || (recovered == RECOVERED && start(d)))
		return d;
	goto failed;
memory:
	log_error(opts->log, "out of memory");
failed:
	daemon_free(d);
	return NULL;
}

bool daemon_run(struct daemon *d)
{
	if (d->stopped)
		return true;
	service_ready(d->service);
	log_info(d->log, "ready: %zu rules, version %s", d->report.rules, d->report.rules_version);
	bool ok = loop_run(d->loop);
	if (!ok)
		log_error(d->log, "the event loop failed: %s", strerror(errno));
	log_info(d->log, "stopped after %llu lines and %llu events",
		 (unsigned long long)d->counters.lines, (unsigned long long)d->counters.events);
	return ok;
}

static void forget_event(struct event *e)
{
	if (event_initialized(e))
		event_del(e);
}

void daemon_free(struct daemon *d)
{
	if (!d)
		return;
	listeners_free(d->listeners);
	conns_free(d->conns);
	peers_free(d->sender_peers);
	peers_free(d->subscriber_peers);
	subscribers_free(d->subscribers);
	cursors_free(d->cursors);
	hub_free(d->hub);
	senders_free(d->senders);
	intake_free(d->intake);
	ledger_free(d->ledger);
	store_close(d->store);
	eventlog_free(d->events);
	service_free(d->service);
	for (int i = 0; i < SIGNALS; i++)
		forget_event(&d->signals[i]);
	forget_event(&d->status);
	forget_event(&d->deadline);
	loop_free(d->loop);
	etq_ruleset_unref(d->rules);
	free(d);
}
