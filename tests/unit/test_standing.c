/*
 * What stands in the end depends on the lines alone: the same lines, told at once and told with
 * pauses in which the clock decides what is due, leave the same findings and the same score; so they
 * do when memory runs out on the way and the line is told again, time passing in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sv.h"
#include "etiquette.h"
#include "oom.h"
#include "test.h"

enum { CALLS = 600, LINES_MAX = 24, FOUND_MAX = 256 };

static const char rules_text[] =
	"engine: 1\n"
	"waits: {announced: minute, silence: 2s}\n"
	"acknowledgements: ack\n"
	"phrases:\n"
	"  minute: [минуту]\n"
	"  ack: [угу]\n"
	"  bad: [дурак]\n"
	"  hi: [здравствуйте, '{agent.name} слушает']\n"
	"  name: {say: ['меня зовут {agent.name}'], by: agent, capture: agent.name}\n"
	"  thanks: [спасибо]\n"
	"  bye: [до свидания]\n"
	"rules:\n"
	"  a.bad: {title: а, source: б, partial: true, forbid: {said: bad, by: agent}, cooldown: 5s}\n"
	"  a.hi: {title: а, source: б, expect: {said: hi, by: agent, after: answer, within: {turns: 2, seconds: 3}}}\n"
	"  a.thanks: {title: а, source: б, inferred: true, max: 2,\n"
	"    expect: {said: thanks, by: agent, after: hold.end, within: {words: 5, seconds: 4}}}\n"
	"  a.before: {title: а, source: б, inferred: true,\n"
	"    expect: {said: minute, by: agent, before: hold.start, within: {utterances: 2}}}\n"
	"  a.long: {title: а, source: б, inferred: true, limit: {measure: hold, above: 3s, every: 2s}}\n"
	"  a.quiet: {title: а, source: б, limit: {measure: silence, above: 2s}}\n"
	"  a.name: {title: а, source: б, forbid: {said: hi, by: agent}}\n"
	"  a.talk: {title: а, source: б, limit: {measure: monologue, by: agent, above: 6, every: 3}}\n"
	"  a.cut: {title: а, source: б, forbid: {event: interruption, by: agent}}\n"
	"  a.only: {title: а, source: б, forbid: {said: ack, by: agent, whole: turn}}\n"
	"  a.seq: {title: а, source: б, sequence: [{said: bad, by: customer}, {not: {said: hi}}, {said: bad, by: agent}]}\n"
	"  a.end: {title: а, source: б, expect: {said: bye, by: customer, before: {event: call.end, by: agent}},\n"
	"    unless: [{fired: a.quiet}, {said: bad, by: customer, within: 9s}]}\n";

static const char *const words[] = {
	"дурак", "ну",          "так",          "угу", "минуту",          "спасибо",
	"вот",   "до свидания", "здравствуйте", "да",  "меня зовут Анна", "Анна слушает"};

struct line {
	struct etq_input in;
	char text[160], id[8];
	int64_t arrives; /* orders them */
	int64_t pause;   /* before it, when told slowly */
};

struct script {
	struct line v[LINES_MAX];
	size_t n;
	uint32_t random;
};

struct standing {
	char ids[FOUND_MAX][33];
	size_t n, withdrawn;
	char refused[LINES_MAX][32];
	int points;       /* of the last score */
	uint32_t counted; /* findings in it */
};

static uint32_t any(struct script *s, uint32_t below)
{
	s->random = s->random * 1664525u + 1013904223u;
	return (s->random >> 8) % below;
}

static struct line *add(struct script *s, enum etq_input_type type, int64_t t)
{
	struct line *l = &s->v[s->n++];

	etq_input_init(&l->in);
	l->in.type = type;
	l->in.call = SV("c");
	l->in.t = t;
	l->arrives = t + any(s, 4) * 600;
	l->pause = any(s, 3) ? any(s, 100) : any(s, 8000);
	return l;
}

static void speak(struct script *s, int64_t t, size_t number)
{
	struct line *l = add(s, ETQ_UTTERANCE, t);
	size_t n = 1 + any(s, 5), at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(l->text + at, sizeof(l->text) - at, "%s%s", i ? " " : "",
				       words[any(s, COUNT(words))]);
	snprintf(l->id, sizeof(l->id), "u%zu", number);
	l->in.by = any(s, 2) ? ETQ_AGENT : ETQ_CUSTOMER;
	l->in.end = t + 300 * (int64_t)n;
	l->arrives = l->in.end + any(s, 3) * 600;
	if (any(s, 3) || s->n == LINES_MAX)
		return;
	/* First a partial of it. */
	struct line *first = &s->v[s->n++];

	*first = *l;
	first->in.final = false;
	first->arrives = t + 300;
	if (strchr(first->text, ' '))
		*strrchr(first->text, ' ') = '\0';
}

