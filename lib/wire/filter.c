/* Which events a subscriber wants. */
#include "base/sv.h"
#include "wire/subscribe.h"

/* `*` stands for any text; only the last one passed needs to be gone back to. */
static bool glob(struct etq_str pattern, struct etq_str s)
{
	size_t p = 0, i = 0, star = 0, behind = 0;
	bool starred = false;

	while (i < s.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			starred = true;
			star = ++p;
			behind = i;
		} else if (p < pattern.n && pattern.p[p] == s.p[i]) {
			p++;
			i++;
		} else if (starred) {
			p = star;
			i = ++behind;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool passes(const struct filter *f, enum filter_list list, struct etq_str s)
{
	if (!f->lists[list].given)
		return true;
	if (!s.p)
		return false;
	for (size_t i = 0; i < f->lists[list].n; i++)
		if (list == FILTER_RULES ? glob(f->lists[list].v[i], s)
					 : sv_eq(f->lists[list].v[i], s))
			return true;
	return false;
}

static bool wants_score(const struct filter *f)
{
	if (f->types_given)
		return f->types & (1u << ETQ_SCORED);
	return f->severity == ETQ_INFO && !f->lists[FILTER_RULES].given;
}

static bool wants_finding(const struct filter *f, const struct etq_finding *finding)
{
	return (!f->types_given || (f->types & (1u << finding->kind))) &&
	       finding->severity >= f->severity && passes(f, FILTER_RULES, finding->rule->id);
}

bool filter_match(const struct filter *f, const struct etq_finding *finding)
{
	const struct etq_meta *meta = finding->meta;

	return (finding->kind == ETQ_SCORED ? wants_score(f) : wants_finding(f, finding)) &&
	       passes(f, FILTER_QUEUES, meta ? meta->queue : SV_NONE) &&
	       passes(f, FILTER_AGENTS, meta ? meta->agent_id : SV_NONE) &&
	       passes(f, FILTER_CALLS, finding->call);
}

bool filter_is_open(const struct filter *f)
{
	bool given = f->types_given;

	for (size_t i = 0; i < FILTER_LISTS; i++)
		given |= f->lists[i].given;
	return !given && f->severity == ETQ_INFO;
}
