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
#include "hub.h"
#include "intake.h"
#include "listener.h"
#include "log.h"
#include "loop.h"
#include "ports.h"
#include "report.h"
#include "ring.h"
#include "rulebook.h"
#include "sender.h"
#include "service.h"
#include "subscriber.h"

enum {
	LISTENERS_MAX = SERVICE_SOCKETS_MAX,
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
	struct eventlog *events;
	struct intake *intake;
	struct senders *senders;
	struct hub *hub;
	struct subscribers *subscribers;
	struct conn_group sender_group, subscriber_group;
	struct listener *listeners[LISTENERS_MAX];
	size_t nlisteners;
	struct report report;
	struct event signals[SIGNALS], status, deadline;
	enum daemon_state state;
	bool reload_failed;
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

static void close_listeners(struct daemon *d)
{
	while (d->nlisteners > 0)
		listener_free(d->listeners[--d->nlisteners]);
}

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
	close_listeners(d);
	conns_quiet(d->conns, &d->sender_group);
	event_add(&d->deadline, &tv);
}

/* At the end of a turn, before what was written goes out. */
static bool say_goodbye(void *arg)
{
	struct daemon *d = arg;

	if (d->state != EMPTYING || conns_have_work(d->conns))
		return false;
	d->state = LEAVING;
	if (!intake_finish(d->intake))
		log_error(d->log, "some calls could not be ended");
	conns_each(d->conns, &d->sender_group, sender_shut_down);
	conns_each(d->conns, &d->subscriber_group, subscriber_shut_down);
	hub_drain(d->hub);
	return true;
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
	service_status(d->service, "%zu calls, %zu senders, %zu subscribers, %llu events%s",
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

	d->sender_group = (struct conn_group){
		.kind = &sender_kind,
		.service = d->senders,
		.max = (size_t)c->ingest_connections,
		.max_pending = (size_t)c->ingest_reply_bytes,
		.stall_ms = c->ingest_reply_timeout,
	};
	d->subscriber_group = (struct conn_group){
		.kind = &subscriber_kind,
		.service = d->subscribers,
		.max = (size_t)c->subscriber_connections,
		.max_pending = (size_t)c->subscriber_queue_bytes,
		.stall_ms = c->subscriber_stall_timeout,
		.first_ms = c->subscriber_request_timeout,
	};
}

static struct intake *make_intake(struct daemon *d)
{
	const struct config *c = d->config;
	struct intake_opts opts = {.source = sv_of(c->events_source), .unmasked = !c->events_mask};

	etq_engine_config_init(&opts.engine);
	opts.engine.lateness_ms = c->calls_lateness;
	opts.engine.idle_ms = c->calls_idle;
	opts.engine.max_calls = (size_t)c->calls_max;
	opts.engine.max_partials = (size_t)c->calls_partials;
	opts.engine.match_limit = (uint32_t)c->calls_match_limit;
	return intake_new(&opts, d->rules, d->events, d->loop, &d->counters, d->log);
}

/* The order of these is the order of the hooks at the end of a turn. False: out of memory. */
static bool make_parts(struct daemon *d)
{
	const struct config *c = d->config;
	const struct hub_opts hub = {
		.queue_bytes = (size_t)c->subscriber_queue_bytes,
		.close_overrun = c->subscriber_overrun == OVERRUN_CLOSE,
	};
	const struct subscribers_opts subscribers = {
		.heartbeat_ms = c->subscriber_heartbeat,
		.request_timeout_ms = c->subscriber_request_timeout,
		.stats = fill_stats,
		.user = &d->report,
	};

	return (d->loop = loop_new()) && (d->service = service_new(d->loop, d->log)) &&
	       (d->events = ring_new((size_t)c->ring_bytes, (size_t)c->ring_events)) &&
	       (d->conns = conns_new(d->loop, &d->counters, d->log)) &&
	       (d->intake = make_intake(d)) &&
	       (d->senders = senders_new(d->intake, d->loop, &d->counters)) &&
	       (d->hub = hub_new(&hub, d->events, d->loop, &d->counters, d->log)) &&
	       (d->subscribers = subscribers_new(&subscribers, d->hub, &d->counters)) &&
	       loop_hook(d->loop, say_goodbye, d) && conns_last_hook(d->conns) &&
	       loop_hook(d->loop, leave_when_alone, d) && add_events(d);
}

/* Adds a listener on fd, or on the address when there is none. */
static bool listen_on(struct daemon *d, struct conn_group *group, int send_buffer, int fd,
		      const struct address *a)
{
	const struct listener_opts opts = {.group = group, .send_buffer = send_buffer};
	struct listener *l = listener_new(&opts, d->conns, d->loop, &d->counters, d->log);
	struct etq_err err = {.message = "out of memory"};

	if (!l || d->nlisteners == LISTENERS_MAX ||
	    !(fd >= 0 ? listener_adopt(l, fd, &err) : listener_bind(l, a, &err))) {
		log_error(d->log, "%s", err.message);
		listener_free(l);
		return false;
	}
	d->listeners[d->nlisteners++] = l;
	log_info(d->log, "%ss connect to %s", group->kind->name, listener_name(l));
	if (!listener_is_local(l))
		log_warning(d->log,
			    "%s can be reached from other machines, and whoever reaches it "
			    "may use it: there is no access control",
			    listener_name(l));
	return true;
}

/* On what the service manager passed under that name, or else as configured. */
static bool listen_group(struct daemon *d, struct conn_group *group, int send_buffer,
			 const char *name, const struct address *a)
{
	int fd = service_take_socket(d->service, name);

	if (fd < 0)
		return listen_on(d, group, send_buffer, -1, a);
	for (; fd >= 0; fd = service_take_socket(d->service, name)) {
		if (!listen_on(d, group, send_buffer, fd, NULL))
			return false;
	}
	return true;
}

static bool tell_ports(struct daemon *d, int ingest, int subscribe)
{
	if (d->opts.ports_file && !ports_write(d->opts.ports_file, ingest, subscribe)) {
		log_error(d->log, "can't write %s: %s", d->opts.ports_file, strerror(errno));
		return false;
	}
	if (d->opts.print_ports && !ports_print(ingest, subscribe)) {
		log_error(d->log, "can't print the ports: %s", strerror(errno));
		return false;
	}
	return true;
}

static bool start(struct daemon *d)
{
	if (!listen_group(d, &d->sender_group, SENDER_BUFFER, "ingest", &d->config->ingest_listen))
		return false;
	size_t subscribe = d->nlisteners;
	if (!listen_group(d, &d->subscriber_group, SUBSCRIBER_BUFFER, "subscribe",
			  &d->config->subscriber_listen))
		return false;
	service_drop_sockets(d->service);
	return tell_ports(d, listener_port(d->listeners[0]),
			  listener_port(d->listeners[subscribe]));
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
	if (!make_parts(d))
		goto memory;
	fill_groups(d);
	d->report.counters = &d->counters;
	d->report.intake = d->intake;
	d->report.events = d->events;
	d->report.hub = d->hub;
	d->report.senders = &d->sender_group.open;
	d->report.subscribers = &d->subscriber_group.open;
	d->report.started = loop_now();
	service_want_files(d->service, (size_t)(d->config->ingest_connections +
						d->config->subscriber_connections + SPARE_FILES));
	if (start(d))
		return d;
	daemon_free(d);
	return NULL;
memory:
	log_error(opts->log, "out of memory");
	daemon_free(d);
	return NULL;
}

bool daemon_run(struct daemon *d)
{
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
	close_listeners(d);
	conns_free(d->conns);
	subscribers_free(d->subscribers);
	hub_free(d->hub);
	senders_free(d->senders);
	intake_free(d->intake);
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
