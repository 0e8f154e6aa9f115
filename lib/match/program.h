/*
 * Phrases as steps over the words of a text: what a parsed phrase becomes, and how it is looked for.
 * Steps of a phrase point forward only, so that a walk always ends; alternatives are tried in the
 * order in which they are written, and gaps are as short as they can be.
 */
#ifndef MATCH_PROGRAM_H
#define MATCH_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "match/phrase.h"

enum step_kind {
	STEP_WORDS,   /* the next word is one of the spellings */
	STEP_ENDINGS, /* the next word ends as one of the spellings, and is longer */
	STEP_ANY,     /* there is a next word */
	STEP_CHOICE,  /* one of the branches, in their order */
	STEP_OPTION,  /* `inner`, which goes on with `next` itself, or `next` at once */
	STEP_GAP,     /* least up to most words, then `next` */
	STEP_VALUE,   /* words that are the value, or that may be and are taken for it */
	STEP_START,   /* here a line starts */
	STEP_END,     /* here a line ends */
	STEP_DONE,
};

enum { NO_STEP = UINT32_MAX, NO_JUMPS = UINT32_MAX };

struct step {
	uint8_t kind;
	uint8_t value; /* enum value_name */
	bool capture;  /* of a value: any words that may be one */
	uint8_t least, most;
	uint16_t depth; /* choices that may be open on the way from here */
	uint32_t n;     /* spellings or branches */
	uint32_t at; /* the first spelling; the first branch, in numbers; an option's inner step */
	/*
	 * Many of them: in numbers, for each of the letters of `first` where those that the letter
	 * begins are, in spellings or numbers, and where the last of them end.
	 */
	uint32_t jumps;
	uint32_t next;
	uint64_t first; /* letters that the next word may begin with, as bits */
};

enum { LETTERS = 64 };

/* Letters are told apart by six bits; a few share them. word is not empty. */
static inline unsigned letter_of(const char *word)
{
	unsigned char c = (unsigned char)word[0];

	return (c < 0x80 ? c : (unsigned char)word[1]) & (LETTERS - 1);
}

enum { KEY_BYTES = 8 };

/* A word, or how it begins. */
struct spelling {
	uint64_t key;  /* its first bytes, as eight_some has them */
	uint32_t rest; /* those behind them, in letters */
	uint16_t len;
	uint8_t ending; /* enum ending */
	uint8_t unused; /* bits of the key that have none of it: those on top */
};

enum ending { ENDING_NONE, ENDING_LATIN, ENDING_CYRILLIC, ENDING_ANY };

/* All phrases' steps. */
struct program {
	struct step *steps;
	size_t nsteps, steps_cap;
	struct spelling *spellings;
	size_t nspellings, spellings_cap;
	uint32_t *numbers;
	size_t nnumbers, numbers_cap;
	char *letters;
	size_t nletters, letters_cap;
	struct arena *arena; /* while phrases are added, of … */
	struct table *lists; /* … lists of spellings by what they are */
};

/* False when out of memory; program_free is due either way. */
bool program_init(struct program *p) ETQ_MUST_CHECK;
void program_free(struct program *p);
/* No more phrases are added. */
void program_seal(struct program *p);

enum program_result { PROGRAM_OK, PROGRAM_TOO_DEEP, PROGRAM_NO_MEMORY };

/* Adds a phrase's steps; *root is the first. a: for the time being. On failure none are added. */
enum program_result program_add(struct program *p, struct arena *a, const struct node *root,
				bool capture, uint32_t *first) ETQ_MUST_CHECK;

/* As in a step: spellings, sorted by their letters. */
struct spelling_list {
	uint32_t at, n, jumps;
	uint64_t first;
};

/* The spellings of these words, none twice; equal lists are kept once. False: out of memory. */
bool spellings_add(struct program *p, struct arena *a, const struct node *const *words, size_t n,
		   struct spelling_list *list) ETQ_MUST_CHECK;
/* Room for n numbers more; NO_JUMPS when out of memory. */
uint32_t program_numbers(struct program *p, size_t n) ETQ_MUST_CHECK;

/* Bits that are set: what the compiler has for machines without an instruction for it is a call. */
static inline unsigned count_bits(uint64_t v)
{
	v -= v >> 1 & 0x5555555555555555ull;
	v = (v & 0x3333333333333333ull) + (v >> 2 & 0x3333333333333333ull);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (unsigned)(v * 0x0101010101010101ull >> 56);
}

/* Which of a step's jumps is that of a letter that it has. */
static inline unsigned jump_of(uint64_t first, unsigned letter)
{
	return count_bits(first & ((1ull << letter) - 1));
}

#endif
