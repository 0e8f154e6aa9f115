/* What a rule file extends, for those who gather files before they are loaded together. */
#ifndef RULES_EXTENDS_H
#define RULES_EXTENDS_H

#include <stdbool.h>

#include "etiquette.h"

enum { EXTENDS_MAX = 1000 };

struct extends {
	char path[EXTENDS_MAX + 1]; /* as written */
	int line, col;
};

/*
 * Is the word in the file's text? Reading all files is a fifth of what loading them costs, and few
 * extend another: those without the word are not read for it. YAML could write the word with escapes,
 * which the loading refuses.
 */
bool extends_written(struct etq_str text) ETQ_MUST_CHECK;

/*
 * Finds the value of `extends` in a rule file. False when there is none, or none that could be
 * used: what is wrong with the file is said when it is loaded.
 */
bool extends_find(struct etq_str text, struct extends *out) ETQ_MUST_CHECK;

#endif
