/* What a ruleset is made of when its files are right. */
#include <stdlib.h>

#include "oom.h"
#include "rules_fixture.h"

#define AGENT    (1u << ETQ_AGENT)
#define CUSTOMER (1u << ETQ_CUSTOMER)
#define BOT      (1u << ETQ_BOT)
#define ANY      (AGENT | CUSTOMER | BOT)
#define ALL      0xffu

static const char *const pack =
	"engine: 1\n"
	"topic: hold\n"
	"values:\n"
	"  company: [Северный склад, СевСклад]\n"
	"waits: {announced: wait, silence: 6s}\n"
	"acknowledgements: ack\n"
	"interruption: {overlap: 500ms}\n"
	"phrases:\n"
	"  ack: [угу, понятно]\n"
	"  wait: [минуту, подождите]\n"
	"  thanks: [спасибо за ожидание, 'благодарю [вас]', \"спасибо\"]\n"
	"  swearing: {say: [блин, чёрт], by: any, except: harmless}\n"
	"  harmless: [чёрт возьми как красиво]\n"
	"  name: {say: ['меня зовут {agent.name}'], capture: agent.name}\n"
	"  unheard: [только для черновика]\n"
	"rules:\n"
	"  hold.no-thanks:\n"
	"    title: {ru: Нет благодарности, en: No thanks}\n"
	"    source: «Следует поблагодарить»\n"
	"    say_instead: Спасибо за ожидание!\n"
	"    blind: не видит улыбки\n"
	"    severity: major\n"
	"    points: 10\n"
	"    cooldown: 30s\n"
	"    max: 5\n"
	"    partial: true\n"
	"    inferred: {severity: info, points: 2}\n"
	"    expect: {said: [wait, thanks, thanks], after: hold.end, within: {turns: 2, seconds: 15}}\n"
	"    unless:\n"
	"      - fired: end.agent-first\n"
	"        same: utterance\n"
	"      - sequence:\n"
	"          - {said: swearing, by: customer}\n"
	"          - {not: {said: ack, by: customer}}\n"
	"          - {said: wait, within: 30s, optional: true, name: предупреждение}\n"
	"          - call.end\n"
	"      - not: {said: thanks, within: {words: 20, utterances: 3}}\n"
	"        when: {direction: [inbound, outbound], queue: sales, ended_by: [agent, system],\n"
	"               known: customer.name, unknown: company, holds: none, lang: ru, agent: [a7]}\n"
	"      - limit: {measure: duration, below: 20s}\n"
	"    examples:\n"
	"      - violates: |\n"
	"          [hold 40s]\n"
	"          agent: Итак\n"
	"      - complies: 'agent: Спасибо за ожидание'\n"
	"      - violates: {call: 'agent: Итак', times: 2, words: Итак}\n"
	"  end.agent-first:\n"
	"    title: Первым положил трубку\n"
	"    source: «Не может завершить звонок первым»\n"
	"    once: true\n"
	"    forbid: {event: call.end, by: agent, after: {said: thanks}, within: 1m}\n"
	"  swear:\n"
	"    title: Брань\n"
	"    source: «Не сквернословь»\n"
	"    severity: info\n"
	"    by: agent\n"
	"    forbid: {said: swearing, by: [customer, agent], above: 2.5, per: 100 words, each: hit}\n"
	"    escalate:\n"
	"      - {above: 3, per: minute, severity: major}\n"
	"  hold.too-long:\n"
	"    title: Долгое удержание\n"
	"    source: «Старайтесь не заставлять ждать»\n"
	"    limit: {measure: hold, above: 60s, every: 30s}\n"
	"    escalate: [{times: 3, severity: major}]\n"
	"  script:\n"
	"    title: Сценарий\n"
	"    source: «Сценарии разговора»\n"
	"    status: trial\n"
	"    sequence:\n"
	"      report: missing\n"
	"      steps: [turn.start, {said: thanks, name: благодарность}]\n"
	"  draft:\n"
	"    title: Черновик\n"
	"    source: нет\n"
	"    status: draft\n"
	"    forbid: {said: unheard, by: bot}\n";

