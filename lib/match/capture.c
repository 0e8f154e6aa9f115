#include "match/capture.h"

#include <string.h>

#include "base/sv.h"
#include "text/utf8.h"

enum { VERB_LETTERS = 6 };

/* clang-format off */
/*
 * Little words, greetings, and what else is said on the telephone where a name might be. The words
 * of a row have their first letter in common.
 */
static const char *const not_names[] = {
	"a afternoon am an and are at",
	"calling can",
	"evening",
	"for",
	"good",
	"he hello help here hi how",
	"i in is it",
	"may me morning my",
	"name no not",
	"of on or",
	"please",
	"she sorry speaking",
	"thank thanks that the they this to",
	"was we what who",
	"yes you your",
	"а ага алле алло ах",
	"без благодарю будет буду бы был была были было",
	"в вам вами вас ваш ваша ваше ваши весь вечер вечера во вопрос вопросу вот все всем",
	"всех вся вчера вы",
	"где говорит говорите говорю",
	"да даже день для дня до доброго доброе добрый договор договора",
	"его ее ей ему если есть еще",
	"же",
	"за завтра заказ заказа зачем звать звонит звоните звонок звоню здесь здравствуй",
	"здравствуйте здрасьте зовут",
	"и из извините или им имени имя их",
	"к как какая какие какое какой клиент клиента ко когда компании компанию компания",
	"конечно которая который кто куда",
	"ладно ли либо линии линия лишь",
	"м между менеджер менеджера меня минуту мм мне мной могу мое можем может можно мои",
	"мой моя мы",
	"на над надо нам нами нас насчет наш наша наше наши не нельзя нет нету ни но номер",
	"номера ну нужно",
	"о об обращайтесь обращаться ой он она они оно оператор оператора опять от отдел",
	"отдела откуда отлично отчество очень",
	"перед по поводу под поддержка поддержки подскажите пожалуйста пока помочь понятно",
	"после потом потому почему поэтому при привет про простите просто",
	"рад рада рады",
	"с свидания свой своя себе себя сегодня сейчас секунду скажите сколько служба службы",
	"слушаем слушаю снова со спасибо специалист специалиста",
	"та так также там те тебе тебя телефон телефона теперь то тогда тоже только тот",
	"тут ты",
	"у угу уж уже утра утро",
	"фамилия фирма фирмы",
	"хорошо хотел хотела хотелось хотим хочу",
	"чем через что чтобы",
	"э эта эти это этот эх",
	"я ясно",
	NULL,
};

/* A firm may be called so. */
static const char *const not_persons[] = {
	"два", "один", "пять", "три", "четыре", NULL,
};

/* Endings of longer verbs; a firm may be called what it likes. */
static const struct etq_str verb_endings[] = {
	SV("йте"), SV("аете"), SV("яете"), SV("уете"), SV("аем"), SV("яем"), SV("уем"), SV("ться"),
	SV("ешь"), SV("ишь"), SV("ает"), SV("яет"), SV("ует"), SV("ают"), SV("яют"), SV("уют"),
	SV("юсь"),
};
/* clang-format on */

static bool in_row(const char *row, struct etq_str word)
{
	while (*row) {
		const char *end = strchrnul(row, ' ');

		if ((size_t)(end - row) == word.n && memcmp(row, word.p, word.n) == 0)
			return true;
		row = *end ? end + 1 : end;
	}
	return false;
}

/* word has two bytes at least. */
static bool in_rows(const char *const *rows, struct etq_str word)
{
	bool two = word.p[0] & 0x80; /* bytes in a letter */

	for (const char *const *row = rows; *row; row++)
		if ((*row)[0] == word.p[0] && (!two || (*row)[1] == word.p[1]) &&
		    in_row(*row, word))
			return true;
	return false;
}

static bool is_verb(struct etq_str word)
{
	if (word.n < 2 * VERB_LETTERS)
		return false;
	for (size_t i = 0; i < sizeof(verb_endings) / sizeof(*verb_endings); i++) {
		struct etq_str end = verb_endings[i];

		if (word.p[word.n - 1] == end.p[end.n - 1] &&
		    memcmp(word.p + word.n - end.n, end.p, end.n) == 0)
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
	if (in_rows(not_names, word))
		return false;
	return name == VALUE_COMPANY || (!in_rows(not_persons, word) && !is_verb(word));
}
