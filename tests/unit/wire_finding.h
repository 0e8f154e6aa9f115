/* A finding with everything in it, for the tests of what is made of findings. */
#ifndef WIRE_FINDING_H
#define WIRE_FINDING_H

#include "base/sv.h"
#include "etiquette.h"

static const struct etq_rule_info finding_rule = {
	.id = SV("hold.too-long"),
	.topic = SV("hold"),
	.title_ru = SV("Слишком долгое удержание"),
	.title_en = SV("Held too long"),
	.source = SV("Старайтесь не заставлять клиента ждать"),
	.say_instead = SV("Спасибо, что ждёте, ещё минуту"),
	.severity = ETQ_MINOR,
	.status = ETQ_TRIAL,
};

static const struct etq_meta finding_meta = {
	.started_at = 1795424400000,
	.ring_ms = 6000,
	.rings = 2,
	.direction = ETQ_INBOUND,
	.agent_id = SV("a7"),
	.agent_name = SV("Ирина"),
	.customer_name = SV("Иван «Петров»"),
	.queue = SV("sales"),
	.company = SV("Северный склад"),
	.lang = SV("ru"),
};

static const struct etq_finding finding_full = {
	.kind = ETQ_FINDING,
	.id = "0123456789abcdef0123456789abcdef",
	.rule = &finding_rule,
	.severity = ETQ_MAJOR,
	.status = ETQ_TRIAL,
	.inferred = true,
	.stamped = true,
	.points = 10,
	.t = 78000,
	.raised = 93000,
	.by = ETQ_AGENT,
	.hits = 9,
	.nquotes = 2,
	.quotes = {{SV("u12"), ETQ_AGENT, 34520, SV("минуту \"Иван\"\n"), 3, 17},
		   {SV_NONE, ETQ_CUSTOMER, 40000, SV("пишите на ivan@mail.ru или 8 912 345-67-89"),
		    0, 42}},
	.trigger = SV("hold.start"),
	.trigger_t = 36200,
	.measure = SV("hold"),
	.value = 61234.5,
	.bound = 60000,
	.call = SV("c1"),
	.meta = &finding_meta,
	.rules_version = "1f3c9a0b7d2e4c55",
};

#endif