static void facts_of_a_rule(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct etq_rule_info *info = etq_ruleset_find(rules, SV("hold.no-thanks"));
	const struct rule *rule = rule_of(rules, "hold.no-thanks");

	assert_non_null(info);
	assert_sv_equal(info->topic, "hold");
	assert_sv_equal(info->title_ru, "Нет благодарности");
	assert_sv_equal(info->title_en, "No thanks");
	assert_sv_equal(info->source, "«Следует поблагодарить»");
	assert_sv_equal(info->say_instead, "Спасибо за ожидание!");
	assert_sv_equal(info->blind, "не видит улыбки");
	assert_sv_equal(info->file, "1.yaml");
	assert_sv_equal(info->form, "expect");
	assert_int_equal(info->line, 17);
	assert_int_equal(info->severity, ETQ_MAJOR);
	assert_int_equal(info->status, ETQ_ON);
	assert_int_equal(info->points, 10);
	assert_int_equal(info->violating, 2);
	assert_int_equal(info->complying, 1);
	assert_int_equal(rule->cooldown_ms, 30000);
	assert_int_equal(rule->max, 5);
	assert_true(rule->on_partial && rule->inferred && rule->inferred_severity_set);
	assert_int_equal(rule->inferred_severity, ETQ_INFO);
	assert_true(rule->inferred_points_set);
	assert_int_equal(rule->inferred_points, 2);
	assert_int_equal(rule->by, ETQ_AGENT);
	assert_int_equal(rule->when.holds, -1);
	assert_null(etq_ruleset_find(rules, SV("hold")));
	assert_null(etq_ruleset_rule(rules, etq_ruleset_count(rules)));
	assert_int_equal(etq_ruleset_count(rules), 6);
	/* One title stands for both languages. */
	info = etq_ruleset_find(rules, SV("swear"));
	assert_sv_equal(info->title_en, "Брань");
	assert_int_equal(info->points, 0);
	etq_ruleset_unref(rules);
}

static void forms(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct rule *rule = rule_of(rules, "hold.no-thanks");
	const struct signal *said = &rules->signals[rule->expect.said];
	const struct signal *anchor = &rules->signals[rule->expect.anchor];

	assert_int_equal(said->kind, SIGNAL_SAID);
	assert_int_equal(said->sides, AGENT);
	assert_int_equal(said->nsets, 2);
	assert_int_equal(anchor->event, EVENT_HOLD_END);
	assert_int_equal(anchor->sides, ALL);
	assert_false(rule->expect.before);
	assert_int_equal(rule->expect.within.turns, 2);
	assert_int_equal(rule->expect.within.ms, 15000);

	rule = rule_of(rules, "end.agent-first");
	assert_int_equal(rules->signals[rule->forbid.any[0].what].event, EVENT_CALL_END);
	assert_int_equal(rules->signals[rule->forbid.any[0].what].sides, AGENT);
	assert_int_equal(rule->forbid.any[0].within.ms, 60000);
	assert_int_not_equal(rule->forbid.any[0].after, NO_SIGNAL);
	assert_int_equal(rule->max, 1);
	assert_false(rule->forbid.above.set);

	rule = rule_of(rules, "swear");
	assert_int_equal(rules->signals[rule->forbid.any[0].what].sides, AGENT | CUSTOMER);
	assert_int_equal(rule->forbid.any[0].after, NO_SIGNAL);
	assert_int_equal(rule->forbid.each, EACH_HIT);
	assert_true(rule->forbid.above.set && !rule->forbid.above.below);
	assert_true(rule->forbid.above.value == 2.5);
	assert_int_equal(rule->forbid.above.rate, RATE_WORDS);
	assert_int_equal(rule->forbid.above.over_words, 50);
	assert_int_equal(rule->nescalations, 1);
	assert_int_equal(rule->escalations[0].bound.rate, RATE_MINUTE);
	assert_int_equal(rule->escalations[0].bound.over_ms, 0);
	assert_int_equal(rule->escalations[0].severity, ETQ_MAJOR);

	rule = rule_of(rules, "hold.too-long");
	assert_int_equal(rule->limit.n, 1);
	assert_int_equal(rule->limit.any[0].measure, MEASURE_HOLD);
	assert_true(rule->limit.any[0].bound.value == 60000 && rule->limit.every == 30000);
	assert_true(rule->escalations[0].times == 3 && rule->escalations[0].bound.value == 180000);

	rule = rule_of(rules, "script");
	assert_true(rule->sequence.missing);
	assert_int_equal(rule->sequence.n, 2);
	assert_int_equal(rule->info.status, ETQ_TRIAL);
	assert_sv_equal(rule->sequence.steps[1].name, "благодарность");
	etq_ruleset_unref(rules);
}