static int by_arrival(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return x->arrives != y->arrives ? (x->arrives > y->arrives) - (x->arrives < y->arrives)
					: (int)x->in.final - (int)y->in.final;
}

static void compose(struct script *s, uint32_t seed)
{
	int64_t t = 0;
	bool held = false;

	*s = (struct script){.random = seed * 2654435761u + 1};
	while (s->n + 3 < LINES_MAX) {
		t += 1 + any(s, any(s, 4) ? 900 : 6000);
		if (any(s, 5) == 0) {
			add(s, held ? ETQ_HOLD_END : ETQ_HOLD_START, t);
			held = !held;
		} else {
			speak(s, t, s->n);
		}
	}
	qsort(s->v, s->n, sizeof(*s->v), by_arrival);
	add(s, ETQ_CALL_END, t + 5000)->in.by = any(s, 2) ? ETQ_AGENT : ETQ_CUSTOMER;
	for (size_t i = 0; i < s->n; i++) {
		s->v[i].in.text = sv_of(s->v[i].text);
		s->v[i].in.id = s->v[i].id[0] ? sv_of(s->v[i].id) : SV_NONE;
	}
}

static void settle(struct standing *st, struct etq_findings *found)
{
	for (size_t i = 0; i < etq_findings_count(found); i++) {
		const struct etq_finding *f = etq_findings_get(found, i);

		if (f->kind == ETQ_SCORED) {
			st->points = f->score->points;
			st->counted = f->score->findings;
			continue;
		}
		size_t at = 0;

		while (at < st->n && strcmp(st->ids[at], f->id) != 0)
			at++;
		if (f->kind == ETQ_FINDING) {
			assert_int_equal(at, st->n); /* none is told twice */
			assert_true(st->n < FOUND_MAX);
			memcpy(st->ids[st->n++], f->id, sizeof(f->id));
		} else {
			assert_true(at < st->n); /* nor withdrawn without being there */
			memmove(&st->ids[at], &st->ids[at + 1], (--st->n - at) * sizeof(*st->ids));
			st->withdrawn++;
		}
	}
	etq_findings_clear(found);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* How a script is told. */
struct manner {
	bool slowly;  /* with the pauses */
	bool starved; /* some allocation of most calls fails, and the call is made again */
	uint32_t nth;
};

/* Makes the next call of the engine run out of memory, perhaps. */
static void starve(struct manner *m)
{
	if (m->starved)
		oom_at(m->nth++ % 23);
}

static bool fed(const struct manner *m)
{
	return m->starved && oom_end();
}

static void pass_time(struct etq_engine *e, struct manner *m, int64_t *now, int64_t until,
		      struct etq_findings *found, struct standing *st)
{
	struct etq_err err;

	for (int64_t next = etq_engine_next_tick(e); next <= until && next > *now;
	     next = etq_engine_next_tick(e)) {
		*now = next;
		starve(m);
		bool ok = etq_engine_tick(e, next, found, &err);

		if (!fed(m))
			assert_true(ok);
		settle(st, found);
		if (!ok)
			assert_true(etq_engine_tick(e, next, found, &err));
		settle(st, found);
	}
}

static void feed(struct etq_engine *e, struct manner *m, const struct etq_input *in, int64_t now,
		 struct etq_findings *found, struct standing *st, char *refused)
{
	struct etq_err err;

	starve(m);
	bool ok = etq_engine_feed(e, in, now, found, &err);

	if (fed(m) && !ok && strcmp(err.code, "out-of-memory") == 0) {
		settle(st, found); /* of partials given up before the end of the call */
		if (m->slowly)
			assert_true(etq_engine_tick(e, now, found, &err));
		settle(st, found);
		ok = etq_engine_feed(e, in, now, found, &err);
	}
	if (!ok)
		snprintf(refused, 32, "%s", err.code);
	settle(st, found);
}

static void tell(const struct script *s, struct etq_ruleset *rules, struct manner m,
		 struct standing *st)
{
	struct etq_engine_config config;
	struct etq_findings *found = etq_findings_new();
	struct etq_err err;
	int64_t now = m.slowly ? 1000 : 0;

	etq_engine_config_init(&config);
	struct etq_engine *e = etq_engine_new(&config, rules);

	*st = (struct standing){.n = 0};
	assert_non_null(e);
	for (size_t i = 0; i < s->n; i++) {
		int64_t until = now + s->v[i].pause;

		if (m.slowly) {
			pass_time(e, &m, &now, until, found, st);
			now = until;
		}
		feed(e, &m, &s->v[i].in, now, found, st, st->refused[i]);
	}
	assert_true(etq_engine_finish(e, found, &err));
	settle(st, found);
	qsort(st->ids, st->n, sizeof(*st->ids), by_id);
	etq_engine_free(e);
	etq_findings_free(found);
}

static void print_script(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		print_message("after %lld ms: %s by=%d id=%s final=%d t=%lld end=%lld %s\n",
			      (long long)s->v[i].pause, etq_input_type_name(s->v[i].in.type),
			      s->v[i].in.by, s->v[i].id, s->v[i].in.final, (long long)s->v[i].in.t,
			      (long long)s->v[i].in.end, s->v[i].text);
}

struct world {
	struct etq_ruleset *rules;
	struct script script;
	struct standing at_once, other;
};

static int set_up(void **state)
{
	struct etq_source source = {"standing.yaml", {rules_text, sizeof(rules_text) - 1}};
	struct etq_diags diags = {0};
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->rules = etq_ruleset_load(&source, 1, &diags);
	assert_non_null(w->rules);
	etq_diags_free(&diags);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	etq_ruleset_unref(w->rules);
	free(w);
	return 0;
}

static bool same(const struct standing *a, const struct standing *b)
{
	return a->n == b->n && memcmp(a->ids, b->ids, a->n * sizeof(*a->ids)) == 0 &&
	       memcmp(a->refused, b->refused, sizeof(a->refused)) == 0 && a->points == b->points &&
	       a->counted == b->counted;
}

/* Tells that many calls at once and in another manner; returns how many findings were withdrawn. */
static size_t compare(struct world *w, uint32_t calls, struct manner m)
{
	size_t found = 0, withdrawn = 0, wrong = 0;

	for (uint32_t seed = 0; seed < calls && wrong < 3; seed++) {
		compose(&w->script, seed);
		tell(&w->script, w->rules, (struct manner){.slowly = false}, &w->at_once);
		m.nth = seed;
		tell(&w->script, w->rules, m, &w->other);
		found += w->other.n;
		withdrawn += w->other.withdrawn;
		if (same(&w->at_once, &w->other))
			continue;
		print_message("call %u: %zu stand at once, %zu otherwise\n", seed, w->at_once.n,
			      w->other.n);
		print_script(&w->script);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	assert_true(found > 3 * calls);
	return withdrawn;
}

static void pauses_change_nothing(void **state)
{
	assert_true(compare(*state, CALLS, (struct manner){.slowly = true}) > CALLS / 10);
}

static void lack_of_memory_changes_nothing(void **state)
{
	compare(*state, CALLS / 3, (struct manner){.starved = true});
	compare(*state, CALLS / 3, (struct manner){.starved = true, .slowly = true});
}

/* A partial shows what its final does not bear out; allocation n of the final's fails. False: it did not. */
static bool think_better(struct etq_ruleset *rules, size_t n, struct standing *st)
{
	struct etq_engine_config config;
	struct etq_findings *found = etq_findings_new(), *room = etq_findings_new();
	struct etq_input in;
	struct etq_err err;

	etq_engine_config_init(&config);
	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.by = ETQ_AGENT;
	in.call = SV("c");
	in.id = SV("u");
	in.t = 1000;
	in.text = SV("дурак");
	in.final = false;
	struct etq_engine *e = etq_engine_new(&config, rules);

	*st = (struct standing){.n = 0};
	assert_true(etq_engine_feed(e, &in, 0, found, &err));
	settle(st, found);
	assert_int_equal(st->n, 1);
	in.text = SV("вот так");
	in.final = true;
	oom_at(n);
	bool ok = etq_engine_feed(e, &in, 0, room, &err), failed = oom_end();

	settle(st, room);
	if (!ok)
		assert_true(etq_engine_feed(e, &in, 0, room, &err));
	settle(st, room);
	assert_true(etq_engine_finish(e, found, &err));
	settle(st, found);
	qsort(st->ids, st->n, sizeof(*st->ids), by_id);
	etq_engine_free(e);
	etq_findings_free(found);
	etq_findings_free(room);
	return failed;
}

static void lack_of_memory_keeps_no_finding(void **state)
{
	struct world *w = *state;
	size_t n = 0;

	think_better(w->rules, SIZE_MAX, &w->at_once);
	assert_int_equal(w->at_once.withdrawn, 1);
	for (bool failed = true; failed; n++) {
		failed = think_better(w->rules, n, &w->other);
		assert_int_equal(w->other.withdrawn, 1);
		assert_true(same(&w->at_once, &w->other));
	}
	assert_true(n > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pauses_change_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lack_of_memory_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lack_of_memory_keeps_no_finding, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
