/* Hearing: which phrase sets an utterance brings, matched over the joined text of its turn. */
#ifndef CALL_HEAR_H
#define CALL_HEAR_H

#include "base/arena.h"
#include "call/reading.h"
#include "call/state.h"
#include "match/matcher.h"

/* A phrase set heard: words [w0, w1) of the joined text; v0..v1 the value that it captured, or -1. */
struct heard {
	uint16_t set;
	uint32_t w0, w1;
	int32_t v0, v1;
};

/* Words [w0, w1) of one utterance; w1 == 0: the whole of it. */
struct words {
	struct utt *utt;
	uint32_t w0, w1;
};

/* Reused from line to line. The utterances in it are borrowed. */
struct hear {
	struct reading now;     /* the utterance that is judged */
	struct reading another; /* an earlier one of which the words are wanted */
	struct arena *quoted;   /* words of findings, until the next finding or utterance */
	struct matcher_scratch *scratch;
	struct hits hits;
	uint32_t *tries; /* numbers of patterns */
	size_t tries_cap;
	uint64_t *marks; /* bits of sets */
	size_t marks_cap;
	bool everything; /* try all, also what can't count: a trace tells of it */
	char *text;
	size_t len, text_cap;
	struct fold_word *words;
	size_t nwords, words_cap;
	size_t new_word; /* first word of the utterance itself */
	struct utt *utts[TAIL_UTTS + 1];
	size_t first[TAIL_UTTS +
		     1]; /* number, in the joined text, of the utterance's first word there */
	size_t skip[TAIL_UTTS + 1]; /* words of it that are left out before that */
	size_t nutts;
	struct heard *heard; /* by place, then by set */
	size_t nheard, heard_cap;
	const struct heard
		*before; /* in earlier utterances of the turn: it excuses what goes on in u */
	size_t nbefore;
	struct offence *offences; /* what forbid rules have against the utterance so far */
	size_t noffences, offences_cap;
};

/* Words [w0, w1) of the joined text that a forbid rule does not want. */
struct offence {
	uint16_t rule;
	uint16_t nth; /* of what the rule forbids */
	uint32_t w0, w1;
};

bool hear_offence(struct hear *h, struct offence offence) ETQ_MUST_CHECK;

/* False when out of memory; hear_free is due either way. */
bool hear_init(struct hear *h, uint32_t match_limit) ETQ_MUST_CHECK;
void hear_free(struct hear *h);

/* The utterance read: until another one is. NULL when out of memory. */
const struct reading *hear_read(struct hear *h, const struct utt *u) ETQ_MUST_CHECK;

/*
 * Fills h->heard with what is new in u, spoken after what state has, and notes it in u for the
 * utterances to come. False when out of memory.
 */
bool hear_utterance(struct hear *h, const struct etq_ruleset *rules, const struct state *s,
		    struct utt *u, const struct matcher_values *values) ETQ_MUST_CHECK;

/* The set is heard only behind a signal, and that has not come before u, or too long ago. */
bool hear_out_of_place(const struct etq_ruleset *rules, const struct phrase_set *set,
		       const struct state *s, const struct utt *u);

/* Splits joined words [w0, w1) by utterance into out (room for max); returns how many there are. */
size_t hear_words(const struct hear *h, uint32_t w0, uint32_t w1, struct words *out, size_t max);

/* True when every word of the utterance itself is covered by hits of the signal's sets. */
bool hear_covered(const struct hear *h, const struct signal *signal);

#endif