static void exceptions(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct rule *rule = rule_of(rules, "hold.no-thanks");
	const struct exception *e;

	assert_int_equal(rule->nunless, 4);
	e = &rule->unless[0].all[0];
	assert_int_equal(e->kind, EX_FIRED);
	assert_int_equal(e->fired, rule_number(rules, "end.agent-first"));
	assert_true(e->same_utterance);
	assert_sv_equal(rule->unless[0].text, "fired: end.agent-first, same: utterance");

	assert_sv_equal(
		rule->unless[1].text,
		"sequence: [{said: swearing, by: customer}, {not: {said: ack, by: customer}}, "
		"{said: wait, within: 30s, optional: true, name: предупреждение}, call.end]");
	assert_sv_equal(rule->unless[3].text, "limit: {measure: duration, below: 20s}");

	e = &rule->unless[1].all[0];
	assert_int_equal(e->kind, EX_SEQUENCE);
	assert_int_equal(e->sequence->n, 4);
	assert_true(e->sequence->steps[1].absent);
	assert_true(e->sequence->steps[2].optional);
	assert_int_equal(e->sequence->steps[2].within.ms, 30000);
	assert_int_equal(e->signal, NO_SIGNAL);
	assert_int_not_equal(e->sequence->slot, rule_of(rules, "script")->sequence.slot);
	assert_int_equal(rules->nsequences, 2);

	assert_int_equal(rule->unless[2].n, 2);
	e = &rule->unless[2].all[0];
	assert_int_equal(e->kind, EX_NOT_HEARD);
	assert_int_equal(e->within.words, 20);
	assert_int_equal(e->within.utterances, 3);
	e = &rule->unless[2].all[1];
	assert_int_equal(e->kind, EX_WHEN);
	assert_int_equal(e->when.directions, 1u << ETQ_INBOUND | 1u << ETQ_OUTBOUND);
	assert_int_equal(e->when.ended_by, AGENT | 1u << ETQ_SYSTEM);
	assert_int_equal(e->when.known, 1u << VALUE_CUSTOMER_NAME);
	assert_int_equal(e->when.unknown, 1u << VALUE_COMPANY);
	assert_int_equal(e->when.holds, 0);
	assert_sv_equal(e->when.queues[0], "sales");
	assert_sv_equal(e->when.langs[0], "ru");
	assert_sv_equal(e->when.agents[0], "a7");

	e = &rule->unless[3].all[0];
	assert_int_equal(e->kind, EX_LIMIT);
	assert_true(e->limit.any[0].bound.below && e->limit.any[0].bound.value == 20000);
	etq_ruleset_unref(rules);
}

static void long_exceptions_are_cut(void **state)
{
	struct etq_ruleset *rules = load_text(
		"engine: 1\n"
		"phrases: {a: [аб]}\n"
		"rules:\n"
		"  r:\n"
		"    title: T\n"
		"    source: S\n"
		"    forbid: {said: a}\n"
		"    unless:\n"
		"      - sequence:\n"
		"          - {said: a, name: первый шаг с длинным именем}\n"
		"          - {said: a, name: второй шаг с длинным именем}\n"
		"          - {said: a, name: третий шаг с длинным именем}\n"
		"          - {said: a, name: четвёртый шаг с длинным именем}\n");
	struct etq_str text = rule_of(rules, "r")->unless[0].text;

	assert_in_range(text.n, 190, 203);
	assert_memory_equal(text.p + text.n - 3, "…", 3);
	assert_true(sv_starts(text, SV("sequence: [{said: a, name: первый")));
	etq_ruleset_unref(rules);
}

static void phrases_know_where_they_were_written(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	size_t thanks = rules->sets[set_number(rules, "thanks")].first_pattern;

	assert_sv_equal(rules->written[thanks].text, "спасибо за ожидание");
	assert_sv_equal(rules->written[thanks + 1].text, "благодарю [вас]");
	assert_sv_equal(rules->written[thanks + 2].text, "\"спасибо\"");
	assert_sv_equal(rules->written[thanks + 2].file, "1.yaml");
	assert_int_equal(rules->written[thanks + 2].line, 11);
	etq_ruleset_unref(rules);
}

