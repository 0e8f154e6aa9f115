#include "rules/when.h"

#include "base/sv.h"
#include "rules/scalar.h"

static void read_queues(struct loader *ld, const struct key *key, const struct node *value,
			void *field)
{
	struct when *when = field;

	if (!scalar_texts(ld, value, key->name, &when->queues, &when->nqueues))
		when->nqueues = 0;
}

static void read_langs(struct loader *ld, const struct key *key, const struct node *value,
		       void *field)
{
	struct when *when = field;

	if (!scalar_texts(ld, value, key->name, &when->langs, &when->nlangs))
		when->nlangs = 0;
}

static void read_agents(struct loader *ld, const struct key *key, const struct node *value,
			void *field)
{
	struct when *when = field;

	if (!scalar_texts(ld, value, key->name, &when->agents, &when->nagents))
		when->nagents = 0;
}

static void read_directions(struct loader *ld, const struct key *key, const struct node *value,
			    void *field)
{
	static const struct choice directions[] = {{"inbound", ETQ_INBOUND},
						   {"outbound", ETQ_OUTBOUND},
						   {"unknown", ETQ_DIRECTION_UNKNOWN},
						   {NULL}};
	uint32_t bits;

	if (scalar_choices(ld, value, key->name, directions, &bits))
		*(uint32_t *)field = bits;
}

static void read_ended_by(struct loader *ld, const struct key *key, const struct node *value,
			  void *field)
{
	static const struct choice sides[] = {{"agent", ETQ_AGENT},     {"customer", ETQ_CUSTOMER},
					      {"bot", ETQ_BOT},         {"system", ETQ_SYSTEM},
					      {"unknown", ETQ_UNKNOWN}, {NULL}};
	uint32_t bits;

	if (scalar_choices(ld, value, key->name, sides, &bits))
		*(uint32_t *)field = bits;
}

static void read_values(struct loader *ld, const struct key *key, const struct node *value,
			void *field)
{
	struct choice values[VALUES_OF_CALL + 1] = {{NULL}};
	uint32_t bits;

	for (int i = 0; i < VALUES_OF_CALL; i++)
		values[i] = (struct choice){value_name_text((enum value_name)i), i};
	if (scalar_choices(ld, value, key->name, values, &bits))
		*(uint32_t *)field = bits;
}

static void read_holds(struct loader *ld, const struct key *key, const struct node *value,
		       void *field)
{
	static const struct choice holds[] = {{"reported", 1}, {"none", 0}, {NULL}};

	if (!scalar_choice(ld, value, key->name, holds, field))
		*(int *)field = -1;
}

static const struct key when_keys[] = {
	{"direction", "inbound, outbound or unknown", read_directions,
	 offsetof(struct when, directions)},
	{"queue", "queue of the call", read_queues, 0},
	{"lang", "language of the call", read_langs, 0},
	{"agent", "id of the agent", read_agents, 0},
	{"ended_by", "who hung up: agent, customer, bot, system or unknown", read_ended_by,
	 offsetof(struct when, ended_by)},
	{"known", "values that are known: agent.name, customer.name, company", read_values,
	 offsetof(struct when, known)},
	{"unknown", "values that are not known", read_values, offsetof(struct when, unknown)},
	{"holds", "`reported`: the call has hold events; `none`: it has none", read_holds,
	 offsetof(struct when, holds)},
};

void read_when(struct loader *ld, const struct key *key, const struct node *value, void *field)
{
	struct when *when = field;

	if (!keys_read(ld, value, "`when`", when_keys, KEY_COUNT(when_keys), when))
		return;
	if (value->n == 0)
		loader_error(ld, value, "`when` is empty: leave it out");
	if (when->known & when->unknown)
		loader_error(ld, value,
			     "`known` and `unknown` name the same value: no call is like that");
}
