#include "call/speech.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "call/findings.h"
#include "call/line.h"

/* What a partial showed, and its final did not bear out, is withdrawn. */
static bool settle_partial(struct call *c, struct workshop *w, struct partial *partial,
			   const struct etq_findings *out, size_t from, struct etq_findings *to)
{
	struct judge j = line_judge(c, w, to);

	for (size_t i = 0; i < partial->emitted.n; i++) {
		const struct emitted *e = &partial->emitted.v[i];
		bool stands = false;

		for (size_t k = from; !stands && k < etq_findings_count(out); k++)
			stands = !strcmp(etq_findings_get(out, k)->id, e->as.id);
		if (!stands && !raise_withdrawn(&j, e->rule, &e->as, e->t, e->raised, to))
			return false;
	}
	return true;
}

static bool emitted_by_history(const struct call *c, const char *id)
{
	for (size_t i = 0; i < c->history.n; i++)
		if (emitted_find(&c->history.v[i].emitted, id))
			return true;
	return false;
}

/* What is left of what it showed when the history bears out the rest. */
static void keep_unborne(const struct call *c, struct emitted_list *shown)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < shown->n; i++)
		if (!emitted_by_history(c, shown->v[i].as.id))
			shown->v[n++] = shown->v[i];
	shown->n = n;
}

/* partial: may be NULL. False when out of memory: it is there, and nothing was said. */
static bool close_partial(struct call *c, struct workshop *w, struct partial *partial,
			  struct etq_findings *out)
{
	struct judge j = line_judge(c, w, out);
	size_t had = etq_findings_count(out);

	for (size_t i = 0; partial && i < partial->emitted.n; i++) {
		const struct emitted *e = &partial->emitted.v[i];

		if (!emitted_by_history(c, e->as.id) &&
		    !raise_withdrawn(&j, e->rule, &e->as, e->t, c->clock.max_t, out)) {
			findings_cut(out, had);
			return false;
		}
	}
	if (partial)
		partials_remove(&c->partials, partial);
	c->clock.held = partials_held(&c->partials);
	return true;
}

/* Its final was judged: when what is to be said of that has to wait, it is over all the same. */
static void end_partial(struct call *c, struct workshop *w, struct partial *partial,
			struct etq_findings *out)
{
	if (close_partial(c, w, partial, out))
		return;
	keep_unborne(c, &partial->emitted);
	partial->over = true;
	c->clock.held = partials_held(&c->partials);
}

/* The partial that the line is of, or NULL. False when out of memory: one that is over is in the way. */
static bool find_partial(struct call *c, struct workshop *w, const struct etq_input *in,
			 struct partial **partial, struct etq_findings *out)
{
	*partial = partials_find(&c->partials, in);
	if (!*partial || !(*partial)->over)
		return true;
	if (!close_partial(c, w, *partial, out))
		return false;
	*partial = NULL;
	return true;
}

static struct utt *make_utt(struct workshop *w, const struct etq_input *in, bool stamped,
			    bool estimated)
{
	struct utt *u = utt_new(in, w->hear.now.fold.nwords);

	if (u) {
		w->hear.now.of = u;
		w->hear.another.of = NULL; /* one that is gone may have been where u is now */
		u->stamped = stamped;
		u->estimated = estimated;
	}
	return u;
}

static bool fold_line(struct workshop *w, const struct etq_input *in, struct etq_err *err)
{
	struct reading *r = &w->hear.now;

	r->of = NULL;
	r->text = in->text;
	return fold_text(&r->fold, in->text) || line_out_of_memory(err);
}

/* A final with its times settled. */
static bool judge_final(struct call *c, struct workshop *w, const struct etq_input *in,
			bool stamped, bool estimated, struct partial *partial,
			struct etq_findings *out, struct etq_err *err)
{
	struct utt *u = make_utt(w, in, stamped, estimated);

	if (!u || !seen_reserve(&c->seen, 2)) {
		w->hear.now.of = NULL;
		utt_unref(u);
		return line_out_of_memory(err);
	}
	struct event_in event = {.t = u->t, .utt = u};

	if (partial) /* its own start holds no deadline any more: the final is there */
		c->clock.held = partials_held(&c->partials);
	bool ok = line_insert(c, w, &event, partial ? &partial->emitted : NULL, out, err);

	w->hear.now.of = NULL; /* the line's text may go */
	utt_unref(u);
	if (!ok)
		return false;
	if (in->id.n)
		seen_add(&c->seen, seen_id(in));
	seen_add(&c->seen, seen_content(in));
	end_partial(c, w, partial, out);
	w->stats.utterances++;
	return true;
}

bool speech_final(struct call *c, struct workshop *w, struct etq_input *in, int64_t now,
		  struct etq_findings *out, struct etq_err *err)
{
	struct partial *partial;
	bool stamped;
	bool estimated;

	if (!find_partial(c, w, in, &partial, out))
		return line_out_of_memory(err);
	if (in->id.n && seen_has(&c->seen, seen_id(in))) {
		w->stats.duplicates++;
		return true;
	}
	if (partial && !in->text.n)
		in->text = partial->text; /* recognised, then lost */
	if (partial && in->t == ETQ_NO_TIME)
		in->t = partial->t;
	if (!fold_line(w, in, err) ||
	    !line_settle(c, in, w->hear.now.fold.nwords, now, &stamped, &estimated, err))
		return false;
	if (!stamped && seen_has(&c->seen, seen_content(in))) {
		w->stats.duplicates++;
		return close_partial(c, w, partial, out) || line_out_of_memory(err);
	}
	if (line_over(c, in->t, err) || (!partial && line_late(c, w, in->end, err)))
		return false;
	w->stats.stamped += stamped;
	return judge_final(c, w, in, stamped, estimated, partial, out, err);
}

