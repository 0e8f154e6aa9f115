/* Signals: what is listened for, words or events. Equal ones are one. */
#ifndef RULES_SIGNAL_H
#define RULES_SIGNAL_H

#include "rules/keys.h"

/* The keys of a signal as written; NULL: not there. */
struct signal_keys {
	const struct node *said, *event, *by, *above;
};

/* Rows of a key table for a struct signal_keys in struct type; path: "" or "field." that leads to it. */
#define SIGNAL_KEYS(type, path)                                                            \
	{"said", "a phrase set, or a list of them", read_node, offsetof(type, path said)}, \
		{"event", "an event's name, such as hold.end", read_node,                  \
		 offsetof(type, path event)},                                              \
	{                                                                                  \
		"by", "agent, customer, bot, unknown, any, or a list", read_node,          \
			offsetof(type, path by)                                            \
	}

/* True when the keys name the event `silence`, whose `above` is its length and no bound. */
bool signal_is_silence(const struct signal_keys *keys);
/* The signal that the keys of a mapping (at) make, or NO_SIGNAL after a complaint. */
uint16_t signal_make(struct loader *ld, const struct signal_keys *keys,
		     const struct node *at) ETQ_MUST_CHECK;
/* Words of a set or of a list of sets, by these sides. */
uint16_t signal_said(struct loader *ld, const struct node *sets, uint32_t sides) ETQ_MUST_CHECK;
/* A signal by itself: an event's name, or a mapping. what: how messages call it. */
uint16_t signal_read(struct loader *ld, const struct node *node, const char *what) ETQ_MUST_CHECK;
/* A key reader: signal_read into a uint16_t. */
void read_signal(struct loader *ld, const struct key *key, const struct node *value, void *field);

/* The single side of a signal that has one; false when it has several or none. */
bool signal_side(const struct loader *ld, uint16_t signal, enum etq_side *side);
uint32_t signal_sides(const struct loader *ld, uint16_t signal);

#endif
