/* A call in the text format, line by line: what the readers of its lines share. */
#ifndef WIRE_TEXTCALL_STATE_H
#define WIRE_TEXTCALL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"
#include "wire/callmeta.h"
#include "wire/scan.h"
#include "wire/textcall.h"

enum { TEXTCALL_GAP_MS = 300, SPEAKERS = ETQ_UNKNOWN + 1, UTTERANCE_ID_SIZE = 24 };

enum textcall_state { BETWEEN_CALLS, IN_CALL, CALL_ENDED };

struct textcall {
	enum textcall_state state;
	bool pending;   /* a call.start is still to be given out */
	bool had_line;  /* a byte order mark may stand before the first only */
	unsigned calls; /* begun so far */
	unsigned said;  /* utterances of this call so far */
	int64_t cursor; /* end of what came before */
	int64_t gap;    /* from there to the next utterance */
	struct {
		unsigned number; /* of an utterance of which only partials have come; 0: none */
		int64_t t;
	} open[SPEAKERS];
	char call[ETQ_MAX_ID];
	size_t call_length;
	struct callmeta meta; /* of the pending call.start or of an update that was given out */
	char utterance[UTTERANCE_ID_SIZE];
};

/* One line being read. */
struct textcall_reading {
	struct textcall *t;
	struct scan scan;
	struct textcall_inputs *out;
	size_t start;  /* offset of what comes behind the time */
	int64_t at;    /* "@12.5": ETQ_NO_TIME when not given */
	int64_t until; /* "@12.5-14" */
};

/* Appends an input of this call; its views are the call's. */
struct etq_input *textcall_add(struct textcall *t, struct textcall_inputs *out,
			       enum etq_input_type type, int64_t at);
void textcall_begin(struct textcall *t);
void textcall_move_cursor(struct textcall *t, int64_t to); /* never back */
/* Something happens in a call: makes sure that there is one, and gives its call.start out. */
bool textcall_happen(struct textcall_reading *l) ETQ_MUST_CHECK;
/* Time given, or the cursor. */
int64_t textcall_here(const struct textcall_reading *l);
bool textcall_too_long(struct textcall_reading *l); /* an error; false */

/* The two kinds of lines, behind their time; l->scan is behind the [ of the first. */
bool textcall_bracket(struct textcall_reading *l) ETQ_MUST_CHECK;
bool textcall_speech(struct textcall_reading *l) ETQ_MUST_CHECK;

#endif
