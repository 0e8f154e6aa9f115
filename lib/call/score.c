#include "call/score.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/sv.h"
#include "call/findings.h"

double etq_score_share(const struct etq_score *score, int64_t ms)
{
	if (score->duration_ms <= 0 || ms <= 0)
		return 0;
	return ms < score->duration_ms ? (double)ms / (double)score->duration_ms : 1;
}

double etq_talk_speed(const struct etq_talk *talk)
{
	return talk->ms > 0 ? talk->words * 60000.0 / (double)talk->ms : 0;
}

/* ---- counting ------------------------------------------------------------------------------- */

static size_t number_of(const struct etq_ruleset *rules, const struct etq_rule_info *info)
{
	const struct rule *rule =
		(const struct rule *)((const char *)info - offsetof(struct rule, info));

	return (size_t)(rule - rules->rules);
}

/* More findings than can be counted cost nothing any more; the floor is long reached. */
static void count_finding(struct score_counts *counts, const struct etq_finding *f)
{
	uint16_t *n = &counts->n[f->severity];

	if (f->kind == ETQ_FINDING && *n < UINT16_MAX) {
		++*n;
		counts->points += (uint32_t)f->points;
	} else if (f->kind == ETQ_RETRACTED && *n > 0) {
		--*n;
		counts->points -= (uint32_t)f->points;
	}
}

void score_begin(struct scorecard *card, const struct etq_ruleset *rules)
{
	memset(card->counts, 0, rules->nrules * sizeof(*card->counts));
	card->revision = 0;
	card->told = 0;
	card->changed = true;
}

void score_count(struct scorecard *card, const struct etq_ruleset *rules,
		 const struct etq_findings *found, size_t from)
{
	for (size_t i = from; i < etq_findings_count(found); i++) {
		const struct etq_finding *f = etq_findings_get(found, i);

		if (f->kind == ETQ_SCORED)
			continue;
		count_finding(&card->counts[number_of(rules, f->rule)], f);
		card->changed = true;
	}
}

/* ---- adding up ------------------------------------------------------------------------------ */

/* A score with room for what it points to. */
struct sheet {
	struct etq_score score;
	struct etq_score_rule *rules;
	struct etq_score_topic *topics;
};

static void add_rule(struct sheet *sheet, const struct rule *rule,
		     const struct score_counts *counts)
{
	struct etq_score *score = &sheet->score;
	struct etq_score_rule row = {.rule = rule->info.id,
				     .topic = rule->info.topic,
				     .uncapped = (int)counts->points,
				     .cap = rule->cap,
				     .trial = rule->info.status == ETQ_TRIAL};

	for (int i = 0; i < ETQ_SEVERITIES; i++)
		row.findings += counts->n[i];
	if (!row.findings)
		return;
	if (row.trial) {
		score->trial += row.findings;
	} else {
		row.points = row.cap != NO_CAP && row.uncapped > row.cap ? row.cap : row.uncapped;
		score->points += row.points;
		score->findings += row.findings;
		for (int i = 0; i < ETQ_SEVERITIES; i++)
			score->by_severity[i] += counts->n[i];
	}
	sheet->rules[score->nrules++] = row;
}

static void add_topic(struct sheet *sheet, const struct etq_score_rule *row)
{
	size_t i = 0;

	while (i < sheet->score.ntopics && !sv_eq(sheet->topics[i].topic, row->topic))
		i++;
	if (i == sheet->score.ntopics)
		sheet->topics[sheet->score.ntopics++] =
			(struct etq_score_topic){.topic = row->topic};
	sheet->topics[i].findings += row->findings;
	sheet->topics[i].points += row->points;
}

/* Most points first, then most findings, then by name. */
static int by_cost(int points_a, int points_b, uint32_t findings_a, uint32_t findings_b,
		   struct etq_str name_a, struct etq_str name_b)
{
	if (points_a != points_b)
		return points_a > points_b ? -1 : 1;
	if (findings_a != findings_b)
		return findings_a > findings_b ? -1 : 1;
	return sv_cmp(name_a, name_b);
}

static int compare_rules(const void *a, const void *b)
{
	const struct etq_score_rule *x = a, *y = b;

	return by_cost(x->points, y->points, x->findings, y->findings, x->rule, y->rule);
}

static int compare_topics(const void *a, const void *b)
{
	const struct etq_score_topic *x = a, *y = b;

	return by_cost(x->points, y->points, x->findings, y->findings, x->topic, y->topic);
}

