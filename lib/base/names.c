/* Names of the public enums, and an empty input. */
#include "base/sv.h"
#include "etiquette.h"

#define NAME_OF(table, i) ((size_t)(i) < sizeof(table) / sizeof(*(table)) ? (table)[i] : "unknown")

static const char *const side_names[ETQ_SIDES] = {
	[ETQ_AGENT] = "agent",     [ETQ_CUSTOMER] = "customer", [ETQ_BOT] = "bot",
	[ETQ_UNKNOWN] = "unknown", [ETQ_SYSTEM] = "system",
};

static const char *const direction_names[] = {
	[ETQ_DIRECTION_UNKNOWN] = "unknown",
	[ETQ_INBOUND] = "inbound",
	[ETQ_OUTBOUND] = "outbound",
};

static const char *const input_type_names[ETQ_INPUT_TYPES] = {
	[ETQ_CALL_START] = "call.start", [ETQ_CALL_UPDATE] = "call.update",
	[ETQ_UTTERANCE] = "utterance",   [ETQ_HOLD_START] = "hold.start",
	[ETQ_HOLD_END] = "hold.end",     [ETQ_CALL_END] = "call.end",
};

static const char *const severity_names[ETQ_SEVERITIES] = {
	[ETQ_INFO] = "info",
	[ETQ_MINOR] = "minor",
	[ETQ_MAJOR] = "major",
	[ETQ_CRITICAL] = "critical",
};

static const char *const status_names[] = {
	[ETQ_ON] = "on",
	[ETQ_TRIAL] = "trial",
	[ETQ_DRAFT] = "draft",
	[ETQ_OFF] = "off",
};

void etq_input_init(struct etq_input *in)
{
	*in = (struct etq_input){
		.type = ETQ_UTTERANCE,
		.by = ETQ_UNKNOWN,
		.final = true,
		.confidence = -1,
		.t = ETQ_NO_TIME,
		.end = ETQ_NO_TIME,
		.meta = {.started_at = ETQ_NO_TIME, .ring_ms = ETQ_NO_TIME, .rings = -1},
	};
}

const char *etq_side_name(enum etq_side side)
{
	return NAME_OF(side_names, side);
}

const char *etq_direction_name(enum etq_direction direction)
{
	return NAME_OF(direction_names, direction);
}

const char *etq_input_type_name(enum etq_input_type type)
{
	return NAME_OF(input_type_names, type);
}

const char *etq_severity_name(enum etq_severity severity)
{
	return NAME_OF(severity_names, severity);
}

const char *etq_status_name(enum etq_status status)
{
	return NAME_OF(status_names, status);
}

bool etq_severity_parse(struct etq_str name, enum etq_severity *severity)
{
	for (int i = 0; i < ETQ_SEVERITIES; i++) {
		if (sv_eq(name, sv_of(severity_names[i]))) {
			*severity = (enum etq_severity)i;
			return true;
		}
	}
	return false;
}
