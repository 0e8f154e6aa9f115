#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sv.h"
#include "base/table.h"

enum { SUMMARY_MAX = 1024 * 1024 * 1024 };

bool summary_open(struct summary *s, const struct etq_ruleset *rules)
{
	*s = (struct summary){.rules = rules, .nrules = etq_ruleset_count(rules)};
	s->arena = arena_new(SUMMARY_MAX);
	if (!s->arena)
		return false;
	s->by_rule = arena_array(s->arena, s->nrules + 1, sizeof(*s->by_rule));
	return s->by_rule;
}

void summary_close(struct summary *s)
{
	free(s->calls);
	free(s->agents);
	arena_free(s->arena);
	*s = (struct summary){0};
}

static bool grow(void **v, size_t n, size_t *cap)
{
	size_t more = *cap ? 2 * *cap : 64;
	void *grown;

	if (n < *cap)
		return true;
	grown = realloc(*v, more * sizeof(void *));
	if (!grown)
		return false;
	*v = grown;
	*cap = more;
	return true;
}

static bool keep(struct summary *s, struct etq_str *to, struct etq_str from)
{
	if (from.n == 0)
		return true;
	*to = arena_dup(s->arena, from);
	return to->p;
}

/* ---- adding --------------------------------------------------------------------------------- */

static size_t number_of(const struct summary *s, struct etq_str rule)
{
	size_t i = 0;

	while (i < s->nrules && !sv_eq(etq_ruleset_rule(s->rules, i)->id, rule))
		i++;
	return i;
}

static void add_tally(struct tally *to, const struct tally *from)
{
	to->findings += from->findings;
	to->trial += from->trial;
	to->points += from->points;
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		to->by_severity[i] += from->by_severity[i];
}

static void add_rules(const struct summary *s, struct rule_tally *to, const struct rule_tally *from)
{
	for (size_t i = 0; i < s->nrules; i++) {
		to[i].findings += from[i].findings;
		to[i].calls += from[i].calls;
		to[i].points += from[i].points;
	}
}

static bool same_agent(const struct agent_summary *a, const struct call_summary *c)
{
	if (a->id.n || c->agent_id.n)
		return sv_eq(a->id, c->agent_id);
	return sv_eq(a->name, c->agent_name);
}

static struct agent_summary *agent_of(struct summary *s, const struct call_summary *c)
{
	for (size_t i = 0; i < s->nagents; i++)
		if (same_agent(s->agents[i], c))
			return s->agents[i];
	if (!grow((void **)&s->agents, s->nagents, &s->agents_cap))
		return NULL;
	struct agent_summary *a = arena_alloc(s->arena, sizeof(*a));
	struct rule_tally *rules = arena_array(s->arena, s->nrules + 1, sizeof(*rules));

	if (!a || !rules)
		return NULL;
	*a = (struct agent_summary){.id = c->agent_id, .worst = c->score, .rules = rules};
	s->agents[s->nagents++] = a;
	return a;
}

static void fill(const struct summary *s, struct call_summary *c, const struct etq_score *score)
{
	c->score = score->score;
	c->duration_ms = score->duration_ms;
	c->tally = (struct tally){
		.findings = score->findings, .trial = score->trial, .points = score->points};
	for (int i = 0; i < ETQ_SEVERITIES; i++)
		c->tally.by_severity[i] = score->by_severity[i];
	for (size_t i = 0; i < score->nrules; i++)
		c->rules[number_of(s, score->rules[i].rule)] =
			(struct rule_tally){.findings = score->rules[i].findings,
					    .calls = 1,
					    .points = score->rules[i].points};
}

