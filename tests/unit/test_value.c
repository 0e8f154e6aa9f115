#include "match/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "match/matcher.h"
#include "match/spoken.h"
#include "match_run.h"
#include "oom.h"
#include "test.h"

/* A value, a line, and how many words at its start are the value. */
struct value_case {
	const char *value, *line;
	size_t words;
};

static int run_cases(enum value_name name, const struct value_case *cases, size_t n)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		struct value v;
		struct turn t;
		size_t got;

		value_make(&v, name, sv_of(cases[i].value));
		turn_make(&t, cases[i].line);
		got = value_match(&v, &t.view, 0);
		if (got != cases[i].words) {
			print_error("%s in «%s»: %zu words, not %zu\n", cases[i].value,
				    cases[i].line, got, cases[i].words);
			wrong++;
		}
		turn_free(&t);
	}
	return wrong;
}

static void person_in_case_forms(void **state)
{
	static const struct value_case cases[] = {
		{"Ирина", "Ирина", 1},
		{"Ирина", "ирине", 1},
		{"Ирина", "Ириной", 1},
		{"Ирина", "Ирину слушаю", 1},
		{"Ирина", "Ирин", 1},
		{"Иван", "Ивана", 1},
		{"Иван", "Иваном", 1},
		{"Пётр", "Петру", 1},
		{"Пётр", "Петром", 1},
		{"Павел", "Павел", 1},
		{"Павел", "Павла", 1},
		{"Павел", "Павлом", 1},
		{"Лев", "Льва", 1},
		{"Лев", "Лев", 1},
		{"Мария", "Марии", 1},
		{"Мария", "Марией", 1},
		{"Наталья", "Натальи", 1},
		{"Наталья", "Натальей", 1},
		{"Илья", "Ильёй", 1},
		{"Игорь", "Игорем", 1},
		{"Любовь", "Любови", 1},
		{"Сергей", "Сергею", 1},
		{"Дмитрий", "Дмитрия", 1},
		{"Достоевский", "Достоевского", 1},
		{"Крупская", "Крупской", 1},
		{"Горький", "Горького", 1},
		{"Петрова", "Петровой", 1},
		{"Королёв", "Королёвым", 1},
		{"Шевченко", "Шевченко", 1},
		{"John", "John's", 1},
		/* several words of a name, in either order, and one of them alone */
		{"Иван Петров", "Ивана Петрова спросите", 2},
		{"Иван Петров", "Петров Иван", 2},
		{"Иван Петров", "Иван да", 1},
		{"Иван Петров", "Петрову передайте", 1},
		{"Анна Сергеевна", "Анне Сергеевне", 2},
		{"Анна-Мария", "Анна Мария", 2},
	};

	assert_int_equal(run_cases(VALUE_AGENT_NAME, cases, COUNT(cases)), 0);
	assert_int_equal(run_cases(VALUE_CUSTOMER_NAME, cases, COUNT(cases)), 0);
}

static void other_words_are_no_names(void **state)
{
	static const struct value_case cases[] = {
		{"Ирина", "Марина", 0},
		{"Ирина", "Иринка", 0},
		{"Мария", "Марина", 0},
		{"Мария", "марка", 0},
		{"Мария", "Мар", 0},
		{"Вера", "верю", 0},
		{"Вера", "вер", 0},
		{"Лия", "ли", 0},
		{"Иван", "Иванов", 0},
		{"Иван", "Ива", 0},
		{"Павел", "Павлова", 0},
		{"Павел", "пав", 0},
		{"Лев", "левый", 0},
		{"Роза", "розетка", 0},
		{"Петров", "Пётр", 0},
		{"Шевченко", "Шевченкова", 0},
		{"John", "Johnny", 0},
		{"Ольга", "", 0},
		/* too short to be told from other words */
		{"Ян", "ян", 0},
		{"И. П.", "и п", 0},
		{"", "да", 0},
		{"5", "5", 0},
	};

	assert_int_equal(run_cases(VALUE_AGENT_NAME, cases, COUNT(cases)), 0);
}

