/* Values known of a call (names, the company) and how they are recognised in folded text. */
#ifndef MATCH_VALUE_H
#define MATCH_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etiquette.h"
#include "match/declension.h"

/* What `{…}` in a phrase may name. */
enum value_name {
	VALUE_AGENT_NAME,
	VALUE_CUSTOMER_NAME,
	VALUE_COMPANY,
	VALUES_OF_CALL,                    /* those above: a call has them or not */
	VALUE_FIRST_NAME = VALUES_OF_CALL, /* any first name that the rule files list */
	VALUE_NAMES
};

/* "agent.name", "customer.name", "company", "first.name"; parse returns false for anything else. */
const char *value_name_text(enum value_name name);
bool value_name_parse(struct etq_str text, enum value_name *name) ETQ_MUST_CHECK;

enum { VALUE_MAX_WORDS = 4, VALUE_MAX_STEM = DECLINED_STEM_MAX };

/*
 * One spelling of a value, prepared for matching: flat, copyable, no memory of its own.
 * A person's name matches when any one of its words of three letters or more does; a company's
 * spelling when all its words stand in a row, or the letters of all of them together with a few
 * wrong, however they are parted into words. A word matches in any case form.
 */
struct value {
	uint64_t
		letters; /* value_letter of all that the first of the words that match may begin with */
	uint8_t nwords;
	bool all_words; /* company */
	struct {
		uint8_t len;  /* bytes of the stem */
		uint8_t form; /* enum declension */
		char stem[VALUE_MAX_STEM];
	} words[VALUE_MAX_WORDS];
};

/* Several of them in a row, kept elsewhere. */
struct value_span {
	const struct value *v;
	size_t n;
};

/* Folds and stems text into v; words past the maximum are left out; nwords is 0 for empty text. */
void value_make(struct value *v, enum value_name name, struct etq_str text);

/*
 * The same for a company's name. Words that only say what it is (business, each one value, forms
 * such as ООО, and an adjective before them) are left out where there are others.
 */
void value_make_company(struct value *v, struct etq_str text, struct value_span business);

/* A value that is put away, in as few bytes as its words take: at most VALUE_PACKED_MAX to out; how many. */
enum { VALUE_PACKED_MAX = 1 + VALUE_MAX_WORDS * (2 + VALUE_MAX_STEM) };
size_t value_pack(const struct value *v, uint8_t *out);
/* The reverse, of what value_pack made; how many bytes that took. */
size_t value_unpack(const uint8_t *in, struct value *v);

/*
 * Words [at, n) of folded text: the number of words, from at on, that are this value; 0 when
 * the value does not begin at word number at.
 */
struct matcher_text;
size_t value_match(const struct value *v, const struct matcher_text *text, size_t at);

/* The bit of the letter that a word begins with; letters may share one. */
static inline uint64_t value_letter(const char *word)
{
	unsigned char c = (unsigned char)word[0];

	return 1ull << ((c < 0x80 ? c : (unsigned char)word[1]) & 63);
}

#endif
