#include <inttypes.h>

#include "base/sv.h"
#include "wire/callmeta.h"
#include "wire/emit.h"
#include "wire/printable.h"
#include "wire/textcall.h"

/* "12.5", "75.04": seconds, without zeros at the end. */
static void put_seconds(int64_t ms, struct buf *out)
{
	int64_t rest = ms % 1000;

	buf_printf(out, "%" PRId64, ms / 1000);
	if (rest == 0)
		return;
	if (rest % 100 == 0)
		buf_printf(out, ".%" PRId64, rest / 100);
	else if (rest % 10 == 0)
		buf_printf(out, ".%02" PRId64, rest / 10);
	else
		buf_printf(out, ".%03" PRId64, rest);
}

static void put_time(const struct etq_input *in, struct buf *out)
{
	if (in->t == ETQ_NO_TIME || in->t < 0)
		return;
	buf_putc(out, '@');
	put_seconds(in->t, out);
	if (in->type == ETQ_UTTERANCE && in->end != ETQ_NO_TIME && in->end >= in->t) {
		buf_putc(out, '-');
		put_seconds(in->end, out);
	}
	buf_putc(out, ' ');
}

static void put_call(const struct etq_input *in, struct buf *out)
{
	buf_puts(out, "[call id=");
	callmeta_put_quoted(in->call, out);
	callmeta_put(&in->meta, out);
	buf_putc(out, ']');
}

bool textcall_render(const struct etq_input *in, struct buf *out)
{
	struct emit e = emit_begin(out); /* for its way back */

	if (in->type != ETQ_CALL_START)
		put_time(in, out);
	switch (in->type) {
	case ETQ_CALL_START:
	case ETQ_CALL_UPDATE:
		put_call(in, out);
		break;
	case ETQ_UTTERANCE:
		buf_printf(out, "%s%s: ", etq_side_name(in->by), in->final ? "" : "~");
		printable_text(in->text, out);
		break;
	case ETQ_CALL_END:
		buf_printf(out, "[end by %s]", etq_side_name(in->by));
		break;
	default:
		buf_puts(out, in->type == ETQ_HOLD_START ? "[hold start]" : "[hold end]");
	}
	buf_putc(out, '\n');
	return emit_end(&e);
}
