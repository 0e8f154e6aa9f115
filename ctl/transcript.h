/* The lines of calls as they were given, kept to be shown. */
#ifndef CTL_TRANSCRIPT_H
#define CTL_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"
#include "wire/event.h"

/* A line to show: an utterance, a hold's start or end, an update, the call's end. */
struct tline {
	struct etq_input in; /* strings are the transcript's own; without words and metadata */
	int64_t t;           /* where no time was given: where the line before ended */
	struct etq_str note; /* what is not an utterance: "[hold start]" */
};

struct talk {
	struct etq_str id;
	struct etq_meta meta; /* as last known */
	struct tline *lines;
	size_t n, cap;
};

struct transcript;

struct transcript *transcript_new(void) ETQ_MUST_CHECK; /* NULL: out of memory */
void transcript_free(struct transcript *tr);            /* NULL is fine */

enum added {
	ADDED_LINE,    /* the talk's line *i is new, or a partial's final text */
	ADDED_NOTHING, /* nothing to show: a duplicate, a partial's next version, a call's start */
	ADDED_FAILED,  /* out of memory */
};

enum added transcript_add(struct transcript *tr, const struct etq_input *in, struct talk **out,
			  size_t *i) ETQ_MUST_CHECK;

size_t transcript_count(const struct transcript *tr);
/* Talks in the order of their first lines. */
struct talk *transcript_talk(const struct transcript *tr, size_t i);
struct talk *transcript_find(const struct transcript *tr, struct etq_str call);

/* Puts a talk's lines in the order of their time. */
void talk_sort(struct talk *talk);

enum { NO_LINE = -1 };
/* The line that a quote is from, or NO_LINE. */
ptrdiff_t talk_quoted(const struct talk *talk, const struct etq_quote *quote);
/* The line that a finding is best shown under; NO_LINE: before all of them. */
ptrdiff_t talk_place(const struct talk *talk, const struct event_view *e);

#endif
