#include "rules/link.h"

#include <string.h>

#include "base/sv.h"
#include "rules/index.h"

/* Goes over the uses of all signals, once to count them and once to note them. */
struct linking {
	const struct loader *ld;
	struct uses *uses;  /* [nsignals] */
	struct use *places; /* NULL while counting */
};

static bool is_live(const struct rule *rule)
{
	return rule->info.status == ETQ_ON || rule->info.status == ETQ_TRIAL;
}

static void add_use(struct linking *l, uint16_t signal, struct use use)
{
	struct uses *uses;

	if (signal == NO_SIGNAL)
		return;
	uses = &l->uses[signal];
	if (l->places)
		((struct use *)(uintptr_t)uses->v)[uses->n] = use;
	uses->n++;
}

static void add_steps(struct linking *l, uint16_t rule, const struct sequence *sequence)
{
	/* The last first: a signal that stands for several steps goes on, and begins anew only if it can't. */
	for (size_t i = sequence->n; i-- > 0;)
		add_use(l, sequence->steps[i].signal,
			(struct use){.role = ROLE_STEP,
				     .rule = rule,
				     .sequence = sequence,
				     .step = (uint16_t)i});
}

static void add_forbidden(struct linking *l, uint16_t rule, const struct forbid *forbid)
{
	for (size_t i = 0; i < forbid->n; i++) {
		struct use use = {.role = ROLE_FORBID, .rule = rule, .step = (uint16_t)i};

		add_use(l, forbid->any[i].what, use);
		use.role = ROLE_FORBID_AFTER;
		add_use(l, forbid->any[i].after, use);
	}
	add_use(l, forbid->tally.until, (struct use){.role = ROLE_FORBID_UNTIL, .rule = rule});
	add_use(l, forbid->tally.kinds, (struct use){.role = ROLE_STATE, .rule = rule});
}

static void add_form(struct linking *l, uint16_t number, const struct rule *rule)
{
	switch (rule->form) {
	case FORM_FORBID:
		add_forbidden(l, number, &rule->forbid);
		break;
	case FORM_EXPECT:
		add_use(l, rule->expect.said,
			(struct use){.role = ROLE_EXPECT_SAID, .rule = number});
		add_use(l, rule->expect.anchor,
			(struct use){.role = ROLE_EXPECT_ANCHOR, .rule = number});
		break;
	case FORM_SEQUENCE:
		add_steps(l, number, &rule->sequence);
		break;
	case FORM_LIMIT:
		break;
	}
}

static void add_exceptions(struct linking *l, uint16_t number, const struct rule *rule)
{
	for (size_t i = 0; i < rule->nunless; i++)
		for (size_t k = 0; k < rule->unless[i].n; k++) {
			const struct exception *e = &rule->unless[i].all[k];

			add_use(l, e->signal, (struct use){.role = ROLE_STATE, .rule = number});
			if (e->sequence)
				add_steps(l, number, e->sequence);
		}
}

static void add_all(struct linking *l)
{
	const struct etq_ruleset *out = l->ld->out;

	for (size_t i = 0; i < out->nrules; i++) {
		if (!is_live(&out->rules[i]))
			continue;
		add_form(l, (uint16_t)i, &out->rules[i]);
		add_exceptions(l, (uint16_t)i, &out->rules[i]);
	}
	const struct use nobodys = {.role = ROLE_STATE, .rule = NO_RULE};

	for (size_t i = 0; i < l->ld->set_names.n; i++)
		add_use(l, l->ld->sets[i].out.after, nobodys);
	add_use(l, out->settings.wait_announce, nobodys);
	add_use(l, out->settings.acknowledge, nobodys);
	add_use(l, out->settings.noise, nobodys);
}

static bool link_uses(struct loader *ld)
{
	struct linking l = {.ld = ld};
	size_t total = 0;
	struct use *next;

	l.uses = loader_alloc(ld, ld->nsignals, sizeof(*l.uses));
	if (!l.uses)
		return false;
	add_all(&l);
	for (size_t i = 0; i < ld->nsignals; i++)
		total += l.uses[i].n;
	next = l.places = loader_alloc(ld, total, sizeof(*next));
	if (!next)
		return false;
	for (size_t i = 0; i < ld->nsignals; i++) {
		l.uses[i].v = next;
		next += l.uses[i].n;
		l.uses[i].n = 0;
	}
	add_all(&l);
	ld->out->signal_uses = l.uses;
	return true;
}

/* ---- phrase sets ---------------------------------------------------------------------------- */

/* True when it made a difference. */
static bool want(struct set *set, uint32_t sides)
{
	bool more = !set->heard || (sides & set->out.sides & ~set->wanted);

	set->heard = true;
	set->wanted |= sides & set->out.sides;
	return more;
}

