/* A site's files over a pack. */
#include "rules_fixture.h"

static const char *const pack =
	"engine: 1\n"
	"interruption: {overlap: 300ms, speech: 1s}\n"
	"values: {company: Северный склад}\n"
	"phrases:\n"
	"  thanks: [спасибо за ожидание]\n"
	"  filler: {say: [короче, типа], except: [thanks], by: any}\n"
	"rules:\n"
	"  hold.too-long:\n"
	"    title: {ru: Долгое удержание, en: Hold too long}\n"
	"    source: «Старайтесь не заставлять ждать»\n"
	"    severity: minor\n"
	"    limit: {measure: hold, above: 60s, every: 60s}\n"
	"    escalate: [{above: 3m, severity: major}]\n"
	"    unless: [{said: thanks}, {event: hold.start}]\n"
	"    max: 3\n"
	"  speech.filler:\n"
	"    title: Слова-паразиты\n"
	"    source: «Всё это слова-паразиты»\n"
	"    forbid: {said: filler, above: 4, per: 100 words, over: 50 words}\n"
	"  hold.no-thanks:\n"
	"    title: Нет благодарности\n"
	"    source: «Следует поблагодарить»\n"
	"    expect: {said: thanks, after: hold.end, within: {turns: 2, seconds: 15}}\n";

static struct etq_ruleset *load_site(const char *site)
{
	char text[2000];
	const char *texts[] = {pack, text};
	struct etq_ruleset *rules;

	snprintf(text, sizeof(text), "engine: 1\nextends: ru\n%s", site);
	rules = load_files(texts, 2);
	assert_non_null(rules);
	return rules;
}

static void switched_off(void **state)
{
	struct etq_ruleset *rules =
		load_site("rules: {speech.filler: off, hold.no-thanks: trial}\n");
	const struct rule *rule = rule_of(rules, "speech.filler");

	assert_int_equal(rule->info.status, ETQ_OFF);
	assert_int_equal(rules->signal_uses[rule->forbid.any[0].what].n, 0);
	assert_int_equal(rules->sets[set_number(rules, "filler")].npatterns, 0);
	assert_int_equal(rule_of(rules, "hold.no-thanks")->info.status, ETQ_TRIAL);
	assert_int_equal(rules->nrules, 3);
	etq_ruleset_unref(rules);
}

static void lists_are_added_to(void **state)
{
	const char *texts[] = {
		"engine: 1\nvalues: {names: [[Анна, Аня], Игорь], company: [Склад]}\n"
		"phrases: {thanks: [спасибо]}\n"
		"rules:\n  a.b: {title: T, source: S, forbid: {said: thanks}}\n",
		"engine: 1\nextends: ru\n"
		"values: {names: {add: [Зульфия]}, company: {add: [База]}}\n"};
	struct etq_ruleset *rules = load_files(texts, 2);

	assert_non_null(rules);
	assert_true(first_names_has(rules->first_names, SV("аня")));
	assert_true(first_names_has(rules->first_names, SV("зульфия")));
	assert_int_equal(rules->company.n, 2);
	etq_ruleset_unref(rules);
}

static void keys_are_laid_over(void **state)
{
	struct etq_ruleset *rules = load_site("rules:\n"
					      "  hold.too-long:\n"
					      "    title: {en: Too long a hold}\n"
					      "    severity: info\n"
					      "    limit: {above: 90s}\n"
					      "    unless: []\n"
					      "    once: true\n"
					      "  hold.no-thanks:\n"
					      "    expect: {within: {turns: 3}}\n");
	const struct rule *rule = rule_of(rules, "hold.too-long");

	assert_sv_equal(rule->info.title_ru, "Долгое удержание");
	assert_sv_equal(rule->info.title_en, "Too long a hold");
	assert_sv_equal(rule->info.file, "1.yaml");
	assert_int_equal(rule->info.severity, ETQ_INFO);
	assert_true(rule->limit.any[0].bound.value == 90000 && rule->limit.every == 60000);
	assert_int_equal(rule->nunless, 0);
	assert_int_equal(rule->nescalations, 1);
	assert_int_equal(rule->max, 1);
	rule = rule_of(rules, "hold.no-thanks");
	assert_int_equal(rule->expect.within.turns, 3);
	assert_int_equal(rule->expect.within.ms, 15000);
	etq_ruleset_unref(rules);
}

static void what_excludes_replaces(void **state)
{
	struct etq_ruleset *rules = load_site(
		"rules:\n"
		"  hold.too-long: {forbid: {event: hold.start}, escalate: ~, max: ~}\n"
		"  speech.filler: {forbid: {event: call.end, above: ~, per: ~, over: ~}}\n"
		"  hold.no-thanks: {expect: {before: call.end, within: ~}}\n");
	const struct rule *rule = rule_of(rules, "hold.too-long");

	assert_int_equal(rule->form, FORM_FORBID);
	assert_sv_equal(rule->info.form, "forbid");
	assert_int_equal(rule->nescalations, 0);
	assert_int_equal(rule->max, 0);
	rule = rule_of(rules, "speech.filler");
	assert_int_equal(rules->signals[rule->forbid.any[0].what].kind, SIGNAL_EVENT);
	assert_false(rule->forbid.above.set);
	rule = rule_of(rules, "hold.no-thanks");
	assert_true(rule->expect.before);
	assert_int_equal(rule->expect.within.ms + rule->expect.within.turns, 0);
	etq_ruleset_unref(rules);
}

