#include "callfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/sv.h"
#include "say.h"
#include "wire/native.h"
#include "wire/textcall.h"

struct callfile {
	const char *name;
	FILE *file;
	struct native_decoder *native; /* one of the two … */
	struct textcall *text;         /* … once the format is known */
	struct buf bytes;              /* the line being read */
	struct textcall_inputs queue;
	size_t taken; /* of the queue */
	int line, col;
	bool ended;
};

static bool start_format(struct callfile *f, enum file_format format, struct etq_err *err)
{
	if (format == FORMAT_NATIVE)
		f->native = native_decoder_new();
	else if (format == FORMAT_TEXT)
		f->text = textcall_new();
	if (format != FORMAT_AUTO && !f->native && !f->text) {
		err_set(err, "out-of-memory", "no memory");
		return false;
	}
	return true;
}

static struct callfile *open_over(const char *name, FILE *file, enum file_format format,
				  struct etq_err *err)
{
	struct callfile *f = calloc(1, sizeof *f);

	if (!f || !start_format(f, format, err)) {
		if (!f)
			err_set(err, "out-of-memory", "no memory");
		if (file != stdin)
			fclose(file);
		free(f);
		return NULL;
	}
	f->name = name;
	f->file = file;
	/* One byte more than a line may have: decoders then say that it is too long. */
	f->bytes = BUF_INIT(ETQ_MAX_LINE + 2);
	return f;
}

struct callfile *callfile_open(const char *name, enum file_format format, struct etq_err *err)
{
	if (strcmp(name, "-") == 0)
		return open_over("<stdin>", stdin, format, err);
	FILE *file = fopen(name, "re");

	if (!file) {
		err_set(err, "file", "%s: %s", name, strerror(errno));
		return NULL;
	}
	return open_over(name, file, format, err);
}

struct callfile *callfile_over(const char *name, struct etq_str text, enum file_format format,
			       struct etq_err *err)
{
	/* fmemopen has no read-only variant for const memory and none for empty memory. */
	FILE *file = text.n > 0 ? fmemopen((void *)(uintptr_t)text.p, text.n, "r")
				: fopen("/dev/null", "re");

	if (!file) {
		err_set(err, "out-of-memory", "%s: %s", name, strerror(errno));
		return NULL;
	}
	return open_over(name, file, format, err);
}

void callfile_close(struct callfile *f)
{
	if (!f)
		return;
	if (f->file != stdin)
		fclose(f->file);
	native_decoder_free(f->native);
	textcall_free(f->text);
	buf_free(&f->bytes);
	free(f);
}

/* Reads a line, what is over the limit cut off. False at the end and on errors. */
static bool read_line(struct callfile *f)
{
	int c;

	buf_clear(&f->bytes);
	while ((c = getc_unlocked(f->file)) != EOF && c != '\n') {
		if (f->bytes.n <= ETQ_MAX_LINE && !buf_putc(&f->bytes, (char)c))
			return false;
	}
	if (c == EOF && f->bytes.n == 0)
		return false;
	f->line++;
	return true;
}

static bool blank(struct etq_str line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (!strchr(" \t\r", line.p[i]) || line.p[i] == '\0')
			return false;
	}
	return true;
}

/* Text calls can't begin with a brace, native ones with nothing else. */
static bool detect(struct callfile *f, struct etq_str line, struct etq_err *err)
{
	size_t i = 0;

	if (f->native || f->text)
		return true;
	if (sv_starts(line, SV("\xef\xbb\xbf")))
		i = 3;
	while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	bool brace = i < line.n && line.p[i] == '{';

	return start_format(f, brace ? FORMAT_NATIVE : FORMAT_TEXT, err);
}

static enum callfile_next decode(struct callfile *f, struct etq_str line, struct etq_err *err)
{
	f->queue.n = f->taken = 0;
	f->col = 0;
	if (f->native) {
		if (!native_decode(f->native, line, &f->queue.v[0], err))
			return CALLFILE_BAD;
		f->queue.n = 1;
	} else if (!textcall_line(f->text, line, &f->queue, err, &f->col)) {
		f->queue.n = 0;
		return CALLFILE_BAD;
	}
	return CALLFILE_INPUT;
}

/* Fills the queue from the next line that has something. */
static enum callfile_next refill(struct callfile *f, struct etq_err *err)
{
	if (f->ended)
		return CALLFILE_END;
	if (!read_line(f)) {
		if (ferror(f->file) || f->bytes.failed) {
			err_set(err, "file", "%s: %s", f->name, strerror(errno));
			f->ended = true;
			return CALLFILE_FAILED;
		}
		f->ended = true;
		f->queue.n = f->taken = 0;
		if (f->text)
			textcall_finish(f->text, &f->queue);
		return CALLFILE_INPUT;
	}
	struct etq_str line = {f->bytes.p ? f->bytes.p : "", f->bytes.n};

	if (f->line == 1 && sv_starts(line, SV("\xef\xbb\xbf")))
		line = (struct etq_str){line.p + 3, line.n - 3};
	if (blank(line)) {
		f->queue.n = f->taken = 0;
		return CALLFILE_INPUT;
	}
	if (!detect(f, line, err)) {
		f->ended = true;
		return CALLFILE_FAILED;
	}
	return decode(f, line, err);
}

enum callfile_next callfile_next(struct callfile *f, struct etq_input *in, struct etq_err *err)
{
	while (f->taken == f->queue.n) {
		enum callfile_next next = refill(f, err);

		if (next != CALLFILE_INPUT)
			return next;
	}
	*in = f->queue.v[f->taken++];
	return CALLFILE_INPUT;
}

const char *callfile_name(const struct callfile *f)
{
	return f->name;
}

int callfile_line(const struct callfile *f)
{
	return f->line;
}

int callfile_col(const struct callfile *f)
{
	return f->col;
}

void callfile_say(const struct callfile *f, const struct etq_err *err)
{
	if (f->col > 0)
		say_at("%s:%d:%d: %s: %s", f->name, f->line, f->col, err->code, err->message);
	else
		say_at("%s:%d: %s: %s", f->name, f->line, err->code, err->message);
}
