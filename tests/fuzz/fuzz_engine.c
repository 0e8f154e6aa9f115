/*
 * The engine under arbitrary lines: bytes choose types, times, sides and words. Whatever comes, it
 * must not fail, findings must have sound places, every withdrawal must follow its finding, and
 * a second run over the same lines, with a trace of one rule, must give the same; and the trace must
 * have as many findings of that rule as stand in the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/sv.h"
#include "etiquette_trace.h"
#include "text/utf8.h"

static const char rules_text[] =
	"engine: 1\n"
	"waits: {announced: minute, silence: 2s}\n"
	"acknowledgements: ack\n"
	"echo: {words: 1, times: 2}\n"
	"score: {cap: {default: 10}, points: {a.bad: 4}}\n"
	"phrases:\n"
	"  minute: [минуту]\n"
	"  ack: [угу]\n"
	"  bad: [дурак, (ну|вот) ..2 как]\n"
	"  hi: [здравствуйте, '{agent.name} слушает']\n"
	"  name: {say: ['меня зовут {agent.name}'], by: agent, capture: agent.name}\n"
	"  bye: [до свидания]\n"
	"rules:\n"
	"  a.bad: {title: а, source: б, partial: true, forbid: {said: bad, by: agent}, cooldown: 1s}\n"
	"  a.hi: {title: а, source: б, expect: {said: hi, after: answer, within: {turns: 2, seconds: 3}}}\n"
	"  a.hold: {title: а, source: б, inferred: true, expect: {said: hi, after: hold.end, within: {words: 5}}}\n"
	"  a.before: {title: а, source: б, inferred: true, expect: {said: minute, before: hold.start, within: {utterances: 2}}}\n"
	"  a.long: {title: а, source: б, inferred: true, limit: {measure: hold, above: 3s, every: 1s}}\n"
	"  a.quiet: {title: а, source: б, limit: {measure: silence, above: 2s}}\n"
	"  a.talk: {title: а, source: б, limit: {measure: monologue, by: agent, above: 6, every: 3}}\n"
	"  a.cut: {title: а, source: б, forbid: {event: interruption, by: agent}}\n"
	"  a.echo: {title: а, source: б, by: system, forbid: {event: echo}}\n"
	"  a.who: {title: а, source: б, once: true, points: 3, forbid: {event: utterance, by: unknown}}\n"
	"  a.only: {title: а, source: б, forbid: {said: ack, by: agent, whole: turn}}\n"
	"  a.seq: {title: а, source: б, sequence: [{said: bad, by: customer}, {not: {said: hi}}, {said: bad}]}\n"
	"  a.end: {title: а, source: б, expect: {said: bye, by: customer, before: {event: call.end, by: agent}},\n"
	"    unless: [{fired: a.seq}, {said: bad, by: customer, within: 9s}]}\n";

static const char *const words[] = {
	"дурак", "ну",    "вот",  "так",       "как",    "угу",      "минуту", "здравствуйте",
	"меня",  "зовут", "Анна", "Анной",     "до",     "свидания", "а́",      "э-э-э",
	"Cпаcи", "😀",     "б***", "[цензура]", "29 480", "",         "…",      "ё",
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

static unsigned take(struct bytes *b)
{
	if (!b->n)
		return 0;
	b->n--;
	return *b->p++;
}

static void compose(struct bytes *b, char *out, size_t size)
{
	unsigned n = take(b) % 7;
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " " : "",
				       words[take(b) % (sizeof(words) / sizeof(*words))]);
}

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz_engine: %s\n", what);
	abort();
}

struct known {
	char ids[4096][33];
	size_t n;
	const struct etq_rule_info *traced;
	int64_t standing; /* findings of that rule, less those withdrawn */
};

