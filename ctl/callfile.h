/* A file of calls, native or text, as one input after the other. */
#ifndef CTL_CALLFILE_H
#define CTL_CALLFILE_H

#include "etiquette.h"
#include "opts.h"

struct callfile;

/* name "-": standard input. NULL and err when it can't be opened. */
struct callfile *callfile_open(const char *name, enum file_format format,
			       struct etq_err *err) ETQ_MUST_CHECK;
/* The same over text in memory, which must live as long. */
struct callfile *callfile_over(const char *name, struct etq_str text, enum file_format format,
			       struct etq_err *err) ETQ_MUST_CHECK;
void callfile_close(struct callfile *f); /* NULL is fine */

enum callfile_next {
	CALLFILE_INPUT, /* *in is set; its views live until the next call */
	CALLFILE_BAD,   /* a bad line, err says why; the next call goes on behind it */
	CALLFILE_END,
	CALLFILE_FAILED, /* reading failed, or no memory; there is no more */
};

enum callfile_next callfile_next(struct callfile *f, struct etq_input *in,
				 struct etq_err *err) ETQ_MUST_CHECK;

const char *callfile_name(const struct callfile *f); /* "<stdin>" for "-" */
/* Where the last input or bad line stands; from 1. col is 0 when only the line is known. */
int callfile_line(const struct callfile *f);
int callfile_col(const struct callfile *f);

/* Says "FILE:LINE:COL: code: message" of the last line. */
void callfile_say(const struct callfile *f, const struct etq_err *err);

#endif