static bool has_use(const struct etq_ruleset *rules, uint16_t signal, enum role role,
		    const char *id)
{
	for (size_t i = 0; i < rules->signal_uses[signal].n; i++) {
		const struct use *use = &rules->signal_uses[signal].v[i];

		if (use->role == role && use->rule == rule_number(rules, id))
			return true;
	}
	return false;
}

static void uses(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct rule *no_thanks = rule_of(rules, "hold.no-thanks");
	const struct rule *first = rule_of(rules, "end.agent-first");
	const struct rule *script = rule_of(rules, "script");
	const struct sequence *seq = no_thanks->unless[1].all[0].sequence;
	size_t total = 0;

	assert_true(has_use(rules, no_thanks->expect.said, ROLE_EXPECT_SAID, "hold.no-thanks"));
	assert_true(has_use(rules, no_thanks->expect.anchor, ROLE_EXPECT_ANCHOR, "hold.no-thanks"));
	assert_true(has_use(rules, first->forbid.any[0].what, ROLE_FORBID, "end.agent-first"));
	assert_true(
		has_use(rules, first->forbid.any[0].after, ROLE_FORBID_AFTER, "end.agent-first"));
	assert_true(
		has_use(rules, no_thanks->unless[2].all[0].signal, ROLE_STATE, "hold.no-thanks"));
	/* `{said: thanks}` by the agent is one signal wherever it is written. */
	assert_int_equal(first->forbid.any[0].after, no_thanks->unless[2].all[0].signal);
	assert_int_equal(first->forbid.any[0].after, script->sequence.steps[1].signal);

	for (uint16_t i = 0; i < rules->nsignals; i++) {
		const struct uses *u = &rules->signal_uses[i];

		total += u->n;
		for (size_t k = 0; k < u->n; k++) {
			const struct use *use = &u->v[k];

			if (use->role != ROLE_STEP)
				continue;
			assert_true(use->sequence == seq || use->sequence == &script->sequence);
			assert_int_equal(use->sequence->steps[use->step].signal, i);
		}
	}
	/* Two of the expect, two of a forbid, one of the other, 4 + 2 steps, one exception, two settings. */
	assert_int_equal(total, 2 + 2 + 1 + 4 + 2 + 1 + 2);
	etq_ruleset_unref(rules);
}

static void drafts_are_listed_and_not_used(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct rule *draft = rule_of(rules, "draft");
	size_t unheard = set_number(rules, "unheard");

	assert_int_equal(draft->info.status, ETQ_DRAFT);
	assert_int_equal(draft->by, ETQ_BOT);
	assert_int_equal(rules->signal_uses[draft->forbid.any[0].what].n, 0);
	assert_int_equal(rules->set_signals[unheard].n, 0);
	assert_int_equal(rules->sets[unheard].npatterns, 0);
	etq_ruleset_unref(rules);
}

static void sets(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct phrase_set *swearing = &rules->sets[set_number(rules, "swearing")];
	const struct phrase_set *name = &rules->sets[set_number(rules, "name")];
	size_t thanks = set_number(rules, "thanks"), n = 0;

	assert_int_equal(swearing->sides, ANY);
	assert_int_equal(swearing->capture, -1);
	assert_int_equal(swearing->nexcept, 1);
	assert_int_equal(swearing->except[0], set_number(rules, "harmless"));
	assert_int_equal(name->capture, VALUE_AGENT_NAME);
	assert_int_equal(name->npatterns, 1);
	assert_int_equal(rules->sets[thanks].npatterns, 3);
	assert_int_equal(rules->set_signals[thanks].n, 2);
	for (size_t i = 0; i < rules->nsets; i++) {
		for (uint32_t p = 0; p < rules->sets[i].npatterns; p++)
			assert_int_equal(rules->pattern_set[rules->sets[i].first_pattern + p], i);
		n += rules->sets[i].npatterns;
	}
	assert_int_equal(n, matcher_count(rules->matcher));
	etq_ruleset_unref(rules);
}

static bool hears(const struct etq_ruleset *rules, const char *set, const char *text,
		  enum etq_side side)
{
	struct matcher_scratch *scratch = matcher_scratch_new(100000);
	struct hits hits = {0};
	struct fold fold = {0};
	bool heard = false;