/* ---- partials ------------------------------------------------------------------------------- */

/* Judges the partial, to go back to what was before, and says what is new or gone since its last text. */
static bool show_partial(struct call *c, struct workshop *w, struct partial *partial, struct utt *u,
			 struct etq_findings *out)
{
	struct judge j = line_judge(c, w, w->scratch);
	struct emitted_list now = {0};
	struct packed *before = packed_take(c->papers->state, c->rules);
	bool ok = false;

	j.partial = true;
	j.trace = NULL; /* its final tells */
	if (!before)
		return false;
	judge_utterance(&j, u);
	if (j.failed)
		goto out;
	for (size_t i = 0; i < etq_findings_count(w->scratch); i++) {
		const struct etq_finding *f = etq_findings_get(w->scratch, i);

		if (f->kind != ETQ_FINDING)
			continue;
		if (!emitted_add(&now, f, c->rules) ||
		    (!emitted_find(&partial->emitted, f->id) && !findings_add(out, f)))
			goto out;
	}
	if (!settle_partial(c, w, partial, w->scratch, 0, out))
		goto out;
	free(partial->emitted.v);
	partial->emitted = now;
	now = (struct emitted_list){0};
	ok = true;
out:
	free(now.v);
	packed_back(before, c->papers->state, c->rules);
	etq_findings_clear(w->scratch);
	return ok;
}

static bool any_on_partial(const struct etq_ruleset *rules)
{
	for (size_t i = 0; i < rules->nrules; i++)
		if (rules->rules[i].on_partial)
			return true;
	return false;
}

/* The call has come as far as the partial's start: what is due before that is decided. */
static bool partial_passes(struct call *c, struct workshop *w, int64_t t, struct etq_findings *out)
{
	struct judge j = line_judge(c, w, out);

	if (t > c->clock.max_t)
		c->clock.max_t = (int32_t)t;
	c->has_time = true;
	return history_reach(&c->history, &j, &c->clock);
}

bool speech_partial(struct call *c, struct workshop *w, struct etq_input *in, int64_t now,
		    struct etq_findings *out, struct etq_err *err)
{
	struct partial *partial;
	bool stamped;
	bool estimated;

	if (!find_partial(c, w, in, &partial, out))
		return line_out_of_memory(err);
	if (in->id.n && seen_has(&c->seen, seen_id(in))) {
		w->stats.duplicates++; /* its final was here before */
		return true;
	}
	if (!partial && c->partials.n >= w->config.max_partials) {
		err_set(err, "too-many-partials", "%u utterances of the call are partial already",
			c->partials.n);
		return false;
	}
	if (partial && in->t == ETQ_NO_TIME)
		in->t = partial->t;
	if (!fold_line(w, in, err) ||
	    !line_settle(c, in, w->hear.now.fold.nwords, now, &stamped, &estimated, err))
		return false;
	if (line_over(c, in->t, err) || (!partial && line_late(c, w, in->end, err)))
		return false;
	/* News of its own time: after a long silence the call's clock stands far behind it. */
	int32_t news = in->t > c->clock.max_t ? (int32_t)in->t : c->clock.max_t;

	if (!partials_note(&c->partials, in, news, &partial))
		return line_out_of_memory(err);
	c->clock.held = partials_held(&c->partials);
	w->stats.partials++;
	if (!partial_passes(c, w, in->t, out))
		return line_out_of_memory(err);
	if (!any_on_partial(c->rules))
		return true;
	size_t had = etq_findings_count(out);
	struct utt *u = make_utt(w, in, stamped, estimated);
	bool ok = u && show_partial(c, w, partial, u, out);

	w->hear.now.of = NULL; /* the line's text may go */
	utt_unref(u);
	if (ok)
		return true;
	findings_cut(out, had);
	return line_out_of_memory(err);
}

/* Takes what was recognised last as final: the final never came. */
static bool give_up_partial(struct call *c, struct workshop *w, struct partial *partial,
			    struct etq_findings *out, struct etq_err *err)
{
	struct etq_input in;

	etq_input_init(&in);
	in.type = ETQ_UTTERANCE;
	in.by = partial->by;
	in.id = partial->uid;
	in.text = partial->text;
	in.t = partial->t;
	in.end = partial->end;
	return fold_line(w, &in, err) && judge_final(c, w, &in, false, true, partial, out, err);
}

bool speech_give_up(struct call *c, struct workshop *w, int64_t before, struct etq_findings *out,
		    struct etq_err *err)
{
	for (size_t i = 0; i < c->partials.n;) {
		struct partial *partial = &c->partials.v[i];

		if (partial->over) {
			if (!close_partial(c, w, partial, out))
				return line_out_of_memory(err);
		} else if (partial->news_t >= before) {
			i++;
		} else if (!give_up_partial(c, w, partial, out, err)) {
			return false;
		}
	}
	return true;
}