/* The sets that are exceptions to those that are heard are heard by the same sides. */
static void want_exceptions(struct loader *ld)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < ld->set_names.n; i++) {
			const struct set *set = &ld->sets[i];

			for (size_t k = 0; set->heard && k < set->out.nexcept; k++)
				more |= want(&ld->sets[set->out.except[k]], set->wanted);
		}
	}
}

void link_warn(struct loader *ld)
{
	for (size_t i = 0; i < ld->set_names.n; i++) {
		const struct named *named = ld->set_names.v[i];

		/* What a site has no use for is the pack's own business. */
		if (!ld->sets[i].mentioned && ld->sets[i].out.capture < 0 &&
		    named->last->layer == ld->layers)
			loader_warning(ld, named->key, "the phrase set `%.*s` is used by nothing",
				       SV_ARG(named->name));
	}
}

bool link_sets(struct loader *ld)
{
	if (!link_uses(ld))
		return false;
	for (size_t i = 0; i < ld->nsignals; i++) {
		const struct signal *signal = &ld->signals[i];

		for (size_t k = 0; ld->out->signal_uses[i].n > 0 && k < signal->nsets; k++)
			want(&ld->sets[signal->sets[k]], signal->sides);
	}
	for (size_t i = 0; i < ld->set_names.n; i++)
		if (ld->sets[i].out.capture >= 0)
			want(&ld->sets[i], SIDES_ALL);
	want_exceptions(ld);
	return true;
}

static void add_listeners(const struct loader *ld, struct id_list *lists, bool count)
{
	for (size_t i = 0; i < ld->nsignals; i++) {
		const struct signal *signal = &ld->signals[i];

		for (size_t k = 0; ld->out->signal_uses[i].n > 0 && k < signal->nsets; k++) {
			struct id_list *list = &lists[signal->sets[k]];

			if (!count)
				((uint16_t *)(uintptr_t)list->v)[list->n] = (uint16_t)i;
			list->n++;
		}
	}
}

static bool link_listeners(struct loader *ld)
{
	size_t total = 0, nsets = ld->set_names.n;
	struct id_list *lists = loader_alloc(ld, nsets, sizeof(*lists));
	uint16_t *next;

	if (!lists)
		return false;
	add_listeners(ld, lists, true);
	for (size_t i = 0; i < nsets; i++)
		total += lists[i].n;
	next = loader_alloc(ld, total, sizeof(*next));
	if (!next)
		return false;
	for (size_t i = 0; i < nsets; i++) {
		lists[i].v = next;
		next += lists[i].n;
		lists[i].n = 0;
	}
	add_listeners(ld, lists, false);
	ld->out->set_signals = lists;
	return true;
}

static void mask_set(uint64_t *mask, const struct phrase_set *set)
{
	for (uint32_t p = set->first_pattern; p < set->first_pattern + set->npatterns; p++)
		mask[p / 64] |= 1ull << (p % 64);
}

/* Sets that signals listen to, or that capture, are heard on every line; others only excuse. */
static bool link_listened(struct loader *ld, struct phrase_set *sets)
{
	struct etq_ruleset *out = ld->out;
	size_t n = (matcher_count(out->matcher) + 63) / 64;
	uint64_t *listened = loader_alloc(ld, n, sizeof(*listened));
	uint64_t *placed = loader_alloc(ld, n, sizeof(*placed));

	if (!listened || !placed)
		return false;
	for (size_t i = 0; i < ld->set_names.n; i++) {
		struct phrase_set *set = &sets[i];

		set->excuses = set->capture < 0 && out->set_signals[i].n == 0;
		if (set->excuses)
			continue;
		mask_set(listened, set);
		if (set->after != NO_SIGNAL)
			mask_set(placed, set);
	}
	out->listened = listened;
	out->placed = placed;
	return true;
}

bool link_rules(struct loader *ld)
{
	struct signal *signals = loader_alloc(ld, ld->nsignals, sizeof(*signals));
	struct phrase_set *sets = loader_alloc(ld, ld->set_names.n, sizeof(*sets));

	if (!signals || !sets)
		return false;
	if (ld->nsignals > 0)
		memcpy(signals, ld->signals, ld->nsignals * sizeof(*signals));
	for (size_t i = 0; i < ld->set_names.n; i++)
		sets[i] = ld->sets[i].out;
	ld->out->signals = signals;
	ld->out->nsignals = ld->nsignals;
	ld->out->sets = sets;
	ld->out->nsets = ld->set_names.n;
	ld->out->nsequences = ld->nsequences;
	ld->out->ntallies = ld->ntallies;
	ld->out->nchains = ld->nchains;
	return link_listeners(ld) && link_listened(ld, sets) && index_rules(ld);
}
