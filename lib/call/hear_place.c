/* Where what was heard stands in the utterances. */
#include "call/hear.h"

size_t hear_words(const struct hear *h, uint32_t w0, uint32_t w1, struct words *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nutts; i++) {
		size_t end = i + 1 < h->nutts ? h->first[i + 1] : h->nwords;
		size_t from = w0 > h->first[i] ? w0 : h->first[i];
		size_t to = w1 < end ? w1 : end;

		if (from >= to)
			continue;
		if (n < max)
			out[n] = (struct words){
				.utt = h->utts[i],
				.w0 = (uint32_t)(from - h->first[i] + h->skip[i]),
				.w1 = (uint32_t)(to - h->first[i] + h->skip[i]),
			};
		n++;
	}
	return n;
}

static bool listens(const struct signal *signal, uint16_t set)
{
	for (size_t i = 0; i < signal->nsets; i++)
		if (signal->sets[i] == set)
			return true;
	return false;
}

bool hear_covered(const struct hear *h, const struct signal *signal)
{
	size_t next = h->new_word;

	/* heard is sorted by place: the covered part grows from the left or has a gap for good */
	for (size_t i = 0; i < h->nheard && next < h->nwords; i++) {
		const struct heard *x = &h->heard[i];

		if (listens(signal, x->set) && x->w0 <= next && x->w1 > next)
			next = x->w1;
	}
	return next == h->nwords && h->nwords > h->new_word;
}
