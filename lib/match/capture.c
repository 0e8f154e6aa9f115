#include "match/capture.h"

#include <string.h>

#include "base/sv.h"
#include "text/utf8.h"

enum { VERB_LETTERS = 6 };

/* clang-format off */
static const char *const not_names[] = {
	/* pronouns, particles, prepositions, conjunctions */
	"я мы ты вы он она оно они мне меня мной тебя тебе вам вас вами нас нам нами его ему ее ей их им",
	"мой моя мое мои наш наша наше наши ваш ваша ваше ваши свой своя себя себе кто что как где когда",
	"куда откуда почему зачем сколько какой какая какое какие который которая это этот эта эти тот та те",
	"то так там тут здесь вот ну да нет не ни же бы ли уж уже еще все всё всех всем весь вся очень просто",
	"тоже также только лишь даже если или либо но но а и в во на по из за к ко с со у о об от до для при",
	"про без над под через после перед между чтобы потому поэтому сейчас сегодня завтра вчера теперь тогда",
	"пока потом опять снова может можно нужно надо нельзя есть нету угу ага мм ой ах эх алло алле э м",
	/* greetings and what is said on the telephone */
	"здравствуйте здрасьте здравствуй привет добрый доброе доброго день дня утро утра вечер вечера пожалуйста",
	"спасибо благодарю извините простите до свидания хорошо понятно ясно конечно ладно отлично",
	"слушаю слушаем говорите говорю говорит звоню звонит звоните звонок зовут звать имя имени фамилия",
	"отчество обращаться обращайтесь подскажите скажите помочь могу можем хочу хотел хотела хотелось хотим",
	"буду будет был была было были рад рада рады чем вопрос вопросу поводу насчет минуту секунду",
	"компания компании компанию фирма фирмы клиент клиента оператор оператора менеджер менеджера специалист",
	"специалиста служба службы отдел отдела поддержка поддержки линия линии номер номера заказ заказа",
	"телефон телефона договор договора один два три четыре пять",
	/* English */
	"i me my you your he she it we they this that is am are was the a an and or of to in on for at hello",
	"hi good morning afternoon evening please thanks thank sorry yes no not here speaking calling name",
	"how can may help what who",
	NULL,
};

/* Endings of longer verbs; a firm may be called what it likes. */
static const char *const verb_endings[] = {
	"йте", "аете", "яете", "уете", "аем", "яем", "уем", "ться", "ешь", "ишь", "ает", "яет", "ует", "ают", "яют", "уют", "юсь", NULL,
};
/* clang-format on */

static bool in_rows(struct etq_str word)
{
	for (const char *const *row = not_names; *row; row++) {
		for (const char *p = *row; *p;) {
			size_t n = strcspn(p, " ");

			if (n == word.n && memcmp(p, word.p, n) == 0)
				return true;
			p += n + (p[n] == ' ');
		}
	}
	return false;
}

static bool is_verb(struct etq_str word)
{
	if (word.n < 2 * VERB_LETTERS)
		return false;
	for (const char *const *end = verb_endings; *end; end++) {
		size_t n = strlen(*end);

		if (memcmp(word.p + word.n - n, *end, n) == 0)
			return true;
	}
	return false;
}

bool capture_accepts(enum value_name name, struct etq_str word)
{
	size_t latin = 0, cyrillic = 0, letters = 0, n;

	for (size_t i = 0; i < word.n; i += n, letters++) {
		uint32_t cp = utf8_decode(word.p + i, &n);

		latin += cp >= 'a' && cp <= 'z';
		cyrillic += cp >= 0x430 && cp <= 0x44f;
	}
	if (letters < 2 || (latin != letters && cyrillic != letters))
		return false;
	return !in_rows(word) && (name == VALUE_COMPANY || !is_verb(word));
}