	assert_non_null(scratch);
	assert_true(fold_text(&fold, sv_of(text)));
	assert_true(matcher_run(rules->matcher, scratch,
				&(struct matcher_text){.text = fold.text,
						       .len = fold.len,
						       .words = fold.words,
						       .nwords = fold.nwords},
				side, NULL, &hits));
	for (size_t i = 0; i < hits.n; i++)
		heard |= rules->pattern_set[hits.v[i].pattern] == set_number(rules, set);
	hits_free(&hits);
	fold_free(&fold);
	matcher_scratch_free(scratch);
	return heard;
}

/* Patterns listen only to those whose words some rule in use needs. */
static void patterns_listen_to_whom_they_must(void **state)
{
	struct etq_ruleset *rules = load_text(pack);

	assert_true(hears(rules, "thanks", "Спасибо за ожидание", ETQ_AGENT));
	assert_false(hears(rules, "thanks", "Спасибо за ожидание", ETQ_CUSTOMER));
	assert_true(hears(rules, "swearing", "ну блин", ETQ_CUSTOMER));
	assert_false(hears(rules, "swearing", "ну блин", ETQ_BOT));
	/* An exception listens to whom its set listens to; a capturing set to all it may. */
	assert_true(hears(rules, "harmless", "чёрт возьми как красиво", ETQ_CUSTOMER));
	assert_true(hears(rules, "name", "меня зовут Марина", ETQ_CUSTOMER));
	assert_false(hears(rules, "name", "меня зовут Марина", ETQ_UNKNOWN));
	assert_true(hears(rules, "ack", "угу", ETQ_BOT));
	/* In double quotes: no other forms. */
	assert_true(hears(rules, "thanks", "спасибо", ETQ_AGENT));
	etq_ruleset_unref(rules);
}

static void settings(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct settings *s = &rules->settings;

	assert_int_equal(s->wait_ms, 6000);
	assert_int_equal(s->overlap_ms, 500);
	assert_int_equal(s->speech_ms, 1000);
	assert_int_equal(rules->signals[s->wait_announce].sides, AGENT);
	assert_int_equal(rules->signals[s->acknowledge].sides, ANY);
	assert_int_equal(rules->company.n, 2);
	assert_true(rules->company.v[0].all_words);
	assert_int_equal(rules->company.v[0].nwords, 2);
	assert_int_equal(rules->company.v[1].nwords, 1);
	etq_ruleset_unref(rules);

	rules = load_text(
		"engine: 1\nrules:\n  a.b: {title: T, source: S, forbid: {event: hold.start}}\n");
	assert_int_equal(rules->settings.wait_ms, 8000);
	assert_int_equal(rules->settings.overlap_ms, 300);
	assert_int_equal(rules->settings.wait_announce, NO_SIGNAL);
	assert_int_equal(rules->settings.acknowledge, NO_SIGNAL);
	assert_sv_equal(rules->rules[0].info.topic, "a");
	assert_int_equal(rules->company.n, 0);
	etq_ruleset_unref(rules);
}

static void examples(void **state)
{
	struct etq_ruleset *rules = load_text(pack);
	const struct etq_example *e = etq_ruleset_example(rules, 0);

	assert_int_equal(etq_ruleset_examples(rules), 3);
	assert_null(etq_ruleset_example(rules, 3));
	assert_sv_equal(e->rule, "hold.no-thanks");
	assert_sv_equal(e->text, "[hold 40s]\nagent: Итак");
	assert_true(e->violates);
	assert_int_equal(e->times, -1);
	assert_null(e->words.p);
	assert_sv_equal(e->file, "1.yaml");
	assert_int_equal(e->line, 42);
	e = etq_ruleset_example(rules, 1);
	assert_false(e->violates);
	assert_int_equal(e->line, 45);
	e = etq_ruleset_example(rules, 2);
	assert_int_equal(e->times, 2);
	assert_sv_equal(e->words, "Итак");
	etq_ruleset_unref(rules);
}

