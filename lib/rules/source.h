/* One rule file's text, and the places in it. */
#ifndef RULES_SOURCE_H
#define RULES_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "etiquette.h"

struct source {
	const char *name;
	struct etq_str text;   /* without a byte order mark */
	const uint32_t *lines; /* offset of each line's first byte */
	size_t nlines;
	size_t index; /* among the sources */
	size_t layer; /* 0: packs; each site (folder of) files is a layer over what came before */
	struct etq_str extends, topic;
	bool unreadable; /* it could not be read to its end: names may be missing */
};

/* A place as people count: from 1, columns in code points. */
struct place {
	int line, col;
};

/* Finds the lines of s->text; false when out of memory. */
bool source_index(struct source *s, struct arena *a) ETQ_MUST_CHECK;
/* The place of byte number at (the end when past it). The text need not be valid UTF-8. */
struct place source_place(const struct source *s, size_t at);
/* The offset of a place; the end of its line when col is past that, of the text when line is. */
size_t source_offset(const struct source *s, struct place place);
/* The line that byte number at is in, without its end. */
struct etq_str source_line(const struct source *s, size_t at);

#endif
