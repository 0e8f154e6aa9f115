/* libfyaml's complaints, in words for people who write phrases rather than YAML. */
#include <stdio.h>
#include <string.h>

#include "base/sv.h"
#include "rules/loader.h"

struct explanation {
	const char *complaint; /* a part of libfyaml's message */
	const char *means;
};

static const struct explanation explanations[] = {
	{"tab character", "a tab can't indent: use spaces"},
	{"single-quoted scalar without closing",
	 "the quote is not closed: inside ' … ' an apostrophe is written twice"},
	{"without closing quote", "the quote is not closed"},
	{"invalid escape", "a backslash means something inside double quotes: use single quotes"},
	{"nested block mapping",
	 "`: ` a second time in one line: put text with a colon in single quotes"},
	{"closing bracket", "a `[` is not closed by `]`"},
	{"closing brace", "a `{` is not closed by `}`"},
	{"missing comma in flow", "a comma or the closing bracket is missing before this"},
	{"no linebreak found",
	 "after `|` or `>` the text begins in the next line; a phrase that starts with one of them must be in single quotes"},
	{"block sequence on the same line", "a list begins in the line after its key"},
	{"invalid multiline plain key",
	 "this value goes on in the next line, which has a colon: check the indentation there"},
	{"invalid indentation",
	 "the indentation matches no line before: keys of one mapping stand under each other"},
	{"expected key",
	 "`key: value` is expected here, as in the lines before: check the indentation"},
	{"end of block sequence",
	 "a list item starts with a dash and a space: check the indentation, and put text that YAML can't read in single quotes"},
	{"invalid value after mapping",
	 "text goes on after the value: put it all in single quotes"},
	{"depth", "too many lists and mappings within each other"},
	{"node content",
	 "too many lists and mappings within each other, or nothing where a value should be"},
};

/* Where the value in a line begins: behind dashes, and behind a key. */
static size_t value_start(struct etq_str line)
{
	size_t at = 0;

	while (at < line.n && (line.p[at] == ' ' ||
			       (line.p[at] == '-' && at + 1 < line.n && line.p[at + 1] == ' ')))
		at++;
	if (at < line.n && strchr("[{*\"'@%`", line.p[at]))
		return at;
	for (size_t i = at; i + 1 < line.n; i++)
		if (line.p[i] == ':' && line.p[i + 1] == ' ') {
			for (i++; i < line.n && line.p[i] == ' ';)
				i++;
			return i;
		}
	return at;
}

static bool explain_start(struct loader *ld, const struct source *source, size_t at)
{
	struct etq_str line = source_line(source, at);
	size_t start = value_start(line);
	size_t place = (size_t)(line.p - source->text.p) + start;
	char first = start < line.n ? line.p[start] : '\0';

	if (place > at)
		return false;
	if (first == '-') {
		loader_complain(ld, ETQ_DIAG_ERROR, source, place,
				"a dash that starts a list item needs a space after it");
		return true;
	}
	if (!first || !strchr("[{*\"'@%`&!|>", first))
		return false;
	if (first == '"' || first == '\'')
		loader_complain(
			ld, ETQ_DIAG_ERROR, source, place,
			"text goes on after the closing quote: put it all in single quotes, as '\"exact\" words'");
	else
		loader_complain(ld, ETQ_DIAG_ERROR, source, place,
				"text that starts with %c must be in single quotes", first);
	return true;
}

void yaml_explain(struct loader *ld, const struct source *source, size_t at, const char *message)
{
	static const char *const starts[] = {
		"end of block sequence", "invalid value after mapping", "missing comma in flow",
		"trailing content",      "cannot start with",           "invalid alias",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (strstr(message, starts[i]) && explain_start(ld, source, at))
			return;
	for (size_t i = 0; i < sizeof(explanations) / sizeof(*explanations); i++) {
		if (strstr(message, explanations[i].complaint)) {
			loader_complain(ld, ETQ_DIAG_ERROR, source, at, "%s",
					explanations[i].means);
			return;
		}
	}
	loader_complain(ld, ETQ_DIAG_ERROR, source, at, "YAML: %s", message);
}