/* Rules come after those that they ask about, and else stay as they are written. */
static void order(void **state)
{
	static const char *const text =
		"engine: 1\n"
		"rules:\n"
		"  a: {title: T, source: S, forbid: {event: hold.start}}\n"
		"  b: {title: T, source: S, forbid: {event: hold.start}, unless: [{fired: d}, {fired: c}]}\n"
		"  c: {title: T, source: S, forbid: {event: hold.start}, unless: [{fired: d, when: {lang: ru}}]}\n"
		"  d: {title: T, source: S, forbid: {event: hold.start}}\n"
		"  e: {title: T, source: S, forbid: {event: hold.start}}\n";
	static const char *const sorted[] = {"a", "d", "c", "b", "e"};
	struct etq_ruleset *rules = load_text(text);
	const struct uses *uses;

	assert_int_equal(rules->nrules, COUNT(sorted));
	for (size_t i = 0; i < COUNT(sorted); i++)
		assert_sv_equal(rules->rules[i].info.id, sorted[i]);
	assert_int_equal(rules->rules[3].unless[0].all[0].fired, 1);
	assert_int_equal(rules->rules[3].unless[1].all[0].fired, 2);
	assert_int_equal(rules->rules[2].unless[0].all[0].fired, 1);
	uses = &rules->signal_uses[rules->rules[0].forbid.any[0].what];
	assert_int_equal(uses->n, COUNT(sorted));
	for (size_t i = 0; i < uses->n; i++)
		assert_int_equal(uses->v[i].rule, i);
	etq_ruleset_unref(rules);
}

static void sides(void **state)
{
	static const char *const text =
		"engine: 1\n"
		"phrases: {x: {say: [привет], by: [any, unknown]}}\n"
		"rules:\n"
		"  a: {title: T, source: S, forbid: {event: turn.start}}\n"
		"  b: {title: T, source: S, forbid: {event: interruption, by: customer}}\n"
		"  c: {title: T, source: S, expect: {said: x, by: any, before: call.end}}\n"
		"  d: {title: T, source: S, forbid: {said: x, by: [unknown, customer]}}\n"
		"  e: {title: T, source: S, limit: {measure: monologue, by: customer, above: 100}}\n"
		"  f: {title: T, source: S, forbid: {event: silence, above: 10s}}\n"
		"  g: {title: T, source: S, forbid: {event: call.end, by: [any, system]}}\n"
		"  h: {title: T, source: S, expect: {said: x, by: customer, after: answer}}\n";
	struct etq_ruleset *rules = load_text(text);

	assert_int_equal(rules->signals[rule_of(rules, "a")->forbid.any[0].what].sides, AGENT);
	assert_int_equal(rules->signals[rule_of(rules, "b")->forbid.any[0].what].sides, CUSTOMER);
	assert_int_equal(rule_of(rules, "b")->by, ETQ_CUSTOMER);
	assert_int_equal(rules->signals[rule_of(rules, "c")->expect.said].sides, ANY);
	assert_int_equal(rules->signals[rule_of(rules, "c")->expect.anchor].sides, ALL);
	assert_int_equal(rule_of(rules, "c")->by, ETQ_AGENT);
	assert_int_equal(rules->signals[rule_of(rules, "d")->forbid.any[0].what].sides,
			 CUSTOMER | 1u << ETQ_UNKNOWN);
	assert_int_equal(rule_of(rules, "e")->by, ETQ_CUSTOMER);
	assert_int_equal(rules->signals[rule_of(rules, "f")->forbid.any[0].what].above_ms, 10000);
	assert_false(rule_of(rules, "f")->forbid.above.set);
	assert_int_equal(rules->signals[rule_of(rules, "g")->forbid.any[0].what].sides,
			 ANY | 1u << ETQ_SYSTEM);
	assert_int_equal(rules->signals[rule_of(rules, "h")->expect.anchor].event,
			 EVENT_CALL_START);
	assert_int_equal(rule_of(rules, "h")->by, ETQ_CUSTOMER);
	etq_ruleset_unref(rules);
}

static void version_is_of_the_texts(void **state)
{
	static const char *const other =
		"engine: 1\nrules:\n  a: {title: T, source: S, forbid: {event: hold.end}}\n";
	const char *const two[] = {pack, other};
	struct etq_ruleset *a = load_text(pack), *b = load_text(pack), *c = load_files(two, 2);

	assert_non_null(c);
	assert_int_equal(strlen(etq_ruleset_version(a)), 16);
	assert_string_equal(etq_ruleset_version(a), etq_ruleset_version(b));
	assert_string_not_equal(etq_ruleset_version(a), etq_ruleset_version(c));
	assert_ptr_equal(etq_ruleset_ref(a), a);
	etq_ruleset_unref(a);
	assert_int_equal(etq_ruleset_count(a), 6);
	etq_ruleset_unref(a);
	etq_ruleset_unref(b);
	etq_ruleset_unref(c);
	etq_ruleset_unref(NULL);
}

