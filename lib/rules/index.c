#include "rules/index.h"

typedef bool index_fn(const struct etq_ruleset *r, size_t i, int what);

static bool is_live(const struct rule *rule)
{
	return rule->info.status == ETQ_ON || rule->info.status == ETQ_TRIAL;
}

static bool is_limit(const struct etq_ruleset *r, size_t i, int what)
{
	return r->rules[i].form == FORM_LIMIT && is_live(&r->rules[i]);
}

static bool is_about_whole_turns(const struct etq_ruleset *r, size_t i, int what)
{
	const struct rule *rule = &r->rules[i];

	if (rule->form != FORM_FORBID || !is_live(rule))
		return false;
	for (size_t k = 0; k < rule->forbid.n; k++)
		if (rule->forbid.any[k].whole_turn)
			return true;
	return false;
}

static bool has_kinds(const struct etq_ruleset *r, size_t i, int what)
{
	const struct rule *rule = &r->rules[i];

	return rule->form == FORM_FORBID && is_live(rule) && rule->forbid.tally.times &&
	       rule->forbid.tally.kinds != NO_SIGNAL;
}

static bool is_event(const struct etq_ruleset *r, size_t i, int what)
{
	return r->signals[i].kind == SIGNAL_EVENT && (int)r->signals[i].event == what;
}

/* Does anything ask later when the signal came? */
static bool is_looked_back_on(const struct uses *uses)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->v[i].role == ROLE_STATE || uses->v[i].role == ROLE_FORBID_AFTER ||
		    uses->v[i].role == ROLE_EXPECT_SAID)
			return true;
	return false;
}

/* Numbers below n that are so, in order. */
static bool list(struct loader *ld, size_t n, index_fn *is, int what, struct id_list *out)
{
	uint16_t *v;
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += is(ld->out, i, what);
	v = loader_alloc(ld, found, sizeof(*v));
	if (!v)
		return false;
	*out = (struct id_list){v, found};
	for (size_t i = 0; i < n; i++)
		if (is(ld->out, i, what))
			*v++ = (uint16_t)i;
	return true;
}

static bool index_slots(struct loader *ld)
{
	uint16_t *slots = loader_alloc(ld, ld->out->nsignals, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < ld->out->nsignals; i++)
		slots[i] = is_looked_back_on(&ld->out->signal_uses[i]) ? (uint16_t)ld->out->nslots++
								       : NO_SLOT;
	ld->out->signal_slots = slots;
	return true;
}

bool index_rules(struct loader *ld)
{
	struct etq_ruleset *out = ld->out;

	for (int event = 0; event < EVENTS; event++)
		if (!list(ld, out->nsignals, is_event, event, &out->event_signals[event]))
			return false;
	return index_slots(ld) && list(ld, out->nrules, is_limit, 0, &out->limits) &&
	       list(ld, out->nrules, is_about_whole_turns, 0, &out->whole_turns) &&
	       list(ld, out->nrules, has_kinds, 0, &out->tallied);
}
