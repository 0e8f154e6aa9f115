/*
 * Lines from outside: native messages, subscribers' messages, replies, the text format. What is
 * taken must come back the same after writing and reading it again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "text/utf8.h"
#include "wire/mask.h"
#include "wire/native.h"
#include "wire/reply.h"
#include "wire/stats.h"
#include "wire/subscribe.h"
#include "wire/textcall.h"

enum { OUT_MAX = 4 * ETQ_MAX_LINE };

struct outs {
	struct buf first, second;
};

static void fault(int line, const char *what)
{
	fprintf(stderr, "line %d: %s\n", line, what);
	abort();
}

#define demand(what) ((what) ? (void)0 : fault(__LINE__, #what))

static void demand_same(const struct outs *o)
{
	demand(o->first.n == o->second.n && memcmp(o->first.p, o->second.p, o->first.n) == 0);
}

static struct etq_str view(const struct buf *b)
{
	return (struct etq_str){b->p, b->n};
}

static void check_input(struct native_decoder *d, const struct etq_input *in, struct outs *o)
{
	struct etq_input back;
	struct etq_err err;

	buf_clear(&o->first);
	buf_clear(&o->second);
	demand(native_encode(in, &o->first));
	if (o->first.n > ETQ_MAX_LINE)
		return;
	demand(native_decode(d, view(&o->first), &back, &err));
	demand(native_encode(&back, &o->second));
	demand_same(o);
}

static void fuzz_native(struct native_decoder *d, struct etq_str line, struct outs *o)
{
	struct etq_input in;
	struct etq_err err;
	size_t bad;

	if (!native_decode(d, line, &in, &err)) {
		demand(err.code[0] && err.message[0] && utf8_valid(sv_of(err.message), &bad));
		return;
	}
	demand(in.call.n >= 1 && in.call.n <= ETQ_MAX_ID && in.text.n <= ETQ_MAX_TEXT);
	buf_clear(&o->first);
	demand(textcall_render(&in, &o->first));
	check_input(d, &in, o);
}

static void fuzz_subscriber(struct native_decoder *d, struct etq_str line, struct outs *o)
{
	struct subscription s;
	struct etq_err err;

	if (!subscription_decode(d, line, &s, &err))
		return;
	buf_clear(&o->first);
	buf_clear(&o->second);
	demand(subscription_encode(&s, &o->first));
	subscription_free(&s);
	demand(subscription_decode(d, view(&o->first), &s, &err));
	demand(subscription_encode(&s, &o->second));
	subscription_free(&s);
	demand_same(o);
}

static void fuzz_client(struct native_decoder *d, struct etq_str line)
{
	struct reply r;
	struct stats s;
	struct etq_err err;

	if (reply_decode(d, line, &r, &err) && r.type == REPLY_EVENT)
		demand(r.event.nquotes <= ETQ_MAX_QUOTES);
	if (stats_decode(d, line, &s, &err))
		demand(s.n <= STATS_MAX_ROWS);
}

/* What was given out, written in the text format, can be read again, unless letters had to be replaced. */
static void check_rendered(const struct etq_input *in, struct outs *o)
{
	struct textcall *again = textcall_new();
	struct textcall_inputs inputs;
	struct etq_err err;
	int col;

	demand(again);
	buf_clear(&o->first);
	demand(textcall_render(in, &o->first));
	if (o->first.n <= ETQ_MAX_LINE && !strstr(o->first.p, "\xef\xbf\xbd"))
		demand(textcall_line(again, (struct etq_str){o->first.p, o->first.n - 1}, &inputs,
				     &err, &col) ||
		       in->type == ETQ_CALL_UPDATE);
	textcall_free(again);
}

static void fuzz_textcall(struct native_decoder *d, struct etq_str file, struct outs *o)
{
	struct textcall *t = textcall_new();
	struct textcall_inputs inputs;
	struct etq_err err;
	int col;

	demand(t);
	while (file.n > 0) {
		const char *end = memchr(file.p, '\n', file.n);
		struct etq_str line = {file.p, end ? (size_t)(end - file.p) : file.n};

		if (!textcall_line(t, line, &inputs, &err, &col))
			demand(inputs.n == 0 && col >= 1 && (size_t)col <= line.n + 1);
		for (size_t i = 0; i < inputs.n; i++) {
			check_input(d, &inputs.v[i], o);
			check_rendered(&inputs.v[i], o);
		}
		line.n += end != NULL;
		file.p += line.n;
		file.n -= line.n;
	}
	textcall_finish(t, &inputs);
	textcall_free(t);
}

static void fuzz_mask(struct etq_str text, struct outs *o)
{
	size_t bad;

	if (!utf8_valid(text, &bad))
		return;
	buf_clear(&o->first);
	demand(mask_text(text, &o->first));
	demand(utf8_valid(view(&o->first), &bad));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct native_decoder *d; /* as in a daemon: one for all lines */
	struct outs o = {BUF_INIT(OUT_MAX), BUF_INIT(OUT_MAX)};
	struct etq_str line = {(const char *)data, size};

	if (!d)
		d = native_decoder_new();
	demand(d);
	fuzz_native(d, line, &o);
	fuzz_subscriber(d, line, &o);
	fuzz_client(d, line);
	fuzz_textcall(d, line, &o);
	fuzz_mask(line, &o);
	buf_free(&o.first);
	buf_free(&o.second);
	return 0;
}
