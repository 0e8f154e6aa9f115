#include "match/values.h"

static struct etq_str word_at(const struct matcher_text *text, size_t at)
{
	return (struct etq_str){text->text + text->words[at].off, text->words[at].len};
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
static size_t match_span(struct value_span span, const struct matcher_text *text, size_t at)
{
	uint64_t letter = value_letter(text->text + text->words[at].off);
	size_t n = 0;

	for (size_t i = 0; i < span.n && n == 0; i++)
		if (span.v[i].letters & letter)
			n = value_match(&span.v[i], text, at);
	return n;
}

size_t values_match(const struct matcher_values *values, enum value_name name,
		    const struct matcher_text *text, size_t at)
{
	size_t n;

	if (name == VALUE_FIRST_NAME)
		return first_names_has(values->first_names, word_at(text, at));
	n = match_span((struct value_span){values->v[name], values->n[name]}, text, at);
	for (size_t i = 0; i < NAME_GROUPS_OF && n == 0; i++)
		n = match_span(values->like[name][i], text, at);
	return n;
}

/* The letters that a word must begin with to be the value, as value_letter has them. */
static uint64_t letters_of(const struct matcher_values *values, enum value_name name)
{
	uint64_t letters = 0;

	if (name == VALUE_FIRST_NAME)
		return UINT64_MAX;
	for (size_t i = 0; i < values->n[name]; i++)
		letters |= values->v[name][i].letters;
	for (size_t i = 0; i < NAME_GROUPS_OF; i++)
		for (size_t k = 0; k < values->like[name][i].n; k++)
			letters |= values->like[name][i].v[k].letters;
	return letters;
}

bool values_occur(const struct matcher_values *values, enum value_name name,
		  const struct matcher_text *text)
{
	uint64_t letters = letters_of(values, name);

	for (size_t at = 0; at < text->nwords; at++)
		if (letters & value_letter(text->text + text->words[at].off) &&
		    values_match(values, name, text, at) > 0)
			return true;
	return false;
}
