#include "match/matcher.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "match/matcher_private.h"
#include "match_run.h"
#include "oom.h"
#include "test.h"

static const char *const phrases[] = {
	"спасибо за ожидание",
	"спасибо",
	"(спасибо|благодарю) ..3 (ожидание|звонок)",
	"regex: (?:э )+э",
	"^алло",
	"не знаю$",
	"минуту [пожалуйста]",
	"я",
	"{company}",
	"это {agent.name}",
	"regex: \\d+",
	"чем [то] (могу|можем) [вам] помочь",
	"могу",
	"ждать",
	"([ну] [вот]) да",
	"слов*",
};

static struct matcher *make_matcher(const char *const *texts, size_t n)
{
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m;

	for (size_t i = 0; i < n; i++) {
		struct phrase_spec spec = {.text = sv_of(texts[i]), .sides = ~0u};
		struct phrase_err err;

		if (!matcher_add(b, &spec, &err))
			fail_msg("%s: %s", texts[i], err.message);
	}
	m = matcher_build(b);
	assert_non_null(m);
	assert_int_equal(matcher_count(m), n);
	matcher_builder_free(b);
	return m;
}

static void hits_come_by_pattern_and_place(void **state)
{
	struct matcher *m = make_matcher(phrases, COUNT(phrases));
	struct turn t;
	char out[1000];

	turn_make(&t, "Алло, спасибо за ожидание, э э э минуту|спасибо ещё раз за звонок, не знаю");
	assert_string_equal(hits_text(m, &t, NULL, out, sizeof(out)),
			    "0:спасибо за ожидание; 1:спасибо; 1:спасибо; 2:спасибо за ожидание; "
			    "2:спасибо еще раз за звонок; 3:э э э; 4:алло; 5:не знаю; 6:минуту");
	turn_free(&t);
	turn_make(&t, "");
	assert_string_equal(hits_text(m, &t, NULL, out, sizeof(out)), "");
	turn_free(&t);
	matcher_free(m);
	matcher_free(NULL);
	/* Without any phrase, too. */
	m = make_matcher(NULL, 0);
	turn_make(&t, "спасибо");
	assert_string_equal(hits_text(m, &t, NULL, out, sizeof(out)), "");
	turn_free(&t);
	matcher_free(m);
}

static void old_words_are_context(void **state)
{
	static const struct {
		const char *lines;
		size_t new_word;
		const char *hits;
	} cases[] = {
		{"спасибо|за звонок", 0, "спасибо|за звонок"},
		{"спасибо|за звонок", 1, "спасибо|за звонок"},
		{"спасибо|за звонок", 2, "спасибо|за звонок"},
		{"спасибо|за звонок", 3, ""},
		{"спасибо за звонок|да", 3, ""},
		{"спасибо за звонок|спасибо за звонок", 3, "спасибо за звонок"},
		{"спасибо за звонок|спасибо за|звонок", 5, "спасибо за|звонок"},
	};
	static const char *const phrase = "спасибо за звонок";
	struct matcher *m = make_matcher(&phrase, 1);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct turn t;
		char out[200];

		turn_make(&t, cases[i].lines);
		t.view.new_word = cases[i].new_word;
		assert_string_equal(hits_text(m, &t, NULL, out, sizeof(out)), cases[i].hits);
		turn_free(&t);
	}
	matcher_free(m);
}

static void sides(void **state)
{
	struct matcher_builder *b = matcher_builder_new();
	struct phrase_spec spec = {.text = SV("да"), .sides = 1u << ETQ_CUSTOMER};
	struct matcher_scratch *s = matcher_scratch_new(1000);
	struct phrase_err err;
	struct hits hits = {0};
	struct matcher *m;
	struct turn t;

	assert_true(matcher_add(b, &spec, &err));
	spec.sides = 1u << ETQ_AGENT | 1u << ETQ_BOT;
	assert_true(matcher_add(b, &spec, &err));
	m = matcher_build(b);
	matcher_builder_free(b);
	turn_make(&t, "да");
	for (int side = 0; side < ETQ_SIDES; side++) {
		assert_true(matcher_run(m, s, &t.view, (enum etq_side)side, NULL, &hits));
		assert_int_equal(hits.n,
				 side == ETQ_CUSTOMER || side == ETQ_AGENT || side == ETQ_BOT);
		if (hits.n > 0)
			assert_int_equal(hits.v[0].pattern, side != ETQ_CUSTOMER);
	}
	turn_free(&t);
	hits_free(&hits);
	matcher_scratch_free(s);
	matcher_scratch_free(NULL);
	matcher_free(m);
}

