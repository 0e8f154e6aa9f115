#include "rules/signal.h"

#include <string.h>

#include "base/diag.h"
#include "base/sv.h"
#include "rules/names.h"
#include "rules/scalar.h"

static const struct choice event_choices[] = {
	{"call.start", EVENT_CALL_START},
	{"answer", EVENT_CALL_START},
	{"turn.start", EVENT_TURN_START},
	{"hold.start", EVENT_HOLD_START},
	{"hold.end", EVENT_HOLD_END},
	{"wait.start", EVENT_WAIT_START},
	{"wait.end", EVENT_WAIT_END},
	{"silence", EVENT_SILENCE},
	{"interruption", EVENT_INTERRUPTION},
	{"utterance", EVENT_UTTERANCE},
	{"echo", EVENT_ECHO},
	{"call.end", EVENT_CALL_END},
	{NULL},
};

/* Whose event it is unless `by` says so; none: it has no side. */
static uint32_t default_sides(enum event event)
{
	if (event == EVENT_TURN_START || event == EVENT_INTERRUPTION || event == EVENT_UTTERANCE)
		return 1u << ETQ_AGENT;
	return SIDES_ALL;
}

static bool has_side(enum event event)
{
	return event == EVENT_TURN_START || event == EVENT_INTERRUPTION ||
	       event == EVENT_UTTERANCE || event == EVENT_CALL_END;
}

bool signal_is_silence(const struct signal_keys *keys)
{
	return keys->event && node_is(keys->event, "silence");
}

static bool same(const struct signal *a, const struct signal *b)
{
	return a->kind == b->kind && a->event == b->event && a->sides == b->sides &&
	       a->above_ms == b->above_ms && a->nsets == b->nsets &&
	       (a->nsets == 0 || memcmp(a->sets, b->sets, a->nsets * sizeof(*a->sets)) == 0);
}

static uint16_t intern(struct loader *ld, const struct signal *signal, const struct node *at)
{
	size_t cap = ld->signals_cap;

	for (size_t i = 0; i < ld->nsignals; i++)
		if (same(&ld->signals[i], signal))
			return (uint16_t)i;
	if (ld->nsignals == SIGNALS_MAX) {
		loader_error(ld, at, "too many different signals in the rules: at most %d",
			     SIGNALS_MAX);
		return NO_SIGNAL;
	}
	if (!loader_grow(ld, (void **)&ld->signals, ld->nsignals, &cap, sizeof(*ld->signals)) ||
	    !loader_grow(ld, (void **)&ld->signal_nodes, ld->nsignals, &ld->signals_cap,
			 sizeof(struct node *)))
		return NO_SIGNAL;
	ld->signal_nodes[ld->nsignals] = at;
	ld->signals[ld->nsignals] = *signal;
	return (uint16_t)ld->nsignals++;
}

uint16_t signal_said(struct loader *ld, const struct node *sets, uint32_t sides)
{
	struct signal signal = {.kind = SIGNAL_SAID, .sides = sides};
	uint16_t *ids;

	if (!names_list(ld, &ld->set_names, sets, "said", &ids, &signal.nsets))
		return NO_SIGNAL;
	signal.sets = ids;
	for (size_t i = 0; i < signal.nsets; i++) {
		struct set *set = &ld->sets[ids[i]];

		set->mentioned = true;
		if (!(set->out.sides & sides)) {
			loader_error(
				ld, sets,
				"the phrase set `%.*s` listens to others (its `by`) than those who are to say it here",
				SV_ARG(ld->set_names.v[ids[i]]->name));
			return NO_SIGNAL;
		}
	}
	return intern(ld, &signal, sets);
}

static uint16_t make_said(struct loader *ld, const struct signal_keys *keys)
{
	uint32_t sides = 1u << ETQ_AGENT;

	if (keys->above) {
		loader_error(ld, keys->above,
			     "`above` can't be here: only `event: silence` has a length");
		return NO_SIGNAL;
	}
	if (keys->by && !scalar_sides(ld, keys->by, false, &sides))
		return NO_SIGNAL;
	return signal_said(ld, keys->said, sides);
}

static uint16_t make_event(struct loader *ld, const struct signal_keys *keys)
{
	struct signal signal = {.kind = SIGNAL_EVENT};
	int event;

	if (!scalar_choice(ld, keys->event, "event", event_choices, &event))
		return NO_SIGNAL;
	signal.event = (enum event)event;
	signal.sides = default_sides(signal.event);
	if (keys->by && !has_side(signal.event)) {
		loader_error(ld, keys->by, "`event: %.*s` has no side: leave `by` out",
			     SV_ARG(keys->event->text));
		return NO_SIGNAL;
	}
	if (keys->by && !scalar_sides(ld, keys->by, event == EVENT_CALL_END, &signal.sides))
		return NO_SIGNAL;
	if (keys->above && event != EVENT_SILENCE) {
		loader_error(ld, keys->above,
			     "`above` can't be here: only `event: silence` has a length");
		return NO_SIGNAL;
	}
	if (event == EVENT_SILENCE && !keys->above) {
		loader_error(
			ld, keys->event,
			"`event: silence` needs `above`, its length: {event: silence, above: 10s}");
		return NO_SIGNAL;
	}
	if (keys->above && !scalar_time(ld, keys->above, "above", &signal.above_ms))
		return NO_SIGNAL;
	return intern(ld, &signal, keys->event);
}

uint16_t signal_make(struct loader *ld, const struct signal_keys *keys, const struct node *at)
{
	if (keys->said && keys->event) {
		loader_error(ld, keys->event, "`said` and `event` exclude each other");
		return NO_SIGNAL;
	}
	if (keys->said)
		return make_said(ld, keys);
	if (keys->event)
		return make_event(ld, keys);
	if (ld->misspelt != at)
		loader_error(ld, at, "what to listen for is missing: `said: SET` or `event: NAME`");
	return NO_SIGNAL;
}

uint16_t signal_read(struct loader *ld, const struct node *node, const char *what)
{
	static const struct key keys[] = {
		SIGNAL_KEYS(struct signal_keys, ),
		{"above", "length of a silence", read_node, offsetof(struct signal_keys, above)},
	};
	struct signal_keys written = {0};
	int event;

	if (node->kind == NODE_MAP) {
		keys_read(ld, node, "a signal", keys, KEY_COUNT(keys), &written);
		return signal_make(ld, &written, node);
	}
	if (node->kind == NODE_SCALAR && names_find(&ld->set_names, node->text)) {
		loader_error(ld, node, "`%s: %.*s`: a phrase set is written `{said: %.*s}`", what,
			     SV_ARG(node->text), SV_ARG(node->text));
		return NO_SIGNAL;
	}
	if (!scalar_choice(ld, node, what, event_choices, &event))
		return NO_SIGNAL;
	written.event = node;
	return signal_make(ld, &written, node);
}

void read_signal(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	*(uint16_t *)field = signal_read(ld, value, key->name);
}

uint32_t signal_sides(const struct loader *ld, uint16_t signal)
{
	return signal == NO_SIGNAL ? SIDES_ANY : ld->signals[signal].sides;
}

bool signal_side(const struct loader *ld, uint16_t signal, enum etq_side *side)
{
	uint32_t sides = signal_sides(ld, signal);

	for (int i = 0; i < ETQ_SIDES; i++)
		if (sides == 1u << i) {
			*side = (enum etq_side)i;
			return true;
		}
	return false;
}