static void sets_are_replaced_and_added_to(void **state)
{
	struct etq_ruleset *rules = load_site(
		"phrases:\n"
		"  thanks: {add: [благодарю за терпение, спасибо что подождали]}\n"
		"  filler: {say: [собственно], except: {add: own}}\n"
		"  own: [собственно говоря]\n");
	const struct phrase_set *filler = &rules->sets[set_number(rules, "filler")];

	assert_int_equal(rules->sets[set_number(rules, "thanks")].npatterns, 3);
	assert_int_equal(filler->npatterns, 1);
	assert_int_equal(filler->nexcept, 2);
	assert_int_equal(filler->sides, 1u << ETQ_AGENT | 1u << ETQ_CUSTOMER | 1u << ETQ_BOT);
	assert_int_equal(rules->sets[set_number(rules, "own")].npatterns, 1);
	etq_ruleset_unref(rules);

	rules = load_site("phrases: {filler: [собственно, значит, как бы]}\n");
	filler = &rules->sets[set_number(rules, "filler")];
	assert_int_equal(filler->npatterns, 3);
	assert_int_equal(filler->nexcept, 0);
	etq_ruleset_unref(rules);
}

static void settings_and_new_rules(void **state)
{
	struct etq_ruleset *rules = load_site(
		"topic: own\n"
		"interruption: {speech: 2s}\n"
		"values: {company: [Юг, Юг и Ко]}\n"
		"rules:\n"
		"  close.thanks: {title: T, forbid: {event: hold.end}}\n");

	assert_int_equal(rules->settings.overlap_ms, 300);
	assert_int_equal(rules->settings.speech_ms, 2000);
	assert_int_equal(rules->company.n, 2);
	assert_sv_equal(rule_of(rules, "close.thanks")->info.topic, "own");
	assert_sv_equal(rule_of(rules, "hold.no-thanks")->info.topic, "hold");
	assert_sv_equal(rule_of(rules, "close.thanks")->info.file, "2.yaml");
	assert_int_equal(rules->nrules, 4);
	etq_ruleset_unref(rules);
}

/* Layers in the order of their files, whatever stands before what. */
static void three_layers(void **state)
{
	static const char *const texts[] = {
		"engine: 1\nextends: ru\nrules: {hold.too-long: {limit: {above: 90s}, severity: info}}\n",
		NULL,
		"engine: 1\nextends: site.yaml\nrules: {hold.too-long: {limit: {above: 2m}}, speech.filler: off}\n",
	};
	const char *files[] = {texts[0], pack, texts[2]};
	struct etq_ruleset *rules = load_files(files, 3);
	const struct rule *rule;

	assert_non_null(rules);
	rule = rule_of(rules, "hold.too-long");
	assert_true(rule->limit.any[0].bound.value == 120000);
	assert_int_equal(rule->info.severity, ETQ_INFO);
	assert_int_equal(rule_of(rules, "speech.filler")->info.status, ETQ_OFF);
	etq_ruleset_unref(rules);
}

/*
 * What a site adds to shared phrases all have that are like them; what it adds to one of those only that one;
 * what it says in place of one is all of it.
 */
static void shared_phrases_are_added_to(void **state)
{
	static const char *const texts[] = {
		"engine: 1\n"
		"phrases:\n"
		"  asking: [назовите <it>, какой <it>]\n"
		"  more: [{regex: '(?<it>и) еще'}]\n"
		"  phone: {like: asking, it: phone.word}\n"
		"  city: {like: [asking, more], it: city.word, say: [откуда вы]}\n"
		"  phone.word: [телефон, номер]\n"
		"  city.word: [город]\n"
		"  again: {like: more}\n"
		"rules:\n  a.b: {title: T, source: S, forbid: {said: [phone, city, again]}}\n",
		"engine: 1\nextends: ru\n"
		"phrases:\n"
		"  asking: {add: [подскажите <it>]}\n"
		"  phone: {add: [куда вам звонить], like: {add: more}}\n"
		"  city: {say: [из каких вы мест, какой <it>]}\n"};
	struct etq_ruleset *alone = load_files(texts, 1);
	struct etq_ruleset *both = load_files(texts, 2);

	assert_non_null(alone);
	assert_non_null(both);
	assert_int_equal(alone->sets[set_number(alone, "phone")].npatterns, 2);
	assert_int_equal(alone->sets[set_number(alone, "city")].npatterns, 4);
	assert_int_equal(alone->sets[set_number(alone, "asking")].npatterns, 0);
	assert_int_equal(both->sets[set_number(both, "phone")].npatterns, 5);
	assert_int_equal(both->sets[set_number(both, "city")].npatterns, 2);
	etq_ruleset_unref(alone);
	etq_ruleset_unref(both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(switched_off),
		cmocka_unit_test(lists_are_added_to),
		cmocka_unit_test(keys_are_laid_over),
		cmocka_unit_test(what_excludes_replaces),
		cmocka_unit_test(sets_are_replaced_and_added_to),
		cmocka_unit_test(shared_phrases_are_added_to),
		cmocka_unit_test(settings_and_new_rules),
		cmocka_unit_test(three_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