/* A builder that failed on one phrase goes on with the next as if nothing had been. */
static void a_wrong_phrase_adds_nothing(void **state)
{
	struct matcher_builder *b = matcher_builder_new();
	struct phrase_spec spec = {.text = SV("(да"), .sides = ~0u};
	struct phrase_err err;
	struct matcher *m;

	assert_false(matcher_add(b, &spec, &err));
	spec.text = SV("да");
	assert_true(matcher_add(b, &spec, &err));
	spec.text = SV("regex: д[");
	assert_false(matcher_add(b, &spec, &err));
	m = matcher_build(b);
	assert_int_equal(matcher_count(m), 1);
	matcher_builder_free(b);
	matcher_free(m);
}

static void spans_and_what_always_runs(void **state)
{
	static const struct {
		const char *phrase;
		size_t span;
		bool always, capture;
	} cases[] = {
		{"спасибо за ожидание", 3, false, false},
		{"спасибо [вам] ..3 ожидание", 6, false, false},
		{"(да|нет нет|ну [же] [и])", 3, false, false},
		{"чем-то", 2, false, false},
		{"{company}", 4, false, false},
		{"это {company}", 5, false, false},
		{"это {company}", 5, false, true},
		{"это {agent.name}", 2, false, true},
		{"^{customer.name}$", 1, true, true},
		{"(я|{company})", 4, false, false},
		{"regex: спасибо", 0, false, false},
		{"regex: (да|нет)", 0, false, false},
		{"regex: да|нет", 0, false, false},
		{"regex: [дн]а", 0, false, false},
		{"regex: \\w+очк[ау]", 0, false, false},
		{"regex: \\bн+у{3,}\\b", 0, false, false},
		{"regex: \\d+", 0, true, false},
		{"regex: (да|\\d)", 0, true, false},
		{"regex: да|\\d", 0, true, false},
		{"regex: (да)?[ну]", 0, false, false},
		{"regex: (да)?[ну\\d]", 0, true, false},
		{"regex: (да){0,2}\\d", 0, true, false},
		{"regex: д?\\d", 0, true, false},
		{"regex: д*\\d", 0, true, false},
		{"regex: (?!да)\\w", 0, true, false},
		{"regex: (?=да)\\w", 0, true, false},
		{"regex: (?i)да", 0, true, false},
		{"regex: [[:alpha:]да]", 0, true, false},
		{"regex: [^]да]", 0, true, false},
		{"regex: \\x{434}\\p{L}", 0, true, false},
		{"regex: (?<x>да)\\k<x>", 0, true, false},
		{"regex: (?<![^\\s])\\S+(?![^\\s])", 0, true, false},
		{"regex: (?:да|)\\d", 0, true, false},
		{"regex: [дн]{1,2}\\d", 0, false, false},
		{"regex: (?:[а-я]|я\\s)\\d", 0, true, false},
	};
	int wrong = 0;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct phrase_spec spec = {
			.text = sv_of(cases[i].phrase), .capture = cases[i].capture, .sides = ~0u};
		struct matcher *m = matcher_of(&spec);

		if (matcher_span(m, 0) != cases[i].span ||
		    matcher_always_runs(m, 0) != cases[i].always) {
			print_error("%s: %zu, %d\n", cases[i].phrase, matcher_span(m, 0),
				    matcher_always_runs(m, 0));
			wrong++;
		}
		matcher_free(m);
	}
	assert_int_equal(wrong, 0);
}