static void measures_have_their_facts(void **state)
{
	for (int i = 0; i < MEASURES; i++) {
		const struct measure_info *info = &measure_infos[i];
		char text[300];
		struct etq_ruleset *rules;

		assert_non_null(info->name);
		assert_non_null(info->help);
		snprintf(
			text, sizeof(text),
			"engine: 1\nrules:\n  a: {title: T, source: S, limit: {measure: %s, above: %s%s}}\n",
			info->name, info->ms ? "60s" : "3", info->by ? ", by: customer" : "");
		rules = load_text(text);
		assert_int_equal(rules->rules[0].limit.any[0].measure, i);
		etq_ruleset_unref(rules);
	}
}

/* Long and many: nothing is cut silently, nothing takes long. */
static void too_large_a_file(void **state)
{
	size_t n = 1024 * 1024 + 1;
	char *text = malloc(n);
	struct etq_source source = {"large.yaml", {text, n}};
	struct etq_diags diags = {0};

	assert_non_null(text);
	memset(text, '#', n);
	assert_null(etq_ruleset_load(&source, 1, &diags));
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.v[0].message, "the file is larger than 1 MiB: split it by topic");
	etq_diags_free(&diags);
	source.text.n--;
	assert_null(etq_ruleset_load(&source, 1, &diags));
	assert_string_equal(diags.v[0].message, "the file is empty: it begins with `engine: 1`");
	etq_diags_free(&diags);
	free(text);
}

static void many_errors_end(void **state)
{
	enum { KEYS = 3000, SIZE = KEYS * 16 };
	char *text = malloc(SIZE);
	struct etq_source source = {"many.yaml", {text, 0}};
	struct etq_diags diags = {0};

	assert_non_null(text);
	source.text.n = (size_t)snprintf(text, SIZE, "engine: 1\n");
	for (int i = 0; i < KEYS; i++)
		source.text.n += (size_t)snprintf(text + source.text.n, SIZE - source.text.n,
						  "key-%04d: 1\n", i);
	assert_null(etq_ruleset_load(&source, 1, &diags));
	assert_int_equal(diags.errors, KEYS);
	assert_int_equal(diags.n, 501);
	assert_string_equal(diags.v[500].message, "and 2500 more");
	etq_diags_free(&diags);
	free(text);
}

static void load_for_oom(void *data)
{
	struct etq_source source = {"1.yaml", sv_of(data)};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(&source, 1, &diags);

	assert_true(rules || diags.errors > 0);
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
}

static void every_allocation_may_fail(void **state)
{
	static const char *const wrong =
		"engine: 1\nphrases: {a: [b, '(c'], d: 5}\nrules: {a: {x: 1}}\n";

	assert_true(oom_each(load_for_oom, (void *)(uintptr_t)pack) > 10);
	assert_true(oom_each(load_for_oom, (void *)(uintptr_t)wrong) > 10);
}

static void no_files(void **state)
{
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = etq_ruleset_load(NULL, 0, &diags);

	assert_non_null(rules);
	assert_int_equal(etq_ruleset_count(rules), 0);
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_of_a_rule),
		cmocka_unit_test(forms),
		cmocka_unit_test(exceptions),
		cmocka_unit_test(long_exceptions_are_cut),
		cmocka_unit_test(phrases_know_where_they_were_written),
		cmocka_unit_test(uses),
		cmocka_unit_test(drafts_are_listed_and_not_used),
		cmocka_unit_test(sets),
		cmocka_unit_test(patterns_listen_to_whom_they_must),
		cmocka_unit_test(settings),
		cmocka_unit_test(examples),
		cmocka_unit_test(order),
		cmocka_unit_test(sides),
		cmocka_unit_test(version_is_of_the_texts),
		cmocka_unit_test(measures_have_their_facts),
		cmocka_unit_test(too_large_a_file),
		cmocka_unit_test(many_errors_end),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(no_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