static void company_whole(void **state)
{
	static const struct value_case cases[] = {
		{"Северный склад", "Северный склад, здравствуйте", 2},
		{"Северный склад", "Северного склада", 2},
		{"Северный склад", "северном складе", 2},
		{"«Северный склад»", "СЕВЕРНЫЕ СКЛАДЫ", 2},
		{"ООО «Северный склад»", "северным складом", 2},
		{"ООО", "ооо", 1},
		{"Ромашка", "Ромашки", 1},
		{"Клиника Айболит", "клинику Айболита", 2},
		{"Детский мир", "Детского мира", 2},
		{"1С", "1с", 1},
		{"Hold Line", "hold line", 2},
		{"Северный склад", "Северный ветер", 0},
		{"Северный склад", "склад северный", 0},
		{"Северный склад", "северный", 0},
		{"Северный склад", "север склад", 2},
		{"Ромашка", "ромашковый", 0},
		{"1С", "1", 0},
		{"ИП", "и", 0},
	};

	assert_int_equal(run_cases(VALUE_COMPANY, cases, COUNT(cases)), 0);
}

static const struct value_case misheard[] = {
	{"Транзит Восток", "трансит восток", 2},
	{"Деньги Вовремя", "деньги во время", 3},
	{"Эхо Мобайл", "эхо мобаил", 2},
	{"Северный склад", "северныйсклад", 1},
	{"Ромашка", "ромашко", 1},
	{"Ромашка", "рамашка", 1},
	{"Айболит", "айболид", 1},
	{"Линия Плюс", "линия плюз", 2},
	{"Линия Плюс", "линии плюз", 2},
	{"Линия Плюс", "линия жизни", 0},
	{"Линия Плюс", "линию плохо", 0},
	{"Ромашка", "рубашка", 0},
	{"Ромашка", "машка", 0},
	{"Деньги Вовремя", "деньги вовсе", 0},
	{"Дом", "том", 0},
	{"Сбер", "себе", 0},
};

static void company_misheard(void **state)
{
	assert_int_equal(run_cases(VALUE_COMPANY, misheard, COUNT(misheard)), 0);
}

static void company_without_business(void **state)
{
	struct value business[3], v;
	struct value_span span = {business, 3};

	value_make_company(&business[0], SV("клиника"), (struct value_span){0});
	value_make_company(&business[1], SV("сеть"), (struct value_span){0});
	value_make_company(&business[2], SV("театр"), (struct value_span){0});
	value_make_company(&v, SV("Сеть клиник «Айболит»"), span);
	assert_int_equal(v.nwords, 1);
	value_make_company(&v, SV("ООО «Айболит»"), span);
	assert_int_equal(v.nwords, 1);
	/* What kind of theatre it is need not be said. */
	value_make_company(&v, SV("Музыкальный театр «Зеркало»"), span);
	assert_int_equal(v.nwords, 1);
	/* Where there is nothing else, that is the name. */
	value_make_company(&v, SV("Музыкальный театр"), span);
	assert_int_equal(v.nwords, 1);
	value_make_company(&v, SV("Большая клиника"), span);
	assert_int_equal(v.nwords, 1);
	value_make_company(&v, SV("Театр у Большого клина"), span);
	assert_int_equal(v.nwords, 3);
	value_make_company(&v, SV("Сеть клиник"), span);
	assert_int_equal(v.nwords, 2);
}

static void names_as_they_are_said(void **state)
{
	static const struct {
		const char *written, *said;
	} cases[] = {
		{"СТК", "эстэка"},
		{"ООО «МТС»", "ооо «эмтээс"},
		{"Ozon", "озон"},
		{"X-Shop", "кс-шоп"},
		{"Дом.ру Bank", "Дом.ру банк"},
		{"Северный склад", ""},
		{"АВТОРИТЕТ", ""},
		{"Я", ""},
		{"", ""},
	};
	char buf[64];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct etq_str written = sv_of(cases[i].written);
		char *alone = malloc(written.n + 1); /* with nothing behind it to be read */

		memcpy(alone + 1, written.p, written.n);
		size_t n = spoken_name((struct etq_str){alone + 1, written.n}, buf, sizeof(buf));

		assert_int_equal(n, strlen(cases[i].said));
		assert_memory_equal(buf, cases[i].said, n);
		free(alone);
	}
	/* Cut at a word. */
	assert_int_equal(spoken_name(SV("Ozon Ozon"), buf, 12), 8);
}