/* The prefilter must lose nothing: the same hits as with all patterns run on everything. */
static void prefilter_loses_nothing(void **state)
{
	static const char *const regexes[] = {
		"regex: спасибо",
		"regex: (да|нет)\\b",
		"regex: на?ну",
		"regex: ня+м?",
		"regex: а{2}б",
		"regex: (?:да ){2}",
		"regex: д(?:а|о)м",
		"regex: (а|б)(в|г)",
		"regex: x?да|нет ну",
		"regex: (ну )+да",
		"regex: \\bда\\b.*нет",
		"regex: \\[а\\]",
		"regex: а\\*\\*",
		"regex: (?>да|нет)а?",
		"regex: (?:(?:да)+|ну)",
		"regex: дааа?м",
		"regex: [да]ну\\s",
		"regex: а(?#да)б",
		"regex: (?|да|(нет))",
		"regex: н(у|)да",
		"regex: да\\.?",
		"regex: \\Qда\\E",
		"regex: д\\Kа",
		"regex: (?=ну)н",
		"regex: ам\\b да",
		"regex: длинноепредлинноеслово?",
		"regex: а\\nб",
		"regex: а б",
		/* bounds of words, classes and groups within a literal, what may be left out of one */
		"regex: (?<![^\\s])да(?![^\\s])",
		"regex: (?<!\\S)д[ао]м?(?!\\S)",
		"regex: (?<![^\\s])(?:да|ну|я)\\s(?:нет|вот|это)(?![^\\s])",
		"regex: (?:нет|да)\\s+(?:вам|ам)",
		"regex: ^(?:да|ну)(?:\\sвот)?\\sнет",
		"regex: [дн][ау](?:\\s|$)[бвг]?",
		"regex: (?:на|до)?м[бв]?\\sда",
		"regex: (?<![^\\s])а{1,}м{0,2}(?![^\\s])",
		"regex: (?<![^\\s])(?:да(?![^\\s])|ну)\\sнет",
		"regex: (?:|да|ну) вот$",
		"regex: (?:а|б|в|г|д|е|ж|з|и|к|л|м|н|о|п|р|с|т|у|ф|х|ц|ч|ш|э|ю|я|да|ну|на|ам|аб) (?:да|нет)",
		"regex: длинноепредлин(?:но|ое)еслово[^я]?",
		"regex: (?:длинноепредлинноеслово|да) ну",
		"regex: с[кл][лао][адв][ао]?",
		"regex: \\s\\s?да",
	};
	static const char *const bits[] = {
		"спасибо",    "за",    "ожидание", "благодарю", "звонок",
		"э",          "алло",  "не",       "знаю",      "минуту",
		"пожалуйста", "я",     "склад",    "северный",  "это",
		"анна",       "12",    "чем",      "то",        "могу",
		"можем",      "вам",   "помочь",   "жду",       "ждите",
		"ну",         "вот",   "да",       "слово",     "слова",
		"нет",        "няяям", "дом",      "дам",       "аав",
		"бг",         "[а]",   "а**",      "да.",       "б",
		"а",          "ам",    "аба",      "нуда",      "длинноепредлинноеслово",
		"дааам",
	};
	const char *all[COUNT(phrases) + COUNT(regexes)];
	struct matcher *m, *open;
	struct value agent, company;
	struct matcher_values values = {.v = {&agent, NULL, &company}, .n = {1, 0, 1}};
	uint32_t random = 7;
	size_t found = 0;

	memcpy(all, phrases, sizeof(phrases));
	memcpy(all + COUNT(phrases), regexes, sizeof(regexes));
	value_make(&agent, VALUE_AGENT_NAME, SV("Анна"));
	value_make(&company, VALUE_COMPANY, SV("Северный склад"));
	m = make_matcher(all, COUNT(all));
	open = make_matcher(all, COUNT(all));
	memset(open->sieve->start, 0xff, NEEDS * open->sieve->nbits * sizeof(*open->sieve->start));
	open->sieve->start[open->sieve->nbits - 1] &= ~0ull >> (64 * open->sieve->nbits - open->n);
	for (int round = 0; round < 3000; round++) {
		char line[2000] = "", want[4000], got[4000];
		struct turn t;

		for (int k = 0; k < 12; k++) {
			random = random * 1664525 + 1013904223;
			strcat(line, bits[(random >> 8) % COUNT(bits)]);
			strcat(line, random >> 30 ? " " : "|");
		}
		turn_make(&t, line);
		hits_text(open, &t, &values, want, sizeof(want));
		hits_text(m, &t, &values, got, sizeof(got));
		if (strcmp(want, got) != 0)
			fail_msg("«%s»: «%s», wanted «%s»", line, got, want);
		found += strlen(want) > 0;
		turn_free(&t);
	}
	assert_true(found > 2500);
	matcher_free(m);
	matcher_free(open);
}

