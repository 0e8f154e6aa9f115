#include "call/passed.h"

#include <stdlib.h>

#include "call/findings.h"
#include "call/trace.h"

int32_t clock_oldest(const struct clock *clock)
{
	return clock->max_t - clock->lateness;
}

int32_t clock_watermark(const struct clock *clock)
{
	int32_t oldest = clock_oldest(clock);

	return oldest > clock->wall ? oldest : clock->wall;
}

void passed_clear(struct passed *p)
{
	packed_free(p->before);
	free(p->emitted.v);
	*p = (struct passed){0};
}

bool passed_decide(struct judge *j, int32_t to, int32_t held, struct emitted_list *list,
		   struct packed **was)
{
	size_t from = etq_findings_count(j->out);
	uint32_t had = list ? list->n : 0;
	uint64_t traced = trace_mark(j);

	*was = packed_take(j->s, j->rules);
	if (!*was)
		return false;
	judge_until(j, to, held);
	if (!j->failed && (!list || emitted_note(list, j->out, from, j->rules)))
		return true;
	if (list)
		list->n = had;
	findings_cut(j->out, from);
	trace_drop(j, traced, UINT64_MAX);
	packed_back(*was, j->s, j->rules);
	return false;
}

bool passed_pass(struct passed *p, struct judge *j, const struct clock *clock)
{
	uint64_t traced = trace_mark(j);
	struct packed *was;

	if (!judge_due(j, clock_watermark(clock), clock->held))
		return true;
	if (!passed_decide(j, clock_watermark(clock), clock->held, &p->emitted, &was))
		return false;
	if (p->before) {
		packed_free(was);
	} else {
		p->before = was;
		p->traced = traced;
	}
	return true;
}