static void add_findings(struct sheet *sheet, const struct etq_ruleset *rules,
			 const struct score_counts *counts)
{
	struct etq_score *score = &sheet->score;

	for (size_t i = 0; i < rules->nrules; i++)
		add_rule(sheet, &rules->rules[i], &counts[i]);
	qsort(sheet->rules, score->nrules, sizeof(*sheet->rules), compare_rules);
	for (size_t i = 0; i < score->nrules; i++)
		if (!sheet->rules[i].trial)
			add_topic(sheet, &sheet->rules[i]);
	qsort(sheet->topics, score->ntopics, sizeof(*sheet->topics), compare_topics);
	score->start = rules->scoring.start;
	score->floor = rules->scoring.floor;
	score->score = score->points < score->start - score->floor ? score->start - score->points
								   : score->floor;
}

static void add_measures(struct etq_score *score, const struct state *s)
{
	score->duration_ms = s->end_t;
	score->silence_ms = s->silence_ms;
	score->holds = s->holds;
	score->hold_ms = s->hold_ms;
	score->waits = s->waits;
	score->wait_ms = s->wait_ms;
	score->ended_by = s->ended_by;
	for (int i = 0; i < ETQ_SIDES; i++)
		score->talk[i] = (struct etq_talk){.ms = s->sides[i].talk_ms,
						   .words = s->sides[i].words,
						   .utterances = s->sides[i].utterances,
						   .turns = s->sides[i].turns};
}

/* ---- telling -------------------------------------------------------------------------------- */

static uint64_t add_number(uint64_t h, int64_t n)
{
	return hash64(h, &n, sizeof(n));
}

/* Whether two scores of one call would be told in the same words. */
static uint64_t score_hash(const struct etq_score *score, const struct score_counts *counts,
			   size_t nrules)
{
	uint64_t h = hash64(HASH64_INIT, counts, nrules * sizeof(*counts));
	const int64_t numbers[] = {score->duration_ms, score->silence_ms, score->holds,
				   score->hold_ms,     score->waits,      score->wait_ms,
				   score->ended_by};

	h = hash64(h, numbers, sizeof(numbers));
	for (int i = 0; i < ETQ_SIDES; i++) {
		h = add_number(h, score->talk[i].ms);
		h = add_number(h, score->talk[i].words);
		h = add_number(h, score->talk[i].utterances);
		h = add_number(h, score->talk[i].turns);
	}
	return h;
}

/* From the call alone: a score that is given again replaces the one before. */
static void identify(const struct facts *facts, char id[33])
{
	struct hash128 h = hash128_init();

	hash128_add(&h, "score", 5);
	hash128_add(&h, facts->call.p, facts->call.n);
	hash128_number(&h, facts->meta.started_at);
	hash128_hex(&h, id);
}

static bool append(const struct etq_score *score, const struct etq_ruleset *rules,
		   const struct state *s, const struct facts *facts, struct etq_findings *out)
{
	struct etq_finding f = {
		.kind = ETQ_SCORED,
		.score = score,
		.severity = ETQ_INFO,
		.status = ETQ_ON,
		.stamped = s->stamped,
		.points = score->points,
		.t = s->end_t,
		.raised = s->end_t,
		.by = s->ended_by,
		.call = facts->call,
		.meta = &facts->meta,
		.rules_version = rules->version,
	};

	identify(facts, f.id);
	return findings_add(out, &f);
}

bool score_tell(struct scorecard *card, const struct etq_ruleset *rules, const struct state *s,
		const struct facts *facts, struct etq_findings *out)
{
	struct sheet sheet = {
		.rules = calloc(rules->nrules + 1, sizeof(*sheet.rules)),
		.topics = calloc(rules->nrules + 1, sizeof(*sheet.topics)),
	};
	bool ok = sheet.rules && sheet.topics;

	if (!ok)
		goto out;
	add_findings(&sheet, rules, card->counts);
	add_measures(&sheet.score, s);
	sheet.score.rules = sheet.rules;
	sheet.score.topics = sheet.topics;
	sheet.score.revision = card->revision + 1;
	uint64_t hash = score_hash(&sheet.score, card->counts, rules->nrules);

	if (card->revision && hash == card->told)
		goto out;
	ok = append(&sheet.score, rules, s, facts, out);
	if (ok) {
		card->revision++;
		card->told = hash;
		card->changed = true;
	}
out:
	free(sheet.rules);
	free(sheet.topics);
	return ok;
}
