#include "scoretext.h"

void scoretext_severities(FILE *out, const size_t by_severity[ETQ_SEVERITIES])
{
	const char *before = " (";

	for (int i = ETQ_CRITICAL; i >= ETQ_INFO; i--) {
		if (by_severity[i] == 0)
			continue;
		fprintf(out, "%s%zu %s", before, by_severity[i],
			etq_severity_name((enum etq_severity)i));
		before = ", ";
	}
	if (before[0] == ',')
		fputc(')', out);
}

void scoretext_head(const struct screen *s, const struct etq_score *score)
{
	size_t by_severity[ETQ_SEVERITIES];

	for (int i = 0; i < ETQ_SEVERITIES; i++)
		by_severity[i] = score->by_severity[i];
	fprintf(s->out, "%sscore %d%s of %d: ", screen_paint(s, PAINT_BOLD), score->score,
		screen_paint(s, PAINT_PLAIN), score->start);
	if (score->points > 0)
		fprintf(s->out, "−%d, ", score->points);
	fprintf(s->out, "%u %s", score->findings, score->findings == 1 ? "finding" : "findings");
	scoretext_severities(s->out, by_severity);
	if (score->trial > 0)
		fprintf(s->out, ", %u on trial", score->trial);
	if (score->revision > 1)
		fputs(", corrected", s->out);
}

/* "−20 hold.no-thanks ×3 (cap), −5 close.no-farewell" */
static void put_rules(const struct screen *s, const struct etq_score *score, int indent)
{
	size_t n = 0;

	for (size_t i = 0; i < score->nrules; i++) {
		const struct etq_score_rule *row = &score->rules[i];

		if (row->points == 0)
			continue;
		if (n++ > 0)
			fputs(", ", s->out);
		else
			fprintf(s->out, "%*s", indent, "");
		fprintf(s->out, "−%d ", row->points);
		screen_put(s, row->rule);
		if (row->findings > 1)
			fprintf(s->out, " ×%u", row->findings);
		if (row->points < row->uncapped)
			fputs(" (cap)", s->out);
	}
	if (n > 0)
		fputc('\n', s->out);
}

static int percent(const struct etq_score *score, int64_t ms)
{
	return (int)(etq_score_share(score, ms) * 100 + 0.5);
}

static void put_talk(const struct screen *s, const struct etq_score *score, enum etq_side side)
{
	const struct etq_talk *talk = &score->talk[side];

	if (talk->utterances == 0)
		return;
	fprintf(s->out, "%s %d%% at %.0f words/min, ", etq_side_name(side),
		percent(score, talk->ms), etq_talk_speed(talk));
}

static void put_waits(const struct screen *s, const struct etq_score *score, const char *what,
		      uint32_t n, int64_t ms)
{
	if (n > 0)
		fprintf(s->out, ", %u %s%s of %.1f s (%d%%)", n, what, n == 1 ? "" : "s",
			(double)ms / 1000, percent(score, ms));
}

void scoretext_details(const struct screen *s, const struct etq_score *score, int indent)
{
	put_rules(s, score, indent);
	fprintf(s->out, "%*s%s", indent, "", screen_paint(s, PAINT_DIM));
	for (int i = ETQ_AGENT; i <= ETQ_UNKNOWN; i++)
		put_talk(s, score, (enum etq_side)i);
	fprintf(s->out, "silence %d%%", percent(score, score->silence_ms));
	put_waits(s, score, "hold", score->holds, score->hold_ms);
	put_waits(s, score, "inferred wait", score->waits, score->wait_ms);
	fprintf(s->out, "%s\n", screen_paint(s, PAINT_PLAIN));
}
