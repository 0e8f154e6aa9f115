#include "match/walk.h"

#include <string.h>

#include "base/eight.h"
#include "base/limits.h"
#include "match/capture.h"
#include "match/values.h"

static bool walk(struct walk *w, uint32_t number, size_t at);

void walk_look(const struct matcher_text *text, struct seen_word *seen)
{
	size_t end = 0;

	for (size_t i = 0; i < text->nwords; i++) {
		const struct fold_word *word = &text->words[i];
		const char *p = text->text + word->off;
		size_t n = word->len < KEY_BYTES ? word->len : KEY_BYTES;

		seen[i] = (struct seen_word){.key = eight_some(p, n),
					     .letter = 1ull << letter_of(p),
					     .p = p,
					     .len = word->len,
					     .joined = i > 0 && word->off == end + 1,
					     .starts = word->off == 0 || p[-1] == '\n'};
		end = (size_t)word->off + word->len;
		seen[i].ends = end == text->len || text->text[end] == '\n';
	}
}

/* ---- words --------------------------------------------------------------------------------- */

static bool has_ending(enum ending ending, const char *p, size_t n)
{
	if (ending == ENDING_ANY || n == 0)
		return true;
	if (ending == ENDING_NONE || n > (ending == ENDING_LATIN ? 1u : 2u) * STEM_TAIL_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool latin = p[i] >= 'a' && p[i] <= 'z';

		if (ending == ENDING_LATIN ? !latin : !(p[i] & 0x80))
			return false;
	}
	return true;
}

static inline bool is_spelling(const struct walk *w, const struct spelling *s,
			       const struct seen_word *word)
{
	if ((word->key ^ s->key) << s->unused || word->len < s->len)
		return false;
	if (s->len > KEY_BYTES && memcmp(word->p + KEY_BYTES, w->program->letters + s->rest,
					 s->len - (size_t)KEY_BYTES) != 0)
		return false;
	return has_ending((enum ending)s->ending, word->p + s->len, word->len - s->len);
}

/* Word number at stands there, and right behind the one before when that is the phrase's, too. */
static inline bool stands(const struct walk *w, size_t at)
{
	return at < w->text->nwords && (at == w->w0 || w->seen[at].joined);
}

/* Is the word one of the step's? */
static bool is_one_of(const struct walk *w, const struct step *step, const struct seen_word *word)
{
	const struct spelling *s = w->program->spellings + step->at, *end = s + step->n;

	if (!(step->first & word->letter))
		return false;
	if (step->jumps != NO_JUMPS) {
		const uint32_t *jump = w->program->numbers + step->jumps +
				       jump_of(step->first, letter_of(word->p));

		s = w->program->spellings + jump[0];
		end = w->program->spellings + jump[1];
	}
	while (s < end && !is_spelling(w, s, word))
		s++;
	return s < end;
}

static bool ends_as(const struct walk *w, const struct spelling *s, const struct seen_word *word)
{
	size_t n = s->len < KEY_BYTES ? s->len : KEY_BYTES;
	const char *p;

	if (word->len <= s->len)
		return false;
	p = word->p + word->len - s->len;
	return eight_some(p, n) == s->key &&
	       (s->len == n || memcmp(p + n, w->program->letters + s->rest, s->len - n) == 0);
}

/* Does the word end as one of the step's? */
static bool ends_as_one_of(const struct walk *w, const struct step *step,
			   const struct seen_word *word)
{
	const struct spelling *s = w->program->spellings + step->at, *end = s + step->n;

	while (s < end && !ends_as(w, s, word))
		s++;
	return s < end;
}

/* False: there are no steps left to take. */
static inline bool may_step(struct walk *w)
{
	if (w->left == 0) {
		w->gave_up = true;
		return false;
	}
	w->left--;
	return true;
}

/* As walk, where word number at stands: most of what is tried is another word, which takes no call. */
static inline bool walk_word(struct walk *w, uint32_t number, size_t at)
{
	const struct step *step = &w->program->steps[number];

	if (step->kind != STEP_WORDS)
		return walk(w, number, at);
	return may_step(w) && is_one_of(w, step, &w->seen[at]) && walk(w, step->next, at + 1);
}

/* ---- steps that choose --------------------------------------------------------------------- */

