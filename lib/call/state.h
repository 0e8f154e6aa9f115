/*
 * What has come of a call so far, as far as the rules need it. Only the call at hand has one; calls
 * at rest, and what history goes back to when a line arrives out of order, are packed (packed.h).
 */
#ifndef CALL_STATE_H
#define CALL_STATE_H

#include <stdint.h>

#include "call/slot.h"
#include "call/utt.h"
#include "rules/ruleset.h"

enum {
	TAIL_UTTS = 8,     /* utterances of a turn that a phrase may reach back into */
	TAIL_WORDS = 16,   /* words it may reach back */
	BREATH_MS = 2000,  /* a side that goes on sooner speaks in one breath: the same spell */
	PENDINGS_MAX = 64, /* waits for a deadline at once in a call; the oldest gives way */
};

struct rule_state {
	uint32_t hits;       /* of what a forbid forbids */
	uint32_t whole_hits; /* whole_turn: in the turn that goes on */
	uint32_t fired;
	int32_t last_t; /* t of the last finding */
	uint32_t turn;  /* turn of the last hit, for `each: turn` */
	bool only;      /* whole_turn: nothing else in the turn so far */
	bool in_window; /* whole_turn: the turn began inside the window */
	bool measured;  /* limit: said once for this run of the measure */
};

struct sequence_state {
	uint8_t next; /* the step to come */
	bool complete;
	uint32_t serial; /* what moved it last */
	int32_t t;       /* of the last step */
	uint32_t words[2], utterances[2], turns[2];
	int32_t first_t;
};

/* `times` of a forbid; kind 0 is what is of none of the rule's kinds. */
struct tally_state {
	uint16_t counts[KINDS_MAX + 1];
	uint64_t fresh; /* bits of kinds: `after` has come since the last finding */
	uint64_t kinds; /* bits of what was last spoken of; 0 until something was */
	uint32_t turn;  /* in which `after` came last, of its sides */
	uint32_t said;  /* turn of its side in which the forbidden words came last */
};

/* `report: missing`: the best way to have come to a step in order. */
struct chain {
	uint16_t steps; /* bits of those on the way, its own among them; 0: it was not said */
	struct slot mark;
};

/* A slot, and of which signal, by its number among those that are looked back on. */
struct kept_slot {
	struct slot slot;
	uint32_t number;
};

enum pending_kind {
	PENDING_AFTER,
	PENDING_BEFORE,
	PENDING_WHOLE_TURN,
	PENDING_HOLD,
	PENDING_SILENCE
};

/* What of a finding that went out its withdrawal must repeat. */
struct issued {
	char id[33];
	bool inferred;
	uint8_t severity; /* enum etq_severity */
	int points;
};

/* Something that is decided when the watermark passes `closes`. */
struct pending {
	uint8_t kind;  /* enum pending_kind */
	uint8_t bound; /* limit: which of its measures */
	bool inferred;
	bool spoken;    /* the expected side has spoken since the anchor */
	bool turn_open; /* … and its turn goes on */
	bool own_turn;  /* the anchor's words are that side's own: the rest of their turn is free */
	bool turns_over, words_over,
		utterances_over; /* parts of the window that are closed (or not given) */
	bool fired;     /* found; kept for a while in case a late line satisfies it after all */
	uint8_t quoted; /* for packed.c */
	uint16_t rule;
	uint16_t turns, utterances; /* of the window, used up so far */
	uint32_t words;
	uint32_t next_spell; /* a running time: of what is said after it began */
	int32_t anchor_t;
	int32_t closes;       /* NEVER while a part that is not a time is open */
	int32_t latest;       /* when the parts that are over closed */
	uint16_t w0, w1;      /* words of quote; w1 == 0: all of it */
	struct utt *quote;    /* may be NULL */
	struct issued issued; /* the finding, once fired */
};

/* A finding that later news may take back. */
struct revocable {
	uint16_t rule;
	int32_t t;
	struct issued as;
};

struct revocables {
	struct revocable *v;
	uint32_t n, cap;
};

