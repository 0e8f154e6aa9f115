/* A file of calls through an engine of its own. */
#ifndef CTL_JUDGE_H
#define CTL_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "callfile.h"
#include "etiquette_trace.h"
#include "transcript.h"

struct judge {
	struct etq_ruleset *rules;
	struct transcript *transcript; /* NULL: lines are not kept */
	struct etq_trace *trace;       /* NULL: none */
	/* Takes findings as they come, and clears the list or keeps them. NULL: they are kept. */
	bool (*take)(void *arg, struct etq_findings *findings);
	void *arg;
	size_t lines, bad; /* counted on */
};

/* Feeds all of f, then ends its calls. Bad lines are said and counted; false: said why, fatal. */
bool judge_file(struct judge *j, struct callfile *f, struct etq_findings *findings) ETQ_MUST_CHECK;

#endif
