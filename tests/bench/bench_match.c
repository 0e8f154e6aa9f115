/*
 * What matching costs: microseconds for a line of 150 bytes of Russian, by number of phrases, beside
 * the plain way (each phrase a PCRE2 JIT pattern, UTF + UCP + CASELESS, run on the line as it is).
 * Absolute numbers are the machine's; the ratio is ours.
 *
 * bench_match [--check]: with --check exit 1 when the whole way is not at least ten times cheaper
 * than the plain one from 200 phrases on.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/sv.h"
#include "match/matcher_private.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum { MIN_NS = 200 * 1000 * 1000 };

static const char *const lines[] = {
	"Здравствуйте, меня зовут Марина, компания «Северный склад», чем могу вам помочь?",
	"Добрый день, я хотел бы узнать, когда будет доставлен мой заказ, я жду его уже неделю.",
	"Минуту, пожалуйста, сейчас посмотрю в базе и вернусь к вам с ответом, не кладите трубку.",
	"Спасибо за ожидание, ваш заказ передан в службу доставки, курьер позвонит вам завтра.",
	"А почему мне никто об этом не сообщил, я уже третий раз звоню, сколько же можно ждать?",
	"Приношу извинения за неудобства, давайте я уточню у коллег и перезвоню вам через час.",
	"Ну хорошо, запишите тогда мой номер телефона, восемь девятьсот двадцать один, ну и так далее.",
	"К сожалению, вернуть товар без чека нельзя, но вы можете обменять его в любом магазине сети.",
	"Подскажите, пожалуйста, а до которого часа вы работаете в субботу и есть ли у вас парковка?",
	"Всего вам доброго, до свидания, спасибо за звонок, обращайтесь, если появятся вопросы ещё.",
};

static const char *const words[] = {
	"спасибо",      "благодарю",   "ожидание", "звонок",      "минуту",     "секунду",
	"подождите",    "оставайтесь", "линии",    "посмотрю",    "базе",       "уточню",
	"коллег",       "перезвоню",   "извините", "извинения",   "неудобства", "сожалению",
	"вернуть",      "товар",       "чека",     "номер",       "телефона",   "подскажите",
	"пожалуйста",   "вопросы",     "договор",  "адрес",       "доставка",   "курьер",
	"заказ",        "оплата",      "карта",    "счет",        "скидка",     "магазин",
	"склад",        "компания",    "отдел",    "менеджер",    "специалист", "заявка",
	"срок",         "гарантия",    "ремонт",   "мастер",      "визит",      "время",
	"завтра",       "сегодня",     "утро",     "вечер",       "неделя",     "месяц",
	"документ",     "паспорт",     "фамилия",  "отчество",    "почта",      "письмо",
	"ссылка",       "сайт",        "кабинет",  "пароль",      "код",        "сообщение",
	"приложение",   "ошибка",      "проблема", "решение",     "вариант",    "предложение",
	"услуга",       "тариф",       "интернет", "роутер",      "кабель",     "настройка",
	"скорость",     "связь",       "сигнал",   "клиент",      "обращение",  "жалоба",
	"руководитель", "начальник",   "директор", "безобразие",  "деньги",     "возврат",
	"обмен",        "качество",    "упаковка", "коробка",     "размер",     "цвет",
	"модель",       "наличие",     "поставка", "регион",      "город",      "улица",
	"квартира",     "этаж",        "подъезд",  "домофон",     "ключ",       "замок",
	"дверь",        "окно",        "стекло",   "мебель",      "диван",      "шкаф",
	"стол",         "кровать",     "матрас",   "холодильник", "плита",
};
static const char *const links[] = {"за", "в", "на", "не", "я", "вы", "ваш", "мой", "и", "с"};

static unsigned draw(unsigned *seed, size_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (unsigned)((*seed >> 8) % n);
}

/* Phrase number i, as a person might write it. */
static void make_phrase(struct buf *b, unsigned i, bool plain)
{
	unsigned seed = i * 2654435761u + 17;
	const char *first = words[draw(&seed, COUNT(words))];
	const char *link = links[draw(&seed, COUNT(links))];
	const char *second = words[draw(&seed, COUNT(words))];
	const char *third = words[draw(&seed, COUNT(words))];
	unsigned kind = draw(&seed, 5);

	buf_clear(b);
	if (plain)
		buf_printf(b,
			   kind < 3 ? "\\b%1$s\\s+%2$s\\s+%3$s\\b"
				    : "\\b(?:%1$s|%4$s)\\s+(?:%2$s\\s+)?%3$s\\b",
			   first, link, second, third);
	else if (kind < 3)
		buf_printf(b, "%s %s %s", first, link, second);
	else
		buf_printf(b, "(%s|%s) [%s] %s", first, third, link, second);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* One way to do it: a pass over one line. */
struct way {
	const char *name;
	void (*run)(void *data, struct etq_str line);
};

struct state {
	pcre2_code **codes;
	size_t n;
	pcre2_match_data *data;
	struct matcher *matcher;
	struct matcher_scratch *scratch;
	struct fold fold;
	struct hits hits;
	uint64_t bits[1024];
	size_t found;
};

static void run_plain(void *data, struct etq_str line)
{
	struct state *s = data;

	for (size_t i = 0; i < s->n; i++)
		s->found += pcre2_jit_match(s->codes[i], (PCRE2_SPTR)line.p, line.n, 0, 0, s->data,
					    NULL) > 0;
}

static void run_fold(void *data, struct etq_str line)
{
	struct state *s = data;

	if (!fold_text(&s->fold, line))
		abort();
}

static void run_prefilter(void *data, struct etq_str line)
{
	struct state *s = data;

	run_fold(data, line);
	memset(s->bits, 0, sieve_words(s->matcher->sieve) * sizeof(*s->bits));
	ac_scan(s->matcher->sieve->ac, s->fold.text, s->fold.len, s->bits);
}

static void run_all(void *data, struct etq_str line)
{
	struct state *s = data;
	struct matcher_text text;

	run_fold(data, line);
	text = (struct matcher_text){.text = s->fold.text,
				     .len = s->fold.len,
				     .words = s->fold.words,
				     .nwords = s->fold.nwords};
	if (!matcher_run(s->matcher, s->scratch, &text, ETQ_AGENT, NULL, &s->hits))
		abort();
	s->found += s->hits.n;
}

static const struct way ways[] = {
	{"plain", run_plain},
	{"fold", run_fold},
	{"+prefilter", run_prefilter},
	{"+confirm", run_all},
};

/* Microseconds a line: the best of five rounds. */
static double measure(const struct way *way, struct state *s)
{
	double best = 1e18;

	for (int round = 0; round < 5; round++) {
		double begin = now_ns(), took = 0;
		size_t passes = 0;

		for (; took < MIN_NS / 5; passes++) {
			for (size_t i = 0; i < COUNT(lines); i++)
				way->run(s, sv_of(lines[i]));
			took = now_ns() - begin;
		}
		took /= (double)(passes * COUNT(lines));
		if (took < best)
			best = took;
	}
	return best / 1000;
}

static void compile_plain(struct state *s)
{
	struct buf b = BUF_INIT(1000);
	PCRE2_SIZE at;
	int code;

	s->codes = calloc(s->n, sizeof(*s->codes));
	for (size_t i = 0; i < s->n; i++) {
		make_phrase(&b, (unsigned)i, true);
		s->codes[i] = pcre2_compile((PCRE2_SPTR)b.p, b.n,
					    PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &code, &at,
					    NULL);
		if (!s->codes[i] || pcre2_jit_compile(s->codes[i], PCRE2_JIT_COMPLETE) != 0)
			abort();
	}
	buf_free(&b);
}

/* Milliseconds that it took. */
static double compile_matcher(struct state *s)
{
	struct buf b = BUF_INIT(1000);
	double begin = now_ns();
	struct matcher_builder *builder = matcher_builder_new();
	struct phrase_err err;

	for (size_t i = 0; i < s->n; i++) {
		struct phrase_spec spec = {.sides = 1u << ETQ_AGENT};

		make_phrase(&b, (unsigned)i, false);
		spec.text = (struct etq_str){b.p, b.n};
		if (!matcher_add(builder, &spec, &err)) {
			printf("%s: %s\n", b.p, err.message);
			abort();
		}
	}
	s->matcher = matcher_build(builder);
	matcher_builder_free(builder);
	buf_free(&b);
	return (now_ns() - begin) / 1e6;
}

static double run_size(size_t n)
{
	struct state s = {.n = n};
	double us[COUNT(ways)], ms;

	compile_plain(&s);
	ms = compile_matcher(&s);
	s.data = pcre2_match_data_create(8, NULL);
	s.scratch = matcher_scratch_new(100000);
	if (!s.matcher || !s.data || !s.scratch)
		abort();
	for (size_t i = 0; i < COUNT(ways); i++)
		us[i] = measure(&ways[i], &s);
	printf("%7zu %9.1f %8.2f %11.2f %10.2f %7.0fx %11.1f %8zu\n", n, us[0], us[1], us[2], us[3],
	       us[0] / us[3], ms, ac_states(s.matcher->sieve->ac));
	for (size_t i = 0; i < n; i++)
		pcre2_code_free(s.codes[i]);
	free(s.codes);
	pcre2_match_data_free(s.data);
	matcher_free(s.matcher);
	matcher_scratch_free(s.scratch);
	fold_free(&s.fold);
	hits_free(&s.hits);
	return us[0] / us[3];
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {40, 200, 1000, 5000};
	bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
	int status = 0;

	printf("microseconds for a line of about 150 bytes\n");
	printf("%7s %9s %8s %11s %10s %8s %11s %8s\n", "phrases", ways[0].name, ways[1].name,
	       ways[2].name, ways[3].name, "ratio", "compile ms", "states");
	for (size_t i = 0; i < COUNT(sizes); i++)
		if (run_size(sizes[i]) < 10 && check && sizes[i] >= 200)
			status = 1;
	return status;
}
