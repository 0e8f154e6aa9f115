#include <string.h>

#include "base/sv.h"
#include "etiquette.h"
#include "test.h"

static void names_are_those_of_the_wire(void **state)
{
	assert_string_equal(etq_side_name(ETQ_AGENT), "agent");
	assert_string_equal(etq_side_name(ETQ_SYSTEM), "system");
	assert_string_equal(etq_side_name(ETQ_SIDES), "unknown");
	assert_string_equal(etq_direction_name(ETQ_OUTBOUND), "outbound");
	assert_string_equal(etq_input_type_name(ETQ_CALL_START), "call.start");
	assert_string_equal(etq_input_type_name(ETQ_HOLD_END), "hold.end");
	assert_string_equal(etq_status_name(ETQ_TRIAL), "trial");
	for (int i = 0; i < ETQ_SIDES; i++)
		assert_non_null(etq_side_name((enum etq_side)i));
	for (int i = 0; i <= ETQ_INPUT_TYPES; i++)
		assert_non_null(etq_input_type_name((enum etq_input_type)i));
}

static void severities_parse_back(void **state)
{
	enum etq_severity s = ETQ_MINOR;

	for (int i = 0; i < ETQ_SEVERITIES; i++) {
		assert_true(etq_severity_parse(sv_of(etq_severity_name((enum etq_severity)i)), &s));
		assert_int_equal(s, i);
	}
	assert_false(etq_severity_parse(SV("Major"), &s));
	assert_false(etq_severity_parse(SV("majo"), &s));
	assert_false(etq_severity_parse(SV_NONE, &s));
	assert_int_equal(s, ETQ_CRITICAL);
}

static void an_empty_input_has_nothing(void **state)
{
	struct etq_input in;

	memset(&in, 0xff, sizeof(in));
	etq_input_init(&in);
	assert_true(in.final);
	assert_int_equal(in.by, ETQ_UNKNOWN);
	assert_true(in.confidence < 0);
	assert_true(in.t == ETQ_NO_TIME && in.end == ETQ_NO_TIME);
	assert_true(in.meta.started_at == ETQ_NO_TIME && in.meta.ring_ms == ETQ_NO_TIME);
	assert_int_equal(in.meta.rings, -1);
	assert_null(in.call.p);
	assert_null(in.text.p);
	assert_null(in.meta.company.p);
	assert_int_equal(in.nwords, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_wire),
		cmocka_unit_test(severities_parse_back),
		cmocka_unit_test(an_empty_input_has_nothing),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
