/* Cuts a stream of bytes into lines; holds one line and a little more, and nothing when idle. */
#ifndef DAEMON_FRAME_H
#define DAEMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "etiquette.h"

enum {
	FRAME_CHUNK = 16 * 1024, /* bytes read at once */
	FRAME_SLACK = 16 *
		      1024, /* how far a line may be over the limit and still be refused alone */
	FRAME_MAX = ETQ_MAX_LINE + FRAME_SLACK, /* bytes held */
};

struct frame {
	char *p;
	size_t cap, start, end;
	size_t seen; /* no newline before this */
};

enum frame_result {
	FRAME_MORE, /* no whole line is there */
	FRAME_LINE,
	FRAME_LONG, /* a whole line that is over ETQ_MAX_LINE; it has been skipped */
	FRAME_OVER, /* FRAME_MAX bytes and no end: the line can't be skipped */
};

void frame_free(struct frame *f); /* leaves it empty */

/* The place to read into and *n bytes of room, at least 1; NULL: out of memory, or FRAME_OVER. */
char *frame_space(struct frame *f, size_t *n) ETQ_MUST_CHECK;
/* n bytes have been put there. */
void frame_add(struct frame *f, size_t n);

/* The next line, without "\n" or "\r\n"; lives until frame_settle or frame_space. */
enum frame_result frame_next(struct frame *f, struct etq_str *line) ETQ_MUST_CHECK;
/* Is there a line, or more than there may be? */
bool frame_has_line(struct frame *f);
/* What is there of a line that has no end yet. */
struct etq_str frame_rest(const struct frame *f);
/* Gives back the memory that is not needed. */
void frame_settle(struct frame *f);

#endif
