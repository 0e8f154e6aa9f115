/* The state before an event, leaning on the one after it. */
#include <string.h>

#include "base/pack.h"
#include "call/packed_private.h"

/*
 * The numbers of the state behind, so many of each part: those that it does not have are zero.
 * Addresses do not pack.
 */
static void numbers_of(struct state *s, const struct etq_ruleset *rules, const size_t n[PARTS],
		       uint32_t *out)
{
	struct part parts[PARTS];

	packed_parts(s, rules, parts);
	for (int i = 0; i < PARTS; i++) {
		size_t some = parts[i].n < n[i] ? parts[i].n : n[i];

		if (some)
			memcpy(out, parts[i].v, some * sizeof(*out));
		if (some < n[i])
			memset(out + some, 0, (n[i] - some) * sizeof(*out));
		if (parts[i].v == s->pendings)
			for (size_t k = 0; k < some / PENDING; k++)
				memset(out + k * PENDING + QUOTE, 0, sizeof(struct utt *));
		out += n[i];
	}
}

/* The numbers of p: unpacked to out, unless they are at hand. */
static const uint32_t *numbers_in(const struct packed *p, const struct state *s,
				  const size_t n[PARTS], uint32_t *out)
{
	const uint8_t *in = (const uint8_t *)(p->utts + p->nutts);
	uint32_t *at = out;

	if (s->opened_of == p)
		return s->opened;
	for (int i = 0; i < PARTS; at += n[i++])
		in += unpack(in, at, n[i]);
	return out;
}

/* What all that is said of p begins with, drafted, and behind it *at; the numbers of `behind` in front. */
static struct packed *draft_like(const struct packed *p, struct state *behind,
				 const struct etq_ruleset *rules, const size_t n[PARTS],
				 uint8_t **at)
{
	struct packed *draft = packed_draft(behind, n, NULL);
	size_t head = sizeof(*p) + p->nutts * sizeof(struct utt *);

	if (!draft)
		return NULL;
	numbers_of(behind, rules, n, (uint32_t *)behind->scratch);
	memcpy(draft, p, head);
	*at = (uint8_t *)draft + head;
	return draft;
}

struct packed *packed_lean(const struct packed *p, struct state *behind,
			   const struct etq_ruleset *rules)
{
	size_t n[PARTS];
	uint8_t *at;

	packed_counts(p, rules, n);
	struct packed *draft = draft_like(p, behind, rules, n, &at);

	if (!draft)
		return NULL;
	uint32_t *other = (uint32_t *)behind->scratch;
	const uint32_t *own = numbers_in(p, behind, n, other + packed_total(n));

	draft->leans = true;
	for (int i = 0; i < PARTS; own += n[i], other += n[i++])
		at += pack_difference(own, other, n[i], at);
	return packed_keep(behind, draft, at);
}

struct packed *packed_stand(const struct packed *p, struct state *behind,
			    const struct etq_ruleset *rules)
{
	const uint8_t *in = (const uint8_t *)(p->utts + p->nutts);
	size_t n[PARTS];
	uint8_t *at;

	packed_counts(p, rules, n);
	struct packed *draft = draft_like(p, behind, rules, n, &at);

	if (!draft)
		return NULL;
	uint32_t *numbers = (uint32_t *)behind->scratch;

	draft->leans = false;
	for (int i = 0; i < PARTS; numbers += n[i++]) {
		in += unpack_difference(in, numbers, n[i]);
		at += pack(numbers, n[i], at);
	}
	return packed_keep(behind, draft, at);
}

bool packed_leans(const struct packed *p)
{
	return p->leans;
}

/* Drafts of what s is, and of `was` leaning on that. */
static void draft_both(struct state *s, const struct etq_ruleset *rules, const struct packed *was,
		       const size_t nwas[PARTS], struct pack_turn *t)
{
	struct part parts[PARTS];

	t->was = s->opened;
	t->packed = (const uint8_t *)(was->utts + was->nutts);
	packed_parts(s, rules, parts);
	for (int i = 0; i < PARTS; i++) {
		t->nwas = nwas[i];
		pack_turn(t, parts[i].v, parts[i].n);
		t->was += nwas[i];
	}
}

struct packed *packed_turn(struct state *s, const struct etq_ruleset *rules,
			   const struct packed *was, struct packed **leaning)
{
	struct packed head;
	size_t n[PARTS], nwas[PARTS];

	*leaning = NULL;
	if (s->same || !was || was != s->opened_of)
		return packed_take(s, rules);
	packed_begin(&head, s);
	packed_counts(&head, rules, n);
	packed_counts(was, rules, nwas);
	struct packed *draft = packed_draft(s, n, nwas);

	if (!draft)
		return NULL;
	struct packed *lean = (struct packed *)s->scratch;
	size_t lean_head = sizeof(*was) + was->nutts * sizeof(struct utt *);

	*draft = head;
	packed_number(draft, s);
	struct pack_turn t = {.out = (uint8_t *)(draft->utts + draft->nutts),
			      .leaning = (uint8_t *)lean + lean_head};

	draft_both(s, rules, was, nwas, &t);
	packed_quotes_back(draft, s);
	memcpy(lean, was, lean_head);
	lean->leans = true;
	struct packed *p = packed_keep(s, draft, t.out);

	*leaning = p ? packed_keep(s, lean, t.leaning) : NULL;
	return p;
}
