/* Calls and findings as people read them. */
#ifndef CTL_RENDER_H
#define CTL_RENDER_H

#include "screen.h"
#include "transcript.h"
#include "wire/event.h"

/* The event that a finding becomes, words unmasked; views into *f. */
void render_event_of(const struct etq_finding *f, struct event_view *e);

/* "call c1: inbound, queue sales, …" */
void render_talk(const struct screen *s, const struct talk *talk);

enum render_mode {
	RENDER_LINE,  /* the whole line, with what is marked underlined */
	RENDER_MARKS, /* only what goes under a line that was just shown */
};

/*
 * A line, and under it marks for the quotes in it of the n events. RENDER_MARKS falls back to the
 * marked rows when the line takes more than one row.
 */
bool render_line(const struct screen *s, const struct talk *talk, const struct tline *line,
		 const struct event_view *events, size_t n, enum render_mode mode) ETQ_MUST_CHECK;

/* A finding under a line: severity, id, title, time, advice. */
void render_finding(const struct screen *s, const struct event_view *e);
/* A finding or a score by itself: with its call, agent and words. */
void render_alone(const struct screen *s, const struct event_view *e);

/* A call's score, under its lines. */
void render_score(const struct screen *s, const struct etq_score *score);

/* "mm:ss.s"; "--:--.-" for no time. */
struct clock_text {
	char p[24];
};
struct clock_text render_clock(int64_t ms);

/* The title in the language of the call. */
struct etq_str render_title(const struct event_view *e);

#endif