static bool add_call(struct summary *s, const char *file, const struct etq_finding *f)
{
	const struct etq_meta *m = f->meta;
	struct call_summary *c = arena_alloc(s->arena, sizeof(*c));
	struct rule_tally *rules = arena_array(s->arena, s->nrules + 1, sizeof(*rules));

	if (!c || !rules || !grow((void **)&s->calls, s->ncalls, &s->calls_cap))
		return false;
	*c = (struct call_summary){.file = file, .rules = rules};
	if (!keep(s, &c->id, f->call) || !keep(s, &c->agent_id, m->agent_id) ||
	    !keep(s, &c->agent_name, m->agent_name) || !keep(s, &c->queue, m->queue))
		return false;
	fill(s, c, f->score);
	struct agent_summary *a = agent_of(s, c);

	if (!a)
		return false;
	if (!a->name.n)
		a->name = c->agent_name;
	a->calls++;
	a->scores += c->score;
	if (c->score < a->worst)
		a->worst = c->score;
	add_tally(&a->tally, &c->tally);
	add_rules(s, a->rules, c->rules);
	s->calls[s->ncalls++] = c;
	s->scores += c->score;
	add_tally(&s->tally, &c->tally);
	add_rules(s, s->by_rule, c->rules);
	return true;
}

/* A score that late lines changed is told again: of each call the last one counts. */
static bool add_last(struct summary *s, const char *file, const struct etq_findings *findings,
		     struct table *last)
{
	size_t n = etq_findings_count(findings);

	for (size_t i = 0; i < n; i++) {
		const struct etq_finding *f = etq_findings_get(findings, i);

		if (f->kind == ETQ_SCORED && !table_put(last, f->call, (void *)(uintptr_t)f))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct etq_finding *f = etq_findings_get(findings, i);

		if (f->kind == ETQ_SCORED && table_get(last, f->call) == f && !add_call(s, file, f))
			return false;
	}
	return true;
}

bool summary_add(struct summary *s, const char *file, const struct etq_findings *findings)
{
	struct etq_str name = arena_dup(s->arena, sv_of(file));
	struct table *last = table_new(0);
	bool ok = name.p && last && add_last(s, name.p, findings, last);

	table_free(last);
	return ok;
}

/* ---- order ---------------------------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Lowest score, then most points, then by file and id so that the order is always the same. */
static int compare_calls(const void *a, const void *b)
{
	const struct call_summary *x = *(struct call_summary *const *)a;
	const struct call_summary *y = *(struct call_summary *const *)b;
	int order = compare_numbers(x->score, y->score);

	if (!order)
		order = compare_numbers(y->tally.points, x->tally.points);
	if (!order)
		order = strcmp(x->file, y->file);
	return order ? order : sv_cmp(x->id, y->id);
}

static int compare_agents(const void *a, const void *b)
{
	const struct agent_summary *x = *(struct agent_summary *const *)a;
	const struct agent_summary *y = *(struct agent_summary *const *)b;
	/* a/b < c/d without fractions */
	int order = compare_numbers(x->scores * (int64_t)y->calls, y->scores * (int64_t)x->calls);

	if (!order)
		order = sv_cmp(x->name, y->name);
	return order ? order : sv_cmp(x->id, y->id);
}

/* Most points, then most findings, then the order of the rules. */
static bool costs_more(const struct rule_tally *rules, size_t a, size_t b)
{
	if (rules[a].points != rules[b].points)
		return rules[a].points > rules[b].points;
	return rules[a].findings > rules[b].findings;
}

size_t summary_dearest(const struct summary *s, const struct rule_tally *rules, size_t *out,
		       size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nrules; i++) {
		size_t k = n;

		if (!rules[i].findings)
			continue;
		while (k > 0 && costs_more(rules, i, out[k - 1]))
			k--;
		if (k == max)
			continue;
		n += n < max;
		memmove(&out[k + 1], &out[k], (n - k - 1) * sizeof(*out));
		out[k] = i;
	}
	return n;
}

void summary_sort(struct summary *s)
{
	if (s->ncalls > 0)
		qsort(s->calls, s->ncalls, sizeof(*s->calls), compare_calls);
	if (s->nagents > 0)
		qsort(s->agents, s->nagents, sizeof(*s->agents), compare_agents);
}

double summary_average(int64_t scores, size_t calls)
{
	return calls ? (double)scores / (double)calls : 0;
}