static void check_score(const struct etq_score *s)
{
	int64_t points = 0, spoken = 0;
	uint32_t findings = 0, by_severity = 0;

	for (size_t i = 0; i < s->nrules; i++) {
		need(s->rules[i].findings > 0, "a rule without findings in a score");
		points += s->rules[i].points;
		findings += s->rules[i].trial ? 0 : s->rules[i].findings;
	}
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		by_severity += s->by_severity[i];
	for (int i = 0; i < ETQ_SIDES; i++)
		spoken += s->talk[i].ms;
	if (getenv("FUZZ_TRACE"))
		fprintf(stderr,
			"    %d of %d, %lld ms: silence %lld, holds %lld, waits %lld, speech %lld\n",
			s->score, s->start, (long long)s->duration_ms, (long long)s->silence_ms,
			(long long)s->hold_ms, (long long)s->wait_ms, (long long)spoken);
	need(points == s->points && findings == s->findings && findings == by_severity,
	     "a score does not add up");
	need(s->score >= s->floor && s->score <= s->start, "a score is out of its range");
	/* Late lines may make them overlap: more than the call they can't be. */
	need(s->silence_ms <= s->duration_ms && s->hold_ms <= s->duration_ms &&
		     s->wait_ms <= s->duration_ms,
	     "more silence than call");
}

static void check_finding(const struct etq_finding *f, struct known *known)
{
	bool had = false;

	if (getenv("FUZZ_TRACE"))
		fprintf(stderr, "  %c %.*s t=%lld raised=%lld call=%.*s %s\n",
			f->kind == ETQ_RETRACTED ? '-' : '+',
			SV_ARG(f->rule ? f->rule->id : SV("score")), (long long)f->t,
			(long long)f->raised, SV_ARG(f->call), f->id);
	if (f->kind == ETQ_SCORED) {
		check_score(f->score);
		return;
	}
	for (size_t i = 0; i < known->n; i++)
		had |= !strcmp(known->ids[i], f->id);
	if (f->kind == ETQ_RETRACTED) {
		need(had, "withdrawn without having been found");
		return;
	}
	if (known->n < 4096)
		memcpy(known->ids[known->n++], f->id, 33);
	need(f->t >= 0 && f->raised >= 0, "negative time");
	for (size_t i = 0; i < f->nquotes; i++) {
		size_t bad;

		need(f->quotes[i].start <= f->quotes[i].end, "quote ends before it starts");
		need(utf8_valid(f->quotes[i].words, &bad), "quote cuts a character");
		need(utf8_count(f->quotes[i].words) == f->quotes[i].end - f->quotes[i].start,
		     "quote and offsets differ");
	}
}

static uint64_t take_findings(struct etq_findings *found, struct known *known, uint64_t h)
{
	for (size_t i = 0; i < etq_findings_count(found); i++) {
		const struct etq_finding *f = etq_findings_get(found, i);

		check_finding(f, known);
		if (f->rule == known->traced)
			known->standing += f->kind == ETQ_RETRACTED ? -1 : 1;
		h = hash64(h, f->id, 32);
		h = hash64(h, &f->kind, sizeof(f->kind));
		h = hash64(h, &f->raised, sizeof(f->raised));
		if (f->score)
			h = hash64(h, &f->score->score, sizeof(f->score->score));
	}
	etq_findings_clear(found);
	return h;
}