/* The third outcome: not a match, not "no match", and soon. */
/* Many patterns need the same letters: each is tried, and no other is hit. */
static void many_need_the_same(void **state)
{
	enum { MANY = 300, ROOM = 64 };
	static const char *const forms[][2] = {
		{"слово ", ""},
		{"(слово|дело) ", ""},
		{"regex: (?<![^\\s])слово ", "(?![^\\s])"},
	};
	static char texts[MANY][ROOM];
	const char *list[MANY];
	struct matcher *m;

	for (int i = 0; i < MANY; i++) {
		snprintf(texts[i], ROOM, "%s%d%s", forms[i % 3][0], i, forms[i % 3][1]);
		list[i] = texts[i];
	}
	m = make_matcher(list, MANY);
	for (int i = 0; i < MANY; i++) {
		char line[ROOM], expected[2 * ROOM], out[1000];
		struct turn t;

		snprintf(line, sizeof(line), "слово %d", i);
		snprintf(expected, sizeof(expected), "%d:слово %d", i, i);
		turn_make(&t, line);
		assert_string_equal(hits_text(m, &t, NULL, out, sizeof(out)), expected);
		turn_free(&t);
	}
	matcher_free(m);
}

static void hopeless_patterns_give_up(void **state)
{
	static const char *const texts[] = {
		"regex: (?:а+)+$\\b!",
		"regex: (а|аа)+б",
		"regex: (?:\\w+\\s?)+\\d{9}",
		"а",
	};
	struct matcher *m = make_matcher(texts, COUNT(texts));
	struct matcher_scratch *s = matcher_scratch_new(100000);
	struct hits hits = {0};
	struct turn t;
	char line[201];

	for (size_t i = 0; i + 2 < sizeof(line); i += 2)
		memcpy(line + i, "а", 3);
	turn_make(&t, line);
	for (int interpreted = 0; interpreted < 2; interpreted++) {
		m->interpret = interpreted;
		assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
		assert_true(hits.gave_up >= 1);
		assert_int_equal(hits.n, 0);
	}
	turn_free(&t);
	/* It is told of each text anew. */
	turn_make(&t, "а");
	assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
	assert_int_equal(hits.gave_up, 0);
	assert_int_equal(hits.n, 1);
	turn_free(&t);
	hits_free(&hits);
	matcher_scratch_free(s);
	matcher_free(m);
}

/* Where memory may not be executable PCRE2 interprets: slower, and equal. */
static void interpreted_is_equal(void **state)
{
	struct matcher *m = make_matcher(phrases, COUNT(phrases));
	struct value company;
	struct matcher_values values = {.v = {NULL, NULL, &company}, .n = {0, 0, 1}};
	struct turn t;
	char jit[1000], plain[1000];

	value_make(&company, VALUE_COMPANY, SV("Северный склад"));
	turn_make(&t,
		  "Алло, спасибо за ожидание, это северный|склад, чем-то могу вам помочь, не знаю");
	hits_text(m, &t, &values, jit, sizeof(jit));
	for (size_t i = 0; i < m->n; i++)
		if (m->patterns[i].machine)
			assert_ptr_not_equal(m->patterns[i].machine, m->patterns[i].code);
	m->interpret = true;
	assert_string_equal(hits_text(m, &t, &values, plain, sizeof(plain)), jit);
	assert_non_null(strstr(jit, "8:северный|склад"));
	turn_free(&t);
	matcher_free(m);
}

enum { THREADS = 4, RUNS = 200 };

