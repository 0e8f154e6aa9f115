/* What packed.c and packed_lean.c have in common, and nobody else knows. */
#ifndef CALL_PACKED_PRIVATE_H
#define CALL_PACKED_PRIVATE_H

#include <stddef.h>

#include "call/packed.h"

enum {
	PLACES = TAIL_UTTS + 3,           /* of utterances in the state itself */
	UTTS_MAX = PLACES + PENDINGS_MAX, /* a byte holds their number */
	ALIGNED = sizeof(void *),
	/* In numbers: a pending, and where the address in it is. */
	PENDING = sizeof(struct pending) / sizeof(uint32_t),
	QUOTE = offsetof(struct pending, quote) / sizeof(uint32_t),
};

_Static_assert(UTTS_MAX <= UINT8_MAX, "numbers of utterances");
_Static_assert(sizeof(struct pending) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(sizeof(struct revocable) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(sizeof(struct kept_slot) % sizeof(uint32_t) == 0, "packed as such");
_Static_assert(offsetof(struct state, turn_side) % sizeof(uint32_t) == 0, "packed as such");

struct packed {
	uint32_t ninferred, ncharged;
	uint16_t nslots;
	uint8_t npendings;
	uint8_t nutts;
	bool leans; /* the numbers are told by where they differ from those of the state behind it */
	uint8_t places
		[PLACES]; /* which of the utterances, from 1 on: the last two, the monologue's, the tail */
	struct utt *utts[]; /* each once; then the bytes */
};

_Static_assert(PENDINGS_MAX <= UINT8_MAX, "number of pendings");

/* One of the parts that are packed one after another: a row of numbers. */
struct part {
	void *v;
	size_t n;
};

enum { PARTS = 5 };

/* The numbers of s, without utterances. */
void packed_begin(struct packed *p, const struct state *s);
/* Where they are; the order is that of the bytes. */
void packed_parts(struct state *s, const struct etq_ruleset *rules, struct part parts[PARTS]);
/* How many numbers the parts of p are. */
void packed_counts(const struct packed *p, const struct etq_ruleset *rules, size_t n[PARTS]);
/* Of all parts. */
uint32_t packed_total(const size_t n[PARTS]);
/*
 * Room for n numbers packed, behind room for nwas of them packed; that NULL: for n numbers, twice.
 * The former's place, or NULL.
 */
struct packed *packed_draft(struct state *s, const size_t n[PARTS], const size_t nwas[PARTS]);
/* What was drafted up to there, in as much room as it takes. NULL when out of memory. */
struct packed *packed_keep(struct state *s, const struct packed *draft, const uint8_t *end);
/* Numbers the utterances of s in p, and takes their addresses out of the pendings. */
void packed_number(struct packed *p, struct state *s);
/* Puts them back. */
void packed_quotes_back(const struct packed *p, struct state *s);

#endif
