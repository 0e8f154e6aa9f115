#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/sv.h"
#include "match_run.h"
#include "test.h"

/* A phrase, lines of a turn (| between), and the words that it must find, "; " between hits. */
struct hit_case {
	const char *phrase, *lines, *hits;
};

static int run_cases(const struct hit_case *cases, size_t n, bool exact)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++) {
		struct phrase_spec spec = {
			.text = sv_of(cases[i].phrase), .exact = exact, .sides = 1u << ETQ_AGENT};
		struct matcher *m = matcher_of(&spec);
		struct turn t;
		char out[1000];

		turn_make(&t, cases[i].lines);
		hits_text(m, &t, NULL, out, sizeof(out));
		if (strcmp(out, cases[i].hits) != 0) {
			print_error("%s on «%s»: got «%s», wanted «%s»\n", cases[i].phrase,
				    cases[i].lines, out, cases[i].hits);
			wrong++;
		}
		turn_free(&t);
		matcher_free(m);
	}
	return wrong;
}

static void words_in_a_row(void **state)
{
	static const struct hit_case cases[] = {
		{"спасибо за ожидание", "Спасибо за ожидание!", "спасибо за ожидание"},
		{"спасибо за ожидание", "Ну, спасибо, за ожидание вам", "спасибо за ожидание"},
		{"спасибо за ожидание", "спасибо большое за ожидание", ""},
		{"спасибо за ожидание", "за ожидание спасибо", ""},
		{"спасибо за ожидание", "СПАСИБО ЗА ОЖИДАНИЕ. Спасибо за ожидание",
		 "спасибо за ожидание; спасибо за ожидание"},
		/* «неспасибо» and «заожидание» are other words */
		{"спасибо", "неспасибо", ""},
		{"ну", "нужно, ну да, ну-ну, гну", "ну; ну; ну"},
		{"да", "дайте, да, когда", "да"},
		{"все-таки, ещё", "всё таки еще", "все таки еще"},
		{"«чем-то»", "чем то", "чем то"},
		{"ещё", "еще Ещё", "еще; еще"},
		{"Cпасибо", "спасибо", "спасибо"},
		{"алло", "Алло? Алло-алло!", "алло; алло; алло"},
		{"29 480", "29 480 рублей", "29 480"},
		{"29 480", "129 480 рублей", ""},
		{"hold on", "Please hold on. Holding on?", "hold on; holding on"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void word_forms(void **state)
{
	static const struct hit_case cases[] = {
		/* long stems */
		{"благодарю", "благодарю благодарим благодарность благодарны благо",
		 "благодарю; благодарим; благодарность; благодарны"},
		{"минута", "минуту минуты минут минуточку", "минуту; минуты; минут; минуточку"},
		{"подождать", "подождите подождёте подождать ждать",
		 "подождите; подождете; подождать"},
		{"посмотреть", "посмотрю посмотрим смотрю", "посмотрю; посмотрим"},
		{"извиняюсь", "извините извиняюсь извинения", "извините; извиняюсь; извинения"},
		{"перезвонить", "перезвоню перезвоним перезвон", "перезвоню; перезвоним; перезвон"},
		/* no more than six letters behind the stem */
		{"благодарю", "благодарственнейшими", ""},
		/* short stems: inflections only */
		{"ждать", "ждать ждите жду ждём ожидать ждун", "ждать; ждите; жду; ждем"},
		{"ждите", "ждать ждите ждали", "ждать; ждите; ждали"},
		{"дома", "дома дому домой домашний домен", "дома; дому"},
		{"дом", "дом дома домой", "дом"},
		{"день", "день дня днём дни деньги денег", "день; дня; днем; дни"},
		{"линия", "на линии линию линий лина линька", "линии; линию; линий"},
		{"цена", "цены цене ценою ценник оценка", "цены; цене; ценою"},
		{"добрый", "добрый доброго добрая добро добраться",
		 "добрый; доброго; добрая; добро"},
		{"знаю", "знаю знаем знаете знать знак", "знаю; знаем; знаете; знать"},
		{"звоню", "звоню звоните звонят звон", "звоню; звоните; звонят"},
		{"скажите", "скажите скажи скажу сказал сказка", "скажите; скажи; скажу; сказал"},
		{"помочь", "помочь помогу поможем помощник помощь", "помочь; помогу; поможем"},
		{"звонок", "звонок звонка звонку звонкий", "звонок; звонка; звонку"},
		{"рубль", "рубля рублей рубли рублевка рубить", "рубля; рублей; рубли"},
		{"время", "время времени временно", "время; времени"},
		{"мнение", "мнению мнений мнимый", "мнению; мнений"},
		/* words that have no forms */
		{"меня", "меня меню мне мена", "меня"},
		{"пока", "пока покой поки", "пока"},
		{"алло", "алло алла алле", "алло"},
		/* English */
		{"apologize", "I apologize, my apologies, apology, apologizing apollo",
		 "apologize; apologies; apology; apologizing"},
		{"sorry", "sorry sorries sorrow", "sorry; sorries"},
		{"call", "call called calling calls callous", "call; called; calling; calls"},
		{"transfer", "transfers transferred transferring transparent",
		 "transfers; transferred; transferring"},
		{"check", "I'm checking, checked, checkers, chicken",
		 "checking; checked; checkers"},
		{"query", "query queries queried queer", "query; queries; queried"},
		/* an apostrophe parts words, whatever it looks like; without it there is one word */
		{"don't swear", "Don't swear! Don\u2019t swear. dont swear do not swear",
		 "don t swear; don t swear"},
		{"I'll check", "I'll check, ill checked, I will check", "i ll check"},
		/* mixed alphabets and digits have none */
		{"covid19", "covid19 covid19s", "covid19"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void exact_words(void **state)
{
	static const struct hit_case quoted[] = {
		{"\"чем могу помочь\"", "чем могу помочь", "чем могу помочь"},
		{"\"чем могу помочь\"", "чем можем помочь", ""},
		{"\"чем могу помочь\"", "чем могу, помочь?", "чем могу помочь"},
		{"скажите \"минута\"", "скажу минута, скажу минуту", "скажу минута"},
		{"\"б***ь\"", "вот б***ь же", "б***ь"},
		{"\"[цензура]\"", "ну [Цензура]", "[цензура]"},
		{"\"[цензура]\"", "ну цензура", ""},
		{"\"(вы)\"", "а вы", "вы"},
	};
	static const struct hit_case whole[] = {
		{"благодарю", "благодарю благодарим", "благодарю"},
		{"минуту", "минуту минуты", "минуту"},
		{"(да|нет) слов*", "да словом", "да словом"},
	};

	assert_int_equal(run_cases(quoted, COUNT(quoted), false), 0);
	assert_int_equal(run_cases(whole, COUNT(whole), true), 0);
}

static void choices(void **state)
{
	static const struct hit_case cases[] = {
		{"(спасибо|благодарю) что (подождали|остались на линии)", "Спасибо, что подождали",
		 "спасибо что подождали"},
		{"(спасибо|благодарю) что (подождали|остались на линии)",
		 "благодарим что остались на линии", "благодарим что остались на линии"},
		{"(спасибо|благодарю) что (подождали|остались на линии)", "спасибо что остались",
		 ""},
		{"(да|да да) нет", "да да нет", "да да нет"},
		{"(а|а б) в", "а б в", "а б в"},
		{"вам (очень|весьма (сильно|крепко)) надо", "вам весьма крепко надо",
		 "вам весьма крепко надо"},
		{"вам (очень|весьма (сильно|крепко)) надо", "вам весьма надо", ""},
		{"( ну | вот )", "вот ну", "вот; ну"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void options(void **state)
{
	static const struct hit_case cases[] = {
		{"спасибо [вам] [большое]", "спасибо", "спасибо"},
		{"спасибо [вам] [большое]", "спасибо вам", "спасибо вам"},
		{"спасибо [вам] [большое]", "спасибо большое", "спасибо большое"},
		{"спасибо [вам] [большое]", "спасибо вам большое, да", "спасибо вам большое"},
		{"[большое] спасибо", "большое спасибо", "большое спасибо"},
		{"[большое] спасибо", "небольшое спасибо", "спасибо"},
		{"[ну] [вот] так", "ну так", "ну так"},
		{"[ну] [вот] так", "ну вот так", "ну вот так"},
		{"[ну] [вот] так", "вот ну так", "ну так"},
		{"не [очень|совсем] понял", "не понял, не очень понял, не совсем понял",
		 "не понял; не очень понял; не совсем понял"},
		{"не [очень] понял", "не совсем понял", ""},
		/* nothing but options within a choice: one of them at least */
		{"я ([ну] [вот]) так", "я ну так, я вот так, я ну вот так, я так",
		 "я ну так; я вот так; я ну вот так; я так"},
		{"да [я [очень] рад]", "да я очень рад", "да я очень рад"},
		{"да [я [очень] рад]", "да я очень", "да"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void gaps(void **state)
{
	static const struct hit_case cases[] = {
		{"спасибо ..3 ожидание", "спасибо ожидание", "спасибо ожидание"},
		{"спасибо ..3 ожидание", "спасибо вам большое за ожидание",
		 "спасибо вам большое за ожидание"},
		{"спасибо ..3 ожидание", "спасибо вам преогромное просто за ожидание", ""},
		{"..1 да", "", ""},
		{"нет ..1 да", "нет нет да", "нет нет да"},
		/* as few words as will do */
		{"раз ..20 два", "раз два два", "раз два"},
		{"раз [..2 два] три", "раз и и два три", "раз и и два три"},
		{"раз [..2 два] три", "раз три", "раз три"},
		{"раз ..2 [и] три", "раз и и и три", "раз и и и три"},
	};

	assert_int_equal(run_cases(cases + 0, 3, false), 0);
	assert_int_equal(run_cases(cases + 4, COUNT(cases) - 4, false), 0);
}

static void any_ending(void **state)
{
	static const struct hit_case cases[] = {
		{"жопа*", "жопа жопами жоп", "жопа; жопами"},
		{"минуточ* вашего", "минуточку вашего", "минуточку вашего"},
		{"слов*", "слов слово словообразовательнейшими, послов",
		 "слов; слово; словообразовательнейшими"},
		{"чем-то*", "чем тоже", "чем тоже"},
		{"(бл*|пи*)", "блин и пир", "блин; пир"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void any_beginning(void **state)
{
	static const struct hit_case cases[] = {
		{"*ович", "Петрович, ович, Иванович-то, петровича", "петрович; иванович"},
		/* with signs of more than one length, and none of its forms */
		{"* (*ович|*овна|Кузьмич) *", "да Иван Петрович я, Анна Петровна вы",
		 "иван петрович я; анна петровна вы"},
		{"да * нет", "да нет, да ну нет, да|ну|нет", "да ну нет; да|ну|нет"},
		{"(да|*ать) вам", "ждать вам, да вам, ать вам", "ждать вам; да вам"},
		{"*ого-то", "какого-то, ого-то, кого то", "какого то; кого то"},
		{"*ество́м", "множеством", "множеством"},
		{"*йствительнейший", "действительнейший, йствительнейший", "действительнейший"},
		{"[*] слово", "слово, а слово", "слово; а слово"},
		{"*ing me", "calling me, ing me", "calling me"},
		{"^ * $", "да|да нет", "да"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void anchors(void **state)
{
	static const struct hit_case cases[] = {
		{"^спасибо", "спасибо, ну спасибо", "спасибо"},
		{"^спасибо", "ну|спасибо вам", "спасибо"},
		{"^ спасибо", "ну спасибо", ""},
		{"не знаю$", "не знаю точно, не знаю", "не знаю"},
		{"не знаю$", "не знаю|точно", "не знаю"},
		{"^не знаю$", "не знаю", "не знаю"},
		{"^не знаю$", "я не знаю", ""},
		{"^не знаю$", "я|не знаю|да", "не знаю"},
		{"(^да|нет) спасибо", "ну да спасибо, нет спасибо", "нет спасибо"},
		{"^[да] спасибо", "да спасибо", "да спасибо"},
		{"^[да] спасибо", "ну да спасибо", ""},
		/* $ within a word is a letter of it */
		{"п$ц", "ну п$ц", "п$ц"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void over_lines(void **state)
{
	static const struct hit_case cases[] = {
		{"чем-то ещё могу помочь", "Чем-то|ещё могу вам помочь?", ""},
		{"чем-то ещё могу [вам] помочь", "Чем-то|ещё могу вам помочь?",
		 "чем то|еще могу вам помочь"},
		{"спасибо за звонок", "да, спасибо|за|звонок", "спасибо|за|звонок"},
		{"спасибо ..2 звонок", "спасибо|вам за|звонок", "спасибо|вам за|звонок"},
		{"спасибо за [ваше] ожидание", "спасибо за|ожидание", "спасибо за|ожидание"},
		{"regex: спасибо\\s+за", "спасибо|за", "спасибо|за"},
		{"regex: ^за$", "спасибо|за|нас", "за"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
}

static void regular_expressions(void **state)
{
	static const struct hit_case cases[] = {
		{"regex: (?:э )+э", "ну э э э да", "э э э"},
		{"regex:\\bн+у{3,}\\b", "ннууу ну", "ннууу"},
		{"regex: \\b(а+)\\b", "ааа", "ааа"},
		{"regex: \\d{3}", "код 12345", "12345"},
		{"regex: (секунд|минут)очк", "одну минуточку и секундочку",
		 "минуточку; секундочку"},
		{"regex: [а-я]+очк[аиу]\\b", "ручка минуточку точка", "минуточку; точка"},
		{"regex: \\[цензура\\]", "вот [Цензура]", "[цензура]"},
		{"regex: б\\*+ь", "б***ь", "б***ь"},
		{"regex: \\Dа\\P{Lu}", "даже", "даже"},
		{"regex: (?i)привет", "Привет", "привет"},
		{"regex: (?<Имя>анна)", "Анна", "анна"},
		{"regex: (?<!не )знаю", "знаю и не знаю", "знаю"},
		{"regex: п\\w+т|до свидания", "до свидания, привет", "до свидания; привет"},
		{"regex: ^алло\\b(?!.*здравствуйте)", "алло|здравствуйте", "алло"},
		{"regex: (?C1)да", "да", "да"},
		{"regex: (?=да)д", "да", "да"},
	};

	assert_int_equal(run_cases(cases, COUNT(cases), false), 0);
	assert_int_equal(run_cases(cases, COUNT(cases), true), 0);
}

/* Every message, and the place that it points at. */
static const struct {
	const char *phrase;
	size_t at;
	const char *message;
	bool capture;
} errors[] = {
	{"", 0, "the phrase is empty"},
	{" \t ", 0, "the phrase is empty"},
	{"«…»", 0, "there is no word in it, only signs"},
	{"да (нет", 3, "( is not closed: a ) is missing"},
	{"да [нет", 3, "[ is not closed: a ] is missing"},
	{"да \"нет", 3, "the quote is not closed: a \" is missing"},
	{"\"да (нет|ну)\"", 8,
	 "between quotes there are words only: put the whole item in double quotes, without single "
	 "ones, or quote each word"},
	{"да {agent.name", 3, "{ is not closed: a } is missing"},
	{"да) нет", 2, ") closes nothing: there is no ( before it"},
	{"да] нет", 2, "] closes nothing: there is no [ before it"},
	{"да} нет", 2, "} closes nothing: there is no { before it"},
	{"(да] нет", 3, "] where the ( at 1 wants its )"},
	{"ну [да) нет", 6, ") where the [ at 4 wants its ]"},
	{"да | нет", 3, "| stands only within ( ) or [ ]"},
	{"(да||нет)", 4, "there is nothing to say in this alternative"},
	{"(|нет)", 1, "there is nothing to say in this alternative"},
	{"(нет|)", 5, "there is nothing to say in this alternative"},
	{"да ()", 4, "there is nothing to say in this alternative"},
	{"да [ ]", 4, "there is nothing to say in this alternative"},
	{"да (,|нет)", 4, "there is nothing to say in this alternative"},
	{"да \"\" нет", 3, "there are no words between the quotes"},
	{"да \"—\" нет", 3, "there are no words between the quotes"},
	{"да .. нет", 3, ".. needs a number behind it: ..3 is up to three words"},
	{"да ..", 3, ".. needs a number behind it: ..3 is up to three words"},
	{"да ..x нет", 3, ".. needs a number behind it: ..3 is up to three words"},
	{"да ..0 нет", 3, "a gap is of 1 to 20 words"},
	{"да ..21 нет", 3, "a gap is of 1 to 20 words"},
	{"да ..99999999999999999999 нет", 3, "a gap is of 1 to 20 words"},
	{"да ..3нет", 6, "a space is missing behind ..3"},
	{"..3 нет", 0, "..3 has no word before it: a gap stands between words"},
	{"нет ..3", 4, "..3 has no word behind it: a gap stands between words"},
	{"[ну] ..2 нет", 5, "..2 has no word before it: a gap stands between words"},
	{"нет ..2 [ну]", 4, "..2 has no word behind it: a gap stands between words"},
	{"(да|нет ..2)", 8, "..2 has no word behind it: a gap stands between words"},
	{"я {agent.nam}", 2, "there is no {agent.nam}; did you mean {agent.name}?"},
	{"{ customer.nmae } да", 0, "there is no {customer.nmae}; did you mean {customer.name}?"},
	{"{order}", 0,
	 "there is no {order}: it must be {agent.name}, {customer.name}, {company} or {first.name}"},
	{"{}", 0,
	 "there is no {}: it must be {agent.name}, {customer.name}, {company} or {first.name}"},
	{"да -* нет", 4,
	 "* has no word beside it: by itself it is any word; to skip words write ..3"},
	{"да *- нет", 3,
	 "* has no word beside it: by itself it is any word; to skip words write ..3"},
	{"да *-то", 3,
	 "* has no word beside it: by itself it is any word; to skip words write ..3"},
	{"*", 0, "it would match any words at all"},
	{"* [да] *", 0, "it would match any words at all"},
	{"(да|[нет] *)", 0, "it would match any words at all"},
	{"***", 1,
	 "* stands only before a word or behind it, not both; to mean the sign itself, put the word in quotes"},
	{"да *слов*", 8,
	 "* stands only before a word or behind it, not both; to mean the sign itself, put the word in quotes"},
	{"да б*ь", 4,
	 "* stands only before a word or behind it, not both; to mean the sign itself, put the word in quotes"},
	{"да б**", 4,
	 "* stands only before a word or behind it, not both; to mean the sign itself, put the word in quotes"},
	{"да ^нет", 3, "^ stands only at the start of the phrase"},
	{"да^", 2, "^ stands only at the start of the phrase"},
	{"^^да", 1, "^ stands only at the start of the phrase"},
	{"да (^нет|ну)", 4, "^ stands only at the start of the phrase"},
	{"да$ нет", 2, "$ stands only at the end of the phrase"},
	{"(да$|ну) нет", 3, "$ stands only at the end of the phrase"},
	{"^", 0, "there is no word in it, only signs"},
	{"[да] [нет|ну]", 0,
	 "everything in it is optional: it would match nothing at all (for a word in brackets write "
	 "\"[…]\" in quotes)"},
	{"[цензура]", 0,
	 "everything in it is optional: it would match nothing at all (for a word in brackets write "
	 "\"[…]\" in quotes)"},
	{"слово(м|в)", 5, "a space is missing here: a word can't be made of parts"},
	{"(по|за)звонить", 7, "a space is missing here: a word can't be made of parts"},
	{"(по)(звонить)", 4, "a space is missing here: a word can't be made of parts"},
	{"слов*[а]", 5, "a space is missing here: a word can't be made of parts"},
	{"{agent.name}у", 12, "a space is missing here: a word can't be made of parts"},
	{"\"за\"ождите", 4, "a space is missing here: a word can't be made of parts"},
	{"(((((((((((((((((да)))))))))))))))))", 16, "too many groups within groups: at most 16"},
	{"{company} {company} {company} {company} {company} {company} {company} {company} {company} "
	 "{company} {company} {company} {company} {company} {company} {company} {company}",
	 160, "too many {…}: at most 16 in a phrase"},
	{"я {agent.name} из {company}", 18,
	 "a capturing phrase takes one value: {agent.name} and {company} are two", true},
	{"да \xff", 3, "it is not UTF-8"},
	{"regex:", 6, "there is nothing behind regex:"},
	{"  regex:  ", 8, "there is nothing behind regex:"},
	{"regex: (да", 10, "missing closing parenthesis"},
	{"regex: да{2,1}", 13, "numbers out of order in {} quantifier"},
	{"regex: [б-а]", 11, "range out of order in character class"},
	{"regex: \\C", 9, "using \\C is disabled by the application"},
	{"regex: (да)?", 7, "it would match nothing at all, everywhere"},
	{"regex: да|", 7, "it would match nothing at all, everywhere"},
	{"regex: \\b", 7, "it would match nothing at all, everywhere"},
	{"regex: приВет", 10, "it is matched against folded text: write 'в' for 'В'"},
	{"regex: ещё", 9, "it is matched against folded text: write 'е' for 'ё'"},
	{"regex: [А-я]", 8, "it is matched against folded text: write 'а' for 'А'"},
	{"regex: \\Ё", 8, "it is matched against folded text: write 'е' for 'Ё'"},
	{"regex: hello World", 13, "it is matched against folded text: write 'w' for 'W'"},
	{"regex: (?<Имя>Анна)", 14, "it is matched against folded text: write 'а' for 'А'"},
};

static void error_messages(void **state)
{
	struct matcher_builder *b = matcher_builder_new();
	int wrong = 0;

	for (size_t i = 0; i < COUNT(errors); i++) {
		struct phrase_spec spec = {.text = sv_of(errors[i].phrase),
					   .capture = errors[i].capture,
					   .sides = ~0u};
		struct phrase_err err = {.at = 999};
		bool ok = matcher_add(b, &spec, &err);

		if (ok || err.at != errors[i].at || strcmp(err.message, errors[i].message) != 0) {
			print_error("%s: %d, at %zu: %s\n", errors[i].phrase, ok, err.at,
				    err.message);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	matcher_builder_free(b);
}

/* A list of one phrase, which is the context. */
static bool find_long_list(void *context, struct etq_str name, struct phrase_list *list,
			   struct phrase_err *err)
{
	static struct phrase_spec spec;

	spec.text = *(const struct etq_str *)context;
	*list = (struct phrase_list){&spec, 1};
	return true;
}

static void bounds_of_length(void **state)
{
	struct matcher_builder *b = matcher_builder_new();
	struct phrase_err err;
	char text[1001];
	struct phrase_spec spec = {.text = {text, sizeof(text)}, .sides = ~0u};

	memset(text, 'a', sizeof(text));
	assert_false(matcher_add(b, &spec, &err));
	assert_string_equal(err.message, "a phrase has at most 1000 bytes, this one has 1001");
	spec.text.n = 1000;
	assert_true(matcher_add(b, &spec, &err));
	spec.text = SV("да\0нет");
	assert_false(matcher_add(b, &spec, &err));
	assert_string_equal(err.message, "it has a NUL byte");
	assert_int_equal(err.at, 2);
	/* As deep as can be, and looked at once. */
	size_t n = 0;

	for (int i = 0; i < PHRASE_DEPTH_MAX; i++)
		text[n++] = '(';
	n += (size_t)snprintf(text + n, sizeof(text) - n, "a");
	for (int i = 0; i < PHRASE_DEPTH_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "|b)");
	spec.text = (struct etq_str){text, n};
	assert_true(matcher_add(b, &spec, &err));
	/* Options in a row and nothing that must be said. */
	memset(text, ' ', sizeof(text));
	memcpy(text, "x (", 3);
	for (size_t i = 3; i + 4 < 1000; i += 4)
		memcpy(text + i, "[a] ", 4);
	text[999] = ')';
	spec.text = (struct etq_str){text, 1000};
	assert_true(matcher_add(b, &spec, &err));
	/* The same, several times over in one phrase. */
	spec.lists = &(struct phrase_lists){find_long_list, &(struct etq_str){text + 2, 998}};
	spec.text = SV("x <long> <long> <long> <long> y");
	assert_true(matcher_add(b, &spec, &err));
	spec.text = SV("x <long> <long> <long> <long> <long> y");
	assert_false(matcher_add(b, &spec, &err));
	assert_string_equal(err.message, "it is too complicated: make several phrases of it");
	matcher_builder_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_in_a_row),
		cmocka_unit_test(word_forms),
		cmocka_unit_test(exact_words),
		cmocka_unit_test(choices),
		cmocka_unit_test(options),
		cmocka_unit_test(gaps),
		cmocka_unit_test(any_ending),
		cmocka_unit_test(any_beginning),
		cmocka_unit_test(anchors),
		cmocka_unit_test(over_lines),
		cmocka_unit_test(regular_expressions),
		cmocka_unit_test(error_messages),
		cmocka_unit_test(bounds_of_length),
	};

	return cmocka_run_group_tests_name("phrase", tests, NULL, NULL);
}