struct state {
	size_t room;      /* bytes that it may take */
	uint8_t *scratch; /* for packed.c */
	size_t scratch_size;
	const struct packed *opened_of; /* what it was opened from last, while that is there … */
	uint32_t *opened;               /* … and the numbers that it had then */
	uint32_t opened_cap;
	struct packed *same;      /* what it is, packed, as long as nothing has changed; its own */
	struct rule_state *rules; /* [nrules] */
	struct sequence_state *sequences; /* [nsequences] */
	uint16_t *
		slot_places; /* [nslots]: where in slots, from 1 on; 0: it has not come; they say it, too */
	struct tally_state *tallies; /* [ntallies] */
	struct chain *chains;        /* [nchains] */
	struct pending *pendings;
	uint32_t pendings_cap, slots_cap;
	struct kept_slot *slots;    /* of what has come, in that order */
	struct revocables inferred; /* rest on inferred waits: gone once a hold is reported */
	struct revocables charged;  /* the agent's, on its latest words: gone if they are an echo */
	struct utt *monologue_utt;
	struct utt *last[2];         /* agent's, customer's */
	struct utt *tail[TAIL_UTTS]; /* of the turn that goes on, oldest first */

	/* From here on numbers, which are zero or small for the most part: see packed.h. */
	enum etq_side turn_side; /* ETQ_SIDES: nobody spoke yet */
	uint32_t serial;         /* numbers what signals tell of: words heard, events */
	struct spoken sides[ETQ_SIDES];
	uint32_t spells; /* of speech so far that is more than acknowledgements, by any side */
	enum etq_side spell_by;
	uint32_t monologue; /* words of the side of `monologue_by` without a word of another */
	enum etq_side monologue_by;
	uint32_t ntail;
	int32_t last_end; /* when speech last ended; hold.end counts as well */
	uint32_t holds;
	uint32_t hold_ms;
	int32_t hold_t;          /* start of the hold that goes on, or NEVER */
	uint32_t waits, wait_ms; /* inferred ones that are over, or go on at the end */
	uint32_t silence_ms;     /* nobody spoke, outside of holds, until somebody did */
	int32_t silence_end;     /* of the latest in it */
	uint32_t interruptions[2];
	int32_t wait_t; /* a wait was announced; when the announcement ended, or NEVER */
	bool waiting;   /* the announced wait has become an inferred one */
	bool started, ended;
	bool stamped;
	bool rings_judged;
	enum etq_side ended_by;
	int32_t end_t;
	uint32_t echoes; /* utterances that were the other side's words at the same time */
	uint32_t npendings, nslots;
};

struct issued issued_of(const struct etq_finding *f);

/* What is remembered of a signal; one that never came when nobody looks back on it. */
const struct slot *state_slot(const struct state *s, const struct etq_ruleset *rules,
			      uint16_t signal);

/* The same to be marked, kept from now on. NULL when out of memory; not for what nobody looks back on. */
struct slot *state_keep_slot(struct state *s, const struct etq_ruleset *rules,
			     uint16_t signal) ETQ_MUST_CHECK;

/* Bytes of a state under the rules, lists apart. */
size_t state_size(const struct etq_ruleset *rules);
/* Of these, the numbers. */
size_t state_numbers(const struct etq_ruleset *rules);
/* Has slot_places be what the slots say. */
void state_find_slots(struct state *s, const struct etq_ruleset *rules);
/* One with room for that, to be begun or opened (packed.h). NULL when out of memory. */
struct state *state_new(const struct etq_ruleset *rules) ETQ_MUST_CHECK;
/* That of a call that has just begun; what it was is gone. */
void state_begin(struct state *s, const struct etq_ruleset *rules);
/* Where its parts are. */
void state_place(struct state *s, const struct etq_ruleset *rules);
/* Drops what it refers to; its room and its lists' stay. */
void state_clear(struct state *s);
void state_free(struct state *s); /* NULL is fine */

/* A new pending, zeroed but for its kind; the quote is referenced. NULL when out of memory. */
struct pending *state_pend(struct state *s, enum pending_kind kind,
			   struct utt *quote) ETQ_MUST_CHECK;
void state_unpend(struct state *s, uint32_t i);

/* Remembers such a finding in one of the lists. False when out of memory. */
bool state_remember(struct revocables *list, const struct revocable *finding) ETQ_MUST_CHECK;

/* Words, utterances and turns of the sides in the mask (agent and customer only) taken together. */
struct spoken state_spoken(const struct state *s, uint32_t sides);
#endif
