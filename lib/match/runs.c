#include "match/runs.h"

#include "base/limits.h"
#include "base/sv.h"

void runs_start(struct runs *r)
{
	r->n = 1;
	run_start(&r->v[0], false);
}

/* Bounds of words are no letters: folded text never has two of them in a row. */
static void run_join(struct run *r, const struct run *tail)
{
	size_t from = tail->n > 0 && tail->text[0] == ' ' && r->n > 0 && r->text[r->n - 1] == ' ';

	run_add(r, (struct etq_str){tail->text + from, tail->n - from});
}

bool runs_join(struct runs *a, const struct runs *b, bool option)
{
	size_t n = a->n;

	if (n * (b->n + option) > RUNS_MAX)
		return false;
	for (size_t k = option ? 0 : 1; k < b->n; k++)
		for (size_t i = 0; i < n; i++) {
			a->v[a->n] = a->v[i];
			run_join(&a->v[a->n++], &b->v[k]);
		}
	for (size_t i = 0; i < n && !option; i++)
		run_join(&a->v[i], &b->v[0]);
	return true;
}

void runs_bound(struct runs *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].n == 0 || r->v[i].text[r->v[i].n - 1] != ' ')
			run_add(&r->v[i], SV(" "));
}

bool runs_at_bound(const struct runs *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].n == 0 || r->v[i].text[r->v[i].n - 1] != ' ')
			return false;
	return true;
}

bool runs_end(struct arena *a, const struct runs *r, struct needs *needs)
{
	struct need all = {0};

	for (size_t i = 0; i < r->n; i++) {
		struct needs one = {0};

		if (!run_end(a, &r->v[i], &one) || !need_union(a, &all, &one.v[0], i == 0))
			return false;
	}
	needs_add(needs, &all);
	return true;
}

bool runs_whole(const struct runs *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].letters == LITERAL_MAX)
			return false;
	return true;
}

void runs_letter(struct runs *r, struct etq_str letter)
{
	run_start(&r->v[r->n], false);
	run_add(&r->v[r->n++], letter);
}
