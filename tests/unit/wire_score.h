/* A score with everything in it. */
#ifndef WIRE_SCORE_FIXTURE_H
#define WIRE_SCORE_FIXTURE_H

#include "wire_finding.h"

static const struct etq_score_rule score_rules[] = {
	{SV("hold.no-thanks"), SV("hold"), 3, 30, 20, 20, false},
	{SV("close.no-farewell"), SV("close"), 1, 3, -1, 3, false},
	{SV("speech.new"), SV("speech"), 2, 10, -1, 0, true},
};

static const struct etq_score_topic score_topics[] = {
	{SV("hold"), 3, 20},
	{SV("close"), 1, 3},
};

static const struct etq_score score_values = {
	.score = 77,
	.start = 100,
	.points = 23,
	.revision = 1,
	.findings = 4,
	.trial = 2,
	.by_severity = {[ETQ_MINOR] = 1, [ETQ_MAJOR] = 3},
	.rules = score_rules,
	.nrules = 3,
	.topics = score_topics,
	.ntopics = 2,
	.duration_ms = 184500,
	.talk = {[ETQ_AGENT] = {60000, 121, 20, 11},
		 [ETQ_CUSTOMER] = {41000, 98, 15, 10},
		 [ETQ_UNKNOWN] = {900, 2, 1, 0}},
	.silence_ms = 40700,
	.holds = 1,
	.hold_ms = 41800,
	.waits = 2,
	.wait_ms = 20000,
	.ended_by = ETQ_CUSTOMER,
};

static const struct etq_finding score_full = {
	.kind = ETQ_SCORED,
	.id = "0123456789abcdef0123456789abcdef",
	.score = &score_values,
	.points = 23,
	.t = 184500,
	.raised = 184500,
	.by = ETQ_CUSTOMER,
	.call = SV("c1"),
	.meta = &finding_meta,
	.rules_version = "1f3c9a0b7d2e4c55",
};

#endif