static void spelt_out_is_recognised(void **state)
{
	struct value v;
	struct turn t;

	value_make_company(&v, SV("эстэка"), (struct value_span){0});
	turn_make(&t, "эс тэ ка слушает");
	assert_int_equal(value_match(&v, &t.view, 0), 3);
	turn_free(&t);
}

static void long_values_are_cut(void **state)
{
	struct value v;
	struct turn t;
	char text[600];

	/* More words than are kept. */
	value_make(&v, VALUE_COMPANY, SV("один два три четыре пять"));
	assert_int_equal(v.nwords, VALUE_MAX_WORDS);
	/* A stem longer than there is room for. */
	value_make(&v, VALUE_AGENT_NAME, SV("Абвгдежзиклмнопрстуфхцчшщэ"));
	assert_int_equal(v.nwords, 1);
	assert_true(v.words[0].len <= VALUE_MAX_STEM);
	turn_make(&t, "абвгдежзиклмнопрстуфхцчшщэм");
	assert_int_equal(value_match(&v, &t.view, 0), 1);
	turn_free(&t);
	/* More text than metadata may have, cut within a letter. */
	memset(text, 'a', sizeof(text));
	for (size_t i = 1; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "ж", 2);
	value_make(&v, VALUE_CUSTOMER_NAME, (struct etq_str){text, sizeof(text) - 1});
	assert_int_equal(v.nwords, 1);
	oom_at(0);
	value_make(&v, VALUE_CUSTOMER_NAME, (struct etq_str){text, sizeof(text) - 1});
	assert_false(oom_end());
}

static void names_of_values(void **state)
{
	enum value_name name = VALUE_NAMES;

	for (int i = 0; i < VALUE_NAMES; i++) {
		assert_true(value_name_parse(sv_of(value_name_text((enum value_name)i)), &name));
		assert_int_equal(name, i);
	}
	assert_false(value_name_parse(SV("agent"), &name));
	assert_false(value_name_parse(SV_NONE, &name));
}

/* ---- in phrases ---------------------------------------------------------------------------- */

static void check_hits(const char *phrase, bool capture, const struct matcher_values *values,
		       const char *lines, const char *want)
{
	struct phrase_spec spec = {
		.text = sv_of(phrase), .capture = capture, .sides = 1u << ETQ_AGENT};
	struct matcher *m = matcher_of(&spec);
	struct turn t;
	char out[1000];

	turn_make(&t, lines);
	hits_text(m, &t, values, out, sizeof(out));
	if (strcmp(out, want) != 0)
		fail_msg("%s on «%s»: got «%s», wanted «%s»", phrase, lines, out, want);
	turn_free(&t);
	matcher_free(m);
}

static void compared(void **state)
{
	struct value agent, customer, company[2];
	struct matcher_values values = {0};

	value_make(&agent, VALUE_AGENT_NAME, SV("Марина Иванова"));
	value_make(&customer, VALUE_CUSTOMER_NAME, SV("Иван Петрович"));
	value_make(&company[0], VALUE_COMPANY, SV("Северный склад"));
	value_make(&company[1], VALUE_COMPANY, SV("СевСклад"));
	values.v[VALUE_AGENT_NAME] = &agent;
	values.n[VALUE_AGENT_NAME] = 1;
	values.v[VALUE_COMPANY] = company;
	values.n[VALUE_COMPANY] = 2;

	check_hits("меня зовут {agent.name}", false, &values, "Меня зовут|Марина, да",
		   "меня зовут|марина");
	check_hits("меня зовут {agent.name}", false, &values, "меня зовут Марина Иванова",
		   "меня зовут марина иванова");
	check_hits("меня зовут {agent.name}", false, &values, "меня зовут Ирина", "");
	check_hits("{agent.name} слушает", false, &values, "да, Марина слушает", "марина слушает");
	check_hits("это {company}", false, &values, "это северный|склад", "это северный|склад");
	check_hits("это {company}", false, &values, "это севсклад", "это севсклад");
	check_hits("это {company}", false, &values, "это северный полюс", "");
	/* The value alone is looked for in the text, not in every line. */
	check_hits("{company}", false, &values, "в Северном складе и в Севскладе",
		   "северном складе; севскладе");
	check_hits("^{agent.name}$", false, &values, "кто?|Марина", "марина");
	check_hits("({agent.name}|{company}) [вас] слушает", false, &values,
		   "Марина слушает, северный склад вас слушает, ирина слушает",
		   "марина слушает; северный склад вас слушает");
	check_hits("это {agent.name} ..2 {company}", false, &values,
		   "это Марина из компании Северный Склад",
		   "это марина из компании северный склад");
	/* Unknown: what can't do without it never matches, what can does. */
	check_hits("{customer.name} здравствуйте", false, &values, "Иван Петрович, здравствуйте",
		   "");
	check_hits("[{customer.name}] здравствуйте", false, &values, "Иван, здравствуйте",
		   "здравствуйте");
	check_hits("({customer.name}|{agent.name}) да", false, &values, "иван да марина да",
		   "марина да");
	check_hits("{agent.name}", false, NULL, "марина", "");
	values.v[VALUE_CUSTOMER_NAME] = &customer;
	values.n[VALUE_CUSTOMER_NAME] = 1;
	check_hits("{customer.name} здравствуйте", false, &values, "Иван Петрович, здравствуйте",
		   "иван петрович здравствуйте");
	check_hits("({customer.name}|{agent.name}) да", false, &values, "иван да марина да",
		   "иван да; марина да");
}

