#include "match/values.h"

static struct etq_str word_at(const struct matcher_text *text, size_t at)
{
	return (struct etq_str){text->text + text->words[at].off, text->words[at].len};
}

static uint64_t letter_at(const struct matcher_text *text, size_t at)
{
	return value_letter(text->text + text->words[at].off);
}

unsigned values_known(const struct matcher_values *values)
{
	unsigned known = 0;

	if (!values)
		return 0;
	for (int i = 0; i < VALUES_OF_CALL; i++)
		known |= (values->n[i] > 0 ? 1u : 0) << i;
	if (values->first_names)
		known |= 1u << VALUE_FIRST_NAME;
	return known;
}

/* Most values fall out by the letter that the word begins with. */
static inline size_t match_span(struct value_span span, uint64_t letter,
				const struct matcher_text *text, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < span.n && n == 0; i++)
		if (span.v[i].letters & letter)
			n = value_match(&span.v[i], text, at);
	return n;
}

/* The same for a value of the call. */
static inline size_t match_known(const struct matcher_values *values, enum value_name name,
				 uint64_t letter, const struct matcher_text *text, size_t at)
{
	struct value_span own = {values->v[name], values->n[name]};
	size_t n = match_span(own, letter, text, at);

	for (size_t i = 0; i < NAME_GROUPS_OF && n == 0; i++)
		n = match_span(values->like[name][i], letter, text, at);
	return n;
}

size_t values_match(const struct matcher_values *values, enum value_name name,
		    const struct matcher_text *text, size_t at)
{
	if (name == VALUE_FIRST_NAME)
		return first_names_has(values->first_names, word_at(text, at));
	return match_known(values, name, letter_at(text, at), text, at);
}

/* The letters that a word must begin with to be the value of the call, as value_letter has them. */
static uint64_t letters_of(const struct matcher_values *values, enum value_name name)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < values->n[name]; i++)
		letters |= values->v[name][i].letters;
	for (size_t i = 0; i < NAME_GROUPS_OF; i++)
		for (size_t k = 0; k < values->like[name][i].n; k++)
			letters |= values->like[name][i].v[k].letters;
	return letters;
}

static bool occurs(const struct matcher_values *values, enum value_name name,
		   const struct matcher_text *text)
{
	uint64_t letters = letters_of(values, name);

	for (size_t at = 0; at < text->nwords; at++) {
		uint64_t letter = letter_at(text, at);

		if ((letters & letter) && match_known(values, name, letter, text, at) > 0)
			return true;
	}
	return false;
}

static bool first_name_occurs(const struct first_names *names, const struct matcher_text *text)
{
	for (size_t at = 0; at < text->nwords; at++)
		if (first_names_has(names, word_at(text, at)))
			return true;
	return false;
}

unsigned values_occur(const struct matcher_values *values, unsigned names,
		      const struct matcher_text *text)
{
	unsigned there = 0;

	for (int i = 0; i < VALUES_OF_CALL; i++)
		if (names >> i & 1 && occurs(values, (enum value_name)i, text))
			there |= 1u << i;
	if (names >> VALUE_FIRST_NAME & 1 && first_name_occurs(values->first_names, text))
		there |= 1u << VALUE_FIRST_NAME;
	return there;
}
