#include "rules/bytes.h"

#include <string.h>

#include "text/utf8.h"

bool bytes_check(struct loader *ld, struct source *s)
{
	struct etq_str all = s->text;
	size_t bad = 0;
	const char *nul, *what = NULL;

	if (all.n > SOURCE_MAX) {
		s->text.n = 0;
		what = "the file is larger than 1 MiB: split it by topic";
	} else if (!utf8_valid(all, &bad)) {
		what = "this is not UTF-8: save the file as UTF-8";
		s->text.n = bad;
	} else if (all.n > 0 && (nul = memchr(all.p, '\0', all.n))) {
		what = "a NUL byte: this is no text, or it was saved as UTF-16: save it as UTF-8";
		s->text.n = (size_t)(nul - all.p);
	}
	if (!source_index(s, ld->scratch)) {
		ld->out_of_memory = true;
		return false;
	}
	if (what)
		loader_complain(ld, ETQ_DIAG_ERROR, s, s->text.n, "%s", what);
	return !what;
}
