/* Reading an event from a line that is parsed already. */
#ifndef WIRE_EVENT_VIEW_H
#define WIRE_EVENT_VIEW_H

#include "wire/event.h"
#include "wire/reader.h"

/* Types by enum etq_finding_kind. */
extern const struct choice event_kinds[];

bool event_view_is_type(const char *type);
bool event_view_read(struct reader *r, struct event_view *e) ETQ_MUST_CHECK;

#endif
