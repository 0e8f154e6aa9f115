/* Findings → CloudEvents 1.0 in JSON, and back to something that a client can print. */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"
#include "wire/native.h"

enum {
	EVENT_LINE_MAX = 96 * 1024, /* no event is longer, newline included */
	EVENT_QUOTE_MAX = 1000, /* bytes of quoted words; what is longer is cut and ends in "…" */
};

struct event_opts {
	struct etq_str source; /* CloudEvents `source`; absent: "/etiquetted" */
	bool unmasked;         /* quoted words as they were said, phone and card numbers included */
};

/*
 * Appends the event but for its last members and closing brace, so that it is encoded once:
 * exactly one event_finish* must follow. False: did not fit, out is as it was.
 */
bool event_encode(const struct etq_finding *f, const struct event_opts *opts,
		  struct buf *out) ETQ_MUST_CHECK;
/* Appends ,"sequence":"123","sequencetype":"Integer","recordedtime":"…Z"} and '\n'. */
bool event_finish(uint64_t sequence, int64_t recorded_ms, struct buf *out) ETQ_MUST_CHECK;
/* Appends } and '\n': calls judged offline have no sequence and no time of recording. */
bool event_finish_offline(struct buf *out) ETQ_MUST_CHECK;

/*
 * An event as read from the wire. Absent: p == NULL, ETQ_NO_TIME; sequence 0: none. A score has no
 * finding, no rule and no words.
 */
struct event_view {
	enum etq_finding_kind kind;
	const struct etq_score *score; /* ETQ_SCORED; else NULL */
	uint64_t sequence;
	int64_t recorded_ms, time_ms; /* Unix time in ms */
	struct etq_str id, finding;   /* the event's id; the finding's, equal in its retraction */
	struct etq_str rule, topic, title_ru, title_en, say_instead, source_sentence;
	enum etq_severity severity;
	bool trial, inferred, stamped;
	int points;
	int64_t t, raised;
	enum etq_side by;
	size_t hits, nquotes;
	struct etq_quote quotes[ETQ_MAX_QUOTES]; /* words masked as they came */
	struct etq_str trigger;
	int64_t trigger_t;
	struct etq_str measure;
	double value, bound;
	struct etq_str call;
	struct etq_meta meta; /* what the event tells of the call */
	struct etq_str rules_version;
};

/* "etiquette.finding", … */
const char *event_type_name(enum etq_finding_kind kind);

/* Views live until d decodes again; codes as of native_decode. */
bool event_decode(struct native_decoder *d, struct etq_str line, struct event_view *e,
		  struct etq_err *err) ETQ_MUST_CHECK;

#endif