static void captured(void **state)
{
	check_hits("меня зовут {agent.name}", true, NULL, "Меня зовут Анна, слушаю",
		   "меня зовут анна>анна");
	check_hits("меня зовут {agent.name}", true, NULL, "зовут меня", "");
	check_hits("меня зовут {agent.name}", true, NULL, "меня зовут|Анна",
		   "меня зовут|анна>анна");
	check_hits("это {agent.name}", true, NULL, "это Анна", "это анна>анна");
	check_hits("{agent.name} меня зовут", true, NULL, "Добрый, Марина меня зовут",
		   "марина меня зовут>марина");
	/* What is no name. */
	check_hits("это {agent.name}", true, NULL, "это вас, это очень, это я, это 5, это я5", "");
	check_hits("это {agent.name}", true, NULL, "это б***ь, это компания, это слушаете", "");
	check_hits("меня зовут {agent.name}", true, NULL, "меня зовут слушаю вас", "");
	check_hits("[меня] зовут ..2 {customer.name}", true, NULL, "меня зовут вот Олег",
		   "меня зовут вот олег>олег");
}

/* A listed name is compared where another value is taken, and taken where none is. */
static void captured_beside_listed(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct first_names *names = first_names_new(a);
	struct etq_str group[] = {SV("Анна"), SV("Аня")};
	struct matcher_values values = {.first_names = names};

	assert_true(first_names_add(names, group, 2));
	assert_false(first_names_add(names, &(struct etq_str){"Анна Мария", 19}, 1));
	assert_true(first_names_seal(names));
	assert_true(first_names_has(names, SV("аня")));
	assert_false(first_names_has(names, SV("ани")));
	assert_false(first_names_has(NULL, SV("аня")));
	check_hits("{company} {first.name}", true, &values, "Ромашка Аня, Ромашка Олег",
		   "ромашка аня>ромашка");
	check_hits("это {first.name}", true, &values, "это Анна, это Анны", "это анна>анна");
	arena_free(a);
}

static void captured_company(void **state)
{
	check_hits("компания {company}", true, NULL, "компания Северный склад, меня зовут",
		   "компания северный склад>северный склад");
	check_hits("компания {company}", true, NULL, "компания Ромашка, добрый день",
		   "компания ромашка>ромашка");
	check_hits("компания {company}", true, NULL, "компания Новый большой тёплый дом",
		   "компания новый большой теплый дом>новый большой теплый дом");
	check_hits("(компания {company}|{company} слушает)", true, NULL, "Ромашка слушает",
		   "ромашка слушает>ромашка");
	check_hits("компания [{company}]", true, NULL, "компания, добрый день", "компания");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(person_in_case_forms),
		cmocka_unit_test(other_words_are_no_names),
		cmocka_unit_test(company_whole),
		cmocka_unit_test(company_misheard),
		cmocka_unit_test(company_without_business),
		cmocka_unit_test(names_as_they_are_said),
		cmocka_unit_test(spelt_out_is_recognised),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(names_of_values),
		cmocka_unit_test(compared),
		cmocka_unit_test(captured),
		cmocka_unit_test(captured_beside_listed),
		cmocka_unit_test(captured_company),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
