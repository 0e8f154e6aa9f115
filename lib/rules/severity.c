#include "rules/severity.h"

#include "base/sv.h"
#include "rules/scalar.h"

void read_severity(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	struct choice choices[ETQ_SEVERITIES + 1] = {{NULL}};
	int severity;

	for (int i = 0; i < ETQ_SEVERITIES; i++)
		choices[i] = (struct choice){etq_severity_name((enum etq_severity)i), i};
	if (scalar_choice(ld, value, key->name, choices, &severity))
		*(enum etq_severity *)field = (enum etq_severity)severity;
}

void read_status(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	static const struct choice choices[] = {{"on", ETQ_ON},
						{"trial", ETQ_TRIAL},
						{"draft", ETQ_DRAFT},
						{"off", ETQ_OFF},
						{NULL}};
	int status;

	if (node_is(value, "no") || node_is(value, "false"))
		loader_error(ld, value, "`%s` can't be `%.*s`; did you mean `off`?", key->name,
			     SV_ARG(value->text));
	else if (node_is(value, "yes") || node_is(value, "true"))
		loader_error(ld, value, "`%s` can't be `%.*s`; did you mean `on`?", key->name,
			     SV_ARG(value->text));
	else if (scalar_choice(ld, value, key->name, choices, &status))
		*(enum etq_status *)field = (enum etq_status)status;
}
