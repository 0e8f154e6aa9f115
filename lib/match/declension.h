/* How names are declined: which endings may stand behind the stem of a word. */
#ifndef MATCH_DECLENSION_H
#define MATCH_DECLENSION_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

enum declension {
	DECLINED_NOT,
	DECLINED_ANYHOW,    /* its stem was cut: any ending */
	DECLINED_LATIN,     /* Anna, Anna's */
	DECLINED_CONSONANT, /* Иван, Петров */
	DECLINED_FLEETING,  /* Павел, Павла; Лев, Льва */
	DECLINED_A,         /* Ольга, Петрова */
	DECLINED_YA,        /* Мария, Илья */
	DECLINED_SOFT,      /* Игорь, Любовь */
	DECLINED_J,         /* Сергей, Дмитрий */
	DECLINED_ADJECTIVE, /* Достоевский, Крупская */
	DECLINED_COMPANY,   /* a word of a company's name: singular or plural, noun or adjective */
	DECLENSIONS
};

enum {
	DECLINED_LETTERS = 3,   /* shorter words are initials and prepositions, and not declined */
	DECLINED_STEM_MAX = 40, /* bytes */
};

/*
 * How a word is declined, folded as all words here: one of a company's name, or one of a person's.
 * *stem: how many of its bytes are the stem, which can be more than DECLINED_STEM_MAX.
 */
enum declension declension_of(struct etq_str word, bool company, size_t *stem);

/* Is the word one that is declined so from that stem, of at most DECLINED_STEM_MAX bytes? */
bool declension_fits(enum declension d, struct etq_str stem, struct etq_str word);

#endif