static void make_input(struct bytes *b, struct etq_input *in, char *text, size_t size, int64_t *t)
{
	static const char *const calls[] = {"a", "b", "c"};
	static const char *const ids[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
	unsigned flags = take(b);

	etq_input_init(in);
	in->type = (enum etq_input_type)(flags % 16 < ETQ_INPUT_TYPES ? flags % 16 : ETQ_UTTERANCE);
	in->call = sv_of(calls[take(b) % 3]);
	*t += (int64_t)take(b) * 20 - 1000;
	in->t = *t < 0 ? 0 : *t;
	if (flags & 64)
		in->end = in->t + take(b) * 40;
	if ((flags & 48) == 48)
		in->t = ETQ_NO_TIME;
	in->by = (enum etq_side)(take(b) % 4);
	in->final = !(flags & 128);
	if (take(b) & 1)
		in->id = sv_of(ids[take(b) % 8]);
	compose(b, text, size);
	in->text = sv_of(text);
}

static void check_trace(struct etq_trace *trace, const struct known *known)
{
	/* What a partial shows that never becomes final is found, but not traced. */
	bool on_partial = sv_eq(known->traced->id, SV("a.bad"));
	int64_t raised = 0;
	size_t bad;

	need(etq_trace_is_complete(trace), "the trace lacks something");
	etq_trace_sort(trace);
	for (size_t i = 0; i < etq_trace_count(trace); i++) {
		const struct etq_trace_event *e = etq_trace_get(trace, i);

		need(e->t >= 0 && e->from >= 0, "the trace has a negative time");
		for (size_t k = 0; k < e->nquotes; k++)
			need(utf8_valid(e->quotes[k].words, &bad), "the trace cuts a character");
		raised += e->kind == ETQ_TRACE_RAISED;
		raised -= e->kind == ETQ_TRACE_WITHDRAWN;
		if (getenv("FUZZ_TRACE"))
			fprintf(stderr, "  trace %.*s %lld %s %s from=%lld\n", SV_ARG(e->call),
				(long long)e->t, etq_trace_kinds[e->kind].name,
				e->why ? e->why : "", (long long)e->from);
	}
	need(on_partial || raised == known->standing, "the trace has other findings");
}

static uint64_t run(const uint8_t *data, size_t size, struct etq_ruleset *rules, bool traced)
{
	struct bytes b = {data, size};
	struct etq_engine_config config;
	struct etq_findings *found = etq_findings_new();
	struct known *known = calloc(1, sizeof(*known));
	uint64_t h = HASH64_INIT;
	struct etq_err err;
	char text[1024];
	bool live = take(&b) & 1;
	int64_t now = live ? 1000 : 0;
	int64_t t = 0;

	etq_engine_config_init(&config);
	config.idle_ms = 20000;
	struct etq_engine *engine = etq_engine_new(&config, rules);
	size_t number = size ? data[size - 1] % etq_ruleset_count(rules) : 0;
	struct etq_trace *trace = NULL;

	if (traced) {
		known->traced = etq_ruleset_rule(rules, number);
		trace = etq_trace_new(rules, known->traced);
		etq_engine_trace(engine, trace);
	}
	while (b.n) {
		struct etq_input in;

		make_input(&b, &in, text, sizeof(text), &t);
		if (live) {
			now += take(&b) * 50;
			need(etq_engine_tick(engine, now, found, &err), "tick failed");
		}
		if (getenv("FUZZ_TRACE"))
			fprintf(stderr,
				"@%lld %s call=%.*s id=%.*s by=%d final=%d t=%lld end=%lld %.*s\n",
				(long long)now, etq_input_type_name(in.type), SV_ARG(in.call),
				SV_ARG(in.id), in.by, in.final, (long long)in.t, (long long)in.end,
				SV_ARG(in.text));
		bool ok = etq_engine_feed(engine, &in, now, found, &err);

		need(ok || strcmp(err.code, "out-of-memory") != 0, "out of memory");
		h = take_findings(found, known, h);
	}
	need(etq_engine_finish(engine, found, &err), "finish failed");
	h = take_findings(found, known, h);
	if (trace)
		check_trace(trace, known);
	etq_engine_free(engine);
	etq_trace_free(trace);
	etq_findings_free(found);
	free(known);
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct etq_ruleset *rules;

	if (!rules) {
		struct etq_source source = {"fuzz.yaml", {rules_text, sizeof(rules_text) - 1}};
		struct etq_diags diags = {0};
		char line[1024];

		rules = etq_ruleset_load(&source, 1, &diags);
		for (size_t i = 0; i < diags.n && !rules; i++) {
			etq_diag_format(&diags.v[i], line, sizeof(line));
			fprintf(stderr, "%s\n", line);
		}
		need(rules, "the rules don't load");
		etq_diags_free(&diags);
	}
	need(run(data, size, rules, false) == run(data, size, rules, true), "not the same twice");
	return 0;
}
