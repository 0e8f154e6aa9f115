#include "wire/quote.h"

#include <string.h>

#include "base/sv.h"
#include "wire/event.h"
#include "wire/mask.h"

void quote_emit_cut(struct emit *e, const char *key, struct etq_str s)
{
	static const char dots[] = "…";
	char text[EVENT_QUOTE_MAX];
	size_t n = EVENT_QUOTE_MAX - (sizeof(dots) - 1);

	if (s.n <= EVENT_QUOTE_MAX) {
		emit_some(e, key, s);
		return;
	}
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	memcpy(text, s.p, n);
	memcpy(text + n, dots, sizeof(dots) - 1);
	emit_text(e, key, (struct etq_str){text, n + sizeof(dots) - 1});
}

static bool may_need_mask(struct etq_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@' || (s.p[i] >= '0' && s.p[i] <= '9'))
			return true;
	return false;
}

static void emit_words(struct emit *e, struct etq_str words, bool unmasked)
{
	/* "a@" becomes "***@": two bytes more for every two. */
	struct buf masked = BUF_INIT(2 * words.n + 1);

	if (unmasked || !may_need_mask(words)) {
		quote_emit_cut(e, "text", words);
		return;
	}
	if (mask_text(words, &masked))
		quote_emit_cut(e, "text", (struct etq_str){masked.p, masked.n});
	else
		e->out->failed = true;
	buf_free(&masked);
}

void quote_emit_all(struct emit *e, const struct etq_quote *quotes, size_t n, bool unmasked)
{
	emit_open(e, "words", '[');
	for (size_t i = 0; i < n && i < ETQ_MAX_QUOTES; i++) {
		const struct etq_quote *q = &quotes[i];

		emit_open(e, NULL, '{');
		emit_some(e, "utterance", q->utterance);
		emit_name(e, "by", etq_side_name(q->by));
		emit_ms(e, "t", q->t);
		emit_words(e, q->words, unmasked);
		emit_int(e, "start", q->start);
		emit_int(e, "end", q->end);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}
