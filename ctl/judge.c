#include "judge.h"

#include "say.h"

static bool feed(struct judge *j, struct callfile *f, struct etq_engine *engine,
		 const struct etq_input *in, struct etq_findings *findings)
{
	struct etq_err err;
	struct talk *talk;
	size_t i;

	j->lines++;
	if (!etq_engine_feed(engine, in, 0, findings, &err)) {
		callfile_say(f, &err);
		j->bad++;
		return true;
	}
	if (j->transcript && transcript_add(j->transcript, in, &talk, &i) == ADDED_FAILED) {
		say("%s: no memory", callfile_name(f));
		return false;
	}
	return !j->take || j->take(j->arg, findings);
}

static bool feed_all(struct judge *j, struct callfile *f, struct etq_engine *engine,
		     struct etq_findings *findings)
{
	struct etq_input in;
	struct etq_err err;

	for (;;) {
		switch (callfile_next(f, &in, &err)) {
		case CALLFILE_INPUT:
			if (!feed(j, f, engine, &in, findings))
				return false;
			break;
		case CALLFILE_BAD:
			callfile_say(f, &err);
			j->bad++;
			break;
		case CALLFILE_END:
			return true;
		case CALLFILE_FAILED:
			say("%s", err.message);
			return false;
		}
	}
}

bool judge_file(struct judge *j, struct callfile *f, struct etq_findings *findings)
{
	struct etq_engine_config config;
	struct etq_err err;
	bool ok = false;

	etq_engine_config_init(&config);
	struct etq_engine *engine = etq_engine_new(&config, j->rules);
	if (!engine) {
		say("%s: no memory", callfile_name(f));
		return false;
	}
	etq_engine_trace(engine, j->trace);
	if (!feed_all(j, f, engine, findings))
		goto out;
	if (!etq_engine_finish(engine, findings, &err)) {
		say("%s: %s", callfile_name(f), err.message);
		goto out;
	}
	ok = !j->take || j->take(j->arg, findings);
out:
	etq_engine_free(engine);
	return ok;
}