/* What one thread does with a matcher that others use. */
struct sharer {
	const struct matcher *matcher;
	const struct turn *turn;
	size_t hits;
};

static void *share(void *data)
{
	struct sharer *sharer = data;
	struct matcher_scratch *s = matcher_scratch_new(100000);
	struct hits hits = {0};

	for (int i = 0; s && i < RUNS; i++)
		if (matcher_run(sharer->matcher, s, &sharer->turn->view, ETQ_AGENT, NULL, &hits))
			sharer->hits += hits.n;
	hits_free(&hits);
	matcher_scratch_free(s);
	return NULL;
}

/* Whoever comes first makes the machine code; meanwhile the others interpret. */
static void threads_share_a_matcher(void **state)
{
	struct matcher *m = make_matcher(phrases, COUNT(phrases));
	struct sharer sharers[THREADS];
	pthread_t threads[THREADS];
	struct turn t;

	turn_make(&t, "э э э, спасибо за ожидание, 12 и 13");
	for (size_t i = 0; i < THREADS; i++) {
		sharers[i] = (struct sharer){.matcher = m, .turn = &t};
		assert_int_equal(pthread_create(&threads[i], NULL, share, &sharers[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(sharers[i].hits, 6 * RUNS);
	}
	turn_free(&t);
	matcher_free(m);
}

static void a_run_asks_for_no_memory_again(void **state)
{
	struct matcher *m = make_matcher(phrases, COUNT(phrases));
	struct matcher_scratch *s = matcher_scratch_new(100000);
	struct hits hits = {0};
	struct turn t;
	size_t n;

	turn_make(&t, "спасибо за ожидание, я жду, минуту пожалуйста, 12 слов, не знаю");
	assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
	n = hits.n;
	assert_true(n > 5);
	oom_at(0);
	assert_true(matcher_run(m, s, &t.view, ETQ_AGENT, NULL, &hits));
	assert_false(oom_end());
	assert_int_equal(hits.n, n);
	turn_free(&t);
	hits_free(&hits);
	matcher_scratch_free(s);
	matcher_free(m);
}

/* ---- out of memory ------------------------------------------------------------------------- */

/* All of it, from nothing to hits; whatever fails, nothing leaks and nothing is half done. */
static void whole_life(void *data)
{
	const struct turn *t = data;
	struct matcher_builder *b = matcher_builder_new();
	struct matcher_scratch *s = NULL;
	struct matcher *m = NULL;
	struct hits hits = {0};
	bool failed = !b;

	for (size_t i = 0; b && i < COUNT(phrases); i++) {
		struct phrase_spec spec = {.text = sv_of(phrases[i]), .sides = ~0u};
		struct phrase_err err;

		if (!matcher_add(b, &spec, &err)) {
			assert_true(strlen(err.message) > 0);
			failed = true;
		}
	}
	m = b ? matcher_build(b) : NULL;
	s = m ? matcher_scratch_new(1000) : NULL;
	if (s && !failed && matcher_run(m, s, &t->view, ETQ_AGENT, NULL, &hits))
		assert_int_equal(hits.n, 9);
	hits_free(&hits);
	matcher_scratch_free(s);
	matcher_free(m);
	matcher_builder_free(b);
}

static void out_of_memory(void **state)
{
	struct turn t;

	turn_make(&t, "спасибо за ожидание, я жду, минуту пожалуйста, 12 слов, не знаю, могу");
	assert_true(oom_each(whole_life, &t) > 100);
	turn_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_come_by_pattern_and_place),
		cmocka_unit_test(old_words_are_context),
		cmocka_unit_test(sides),
		cmocka_unit_test(a_wrong_phrase_adds_nothing),
		cmocka_unit_test(spans_and_what_always_runs),
		cmocka_unit_test(prefilter_loses_nothing),
		cmocka_unit_test(many_need_the_same),
		cmocka_unit_test(hopeless_patterns_give_up),
		cmocka_unit_test(interpreted_is_equal),
		cmocka_unit_test(threads_share_a_matcher),
		cmocka_unit_test(a_run_asks_for_no_memory_again),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests_name("matcher", tests, NULL, NULL);
}