static bool choose(struct walk *w, const struct step *step, size_t at)
{
	const uint32_t *numbers = w->program->numbers, *branch, *end;

	if (!stands(w, at) || !(step->first & w->seen[at].letter))
		return false;
	branch = numbers + step->at;
	end = branch + step->n;
	if (step->jumps != NO_JUMPS) {
		const uint32_t *jump = numbers + step->jumps +
				       jump_of(step->first, letter_of(w->seen[at].p));

		branch = numbers + jump[0];
		end = numbers + jump[1];
	}
	for (; branch < end && !w->gave_up; branch++)
		if (walk_word(w, *branch, at))
			return true;
	return false;
}

static bool skip(struct walk *w, const struct step *step, size_t at)
{
	for (unsigned n = 0; n <= step->most && !w->gave_up; n++, at++) {
		if (n >= step->least && walk(w, step->next, at))
			return true;
		if (!stands(w, at))
			return false;
	}
	return false;
}

/* Goes on behind words that were taken for a value; what was noted of them is forgotten on failure. */
static bool take(struct walk *w, const struct step *step, size_t from, size_t to)
{
	bool listed = step->value == VALUE_FIRST_NAME;
	int32_t v0 = w->v0, v1 = w->v1;
	bool firm = w->firm;

	if (step->capture && !firm && !(listed && v0 >= 0)) {
		w->v0 = (int32_t)from;
		w->v1 = (int32_t)to;
		w->firm = !listed;
	}
	if (walk(w, step->next, to))
		return true;
	w->v0 = v0;
	w->v1 = v1;
	w->firm = firm;
	return false;
}

static struct etq_str word_at(const struct walk *w, size_t at)
{
	return (struct etq_str){w->seen[at].p, w->seen[at].len};
}

/* Words that may be the value, as many as there are. */
static bool capture(struct walk *w, const struct step *step, size_t at)
{
	enum value_name name = (enum value_name)step->value;
	size_t n = 0, most = name == VALUE_COMPANY ? CAPTURE_COMPANY_WORDS : 1;

	while (n < most && stands(w, at + n) && capture_accepts(name, word_at(w, at + n)))
		n++;
	for (; n > 0 && !w->gave_up; n--)
		if (take(w, step, at, at + n))
			return true;
	return false;
}

static bool compare(struct walk *w, const struct step *step, size_t at)
{
	size_t n;

	if (!w->values || !stands(w, at))
		return false;
	n = values_match(w->values, (enum value_name)step->value, w->text, at);
	for (size_t i = 1; i < n; i++)
		if (!stands(w, at + i))
			return false;
	return n > 0 && take(w, step, at, at + n);
}

/* -------------------------------------------------------------------------------------------- */

/* Is what begins at step number `number` said from word number at on? It sets w1, and the value. */
static bool walk(struct walk *w, uint32_t number, size_t at)
{
	for (;;) {
		const struct step *step = &w->program->steps[number];

		if (!may_step(w))
			return false;
		switch ((enum step_kind)step->kind) {
		case STEP_WORDS:
			if (!stands(w, at) || !is_one_of(w, step, &w->seen[at]))
				return false;
			at++;
			break;
		case STEP_ENDINGS:
			if (!stands(w, at) || !ends_as_one_of(w, step, &w->seen[at]))
				return false;
			at++;
			break;
		case STEP_ANY:
			if (!stands(w, at))
				return false;
			at++;
			break;
		case STEP_CHOICE:
			return choose(w, step, at);
		case STEP_OPTION:
			if (walk(w, step->at, at))
				return true;
			break;
		case STEP_GAP:
			return skip(w, step, at);
		case STEP_VALUE:
			return step->capture && step->value != VALUE_FIRST_NAME
				       ? capture(w, step, at)
				       : compare(w, step, at);
		case STEP_START:
			if (at >= w->text->nwords || !w->seen[at].starts)
				return false;
			break;
		case STEP_END:
			if (!w->seen[at - 1].ends)
				return false;
			break;
		case STEP_DONE:
			w->w1 = at;
			return true;
		}
		number = step->next;
	}
}

bool walk_find(struct walk *w, uint32_t root, size_t from)
{
	const struct step *step = &w->program->steps[root];
	uint64_t first = step->first;
	bool starts = step->kind == STEP_START;

	w->v0 = w->v1 = -1;
	w->firm = false;
	for (size_t at = from; at < w->text->nwords && !w->gave_up; at++) {
		if (!(first & w->seen[at].letter) || (starts && !w->seen[at].starts))
			continue;
		w->w0 = at;
		if (walk_word(w, root, at))
			return true;
	}
	return false;
}
