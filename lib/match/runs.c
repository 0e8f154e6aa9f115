#include "match/runs.h"

#include <string.h>

#include "base/limits.h"
#include "base/sv.h"

static bool room(struct arena *a, struct runs *r, size_t n)
{
	size_t cap = r->cap ? r->cap : 2;
	struct run *v;

	if (n <= r->cap)
		return true;
	while (cap < n)
		cap *= 2;
	v = arena_array(a, cap, sizeof(*v));
	if (!v)
		return false;
	if (r->n > 0)
		memcpy(v, r->v, r->n * sizeof(*v));
	r->v = v;
	r->cap = cap;
	return true;
}

bool runs_start(struct arena *a, struct runs *r, bool bound)
{
	if (!room(a, r, 1))
		return false;
	r->n = 1;
	run_start(&r->v[0], bound);
	return true;
}

bool runs_letter(struct arena *a, struct runs *r, struct etq_str letter)
{
	if (!room(a, r, r->n + 1))
		return false;
	run_start(&r->v[r->n], false);
	run_add(&r->v[r->n++], letter);
	return true;
}

bool runs_append(struct arena *a, struct runs *r, const struct runs *more)
{
	if (!room(a, r, r->n + more->n))
		return false;
	memcpy(r->v + r->n, more->v, more->n * sizeof(*r->v));
	r->n += more->n;
	return true;
}

/* Bounds of words are no letters: folded text never has two of them in a row. */
static void run_join(struct run *r, const struct run *tail)
{
	size_t from = tail->n > 0 && tail->text[0] == ' ' && r->n > 0 && r->text[r->n - 1] == ' ';

	run_add(r, (struct etq_str){tail->text + from, tail->n - from});
}

bool runs_fit(const struct runs *r, const struct runs *tail, bool option)
{
	return r->n * (tail->n + option) <= RUNS_MAX;
}

bool runs_join(struct arena *a, struct runs *r, const struct runs *tail, bool option)
{
	size_t n = r->n;

	if (!room(a, r, n * (tail->n + option)))
		return false;
	for (size_t k = option ? 0 : 1; k < tail->n; k++)
		for (size_t i = 0; i < n; i++) {
			r->v[r->n] = r->v[i];
			run_join(&r->v[r->n++], &tail->v[k]);
		}
	for (size_t i = 0; i < n && !option; i++)
		run_join(&r->v[i], &tail->v[0]);
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
