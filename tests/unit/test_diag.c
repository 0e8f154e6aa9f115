#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/sv.h"
#include "oom.h"
#include "test.h"

#define FILE_TEXT "rules:\n\thold: [спасибо, {]\r\nlast"

static void check_format(const struct etq_diag *d, const char *want)
{
	char out[512];

	assert_int_equal(etq_diag_format(d, out, sizeof(out)), strlen(want));
	assert_string_equal(out, want);
}

static void added_ones_keep_order_and_lines(void **state)
{
	struct etq_diags diags = {0};

	diag_add(&diags, ETQ_DIAG_ERROR, "hold.yaml", SV(FILE_TEXT), 2, 18, "a %s is missing", "}");
	diag_add(&diags, ETQ_DIAG_WARNING, "hold.yaml", SV(FILE_TEXT), 3, 1, "odd");
	diag_add(&diags, ETQ_DIAG_ERROR, "hold.yaml", SV(FILE_TEXT), 9, 1, "past the end");
	diag_add(&diags, ETQ_DIAG_ERROR, "none.yaml", SV_NONE, 0, 0, "can't be read");
	assert_int_equal(diags.n, 4);
	assert_int_equal(diags.errors, 3);
	/* The caret stands under the column; a tab of the source stays a tab. */
	check_format(&diags.v[0], "hold.yaml:2:18: error: a } is missing\n"
				  "  \thold: [спасибо, {]\n"
				  "  \t                ^");
	check_format(&diags.v[1], "hold.yaml:3:1: warning: odd\n  last\n  ^");
	check_format(&diags.v[2], "hold.yaml:9:1: error: past the end");
	check_format(&diags.v[3], "none.yaml: error: can't be read");
	etq_diags_free(&diags);
	assert_int_equal(diags.n, 0);
	etq_diags_free(&diags);
}

static void format_cuts_like_snprintf(void **state)
{
	struct etq_diags diags = {0};
	char out[8] = "#######";

	diag_add(&diags, ETQ_DIAG_ERROR, "f", SV("x"), 1, 1, "m");
	assert_int_equal(etq_diag_format(&diags.v[0], NULL, 0),
			 strlen("f:1:1: error: m\n  x\n  ^"));
	assert_int_equal(etq_diag_format(&diags.v[0], out, sizeof(out)), 23);
	assert_string_equal(out, "f:1:1: ");
	assert_int_equal(etq_diag_format(&diags.v[0], out, 1), 23);
	assert_string_equal(out, "");
	etq_diags_free(&diags);
}

static void endless_lines_are_cut_at_a_letter(void **state)
{
	struct etq_diags diags = {0};
	struct etq_str text = {NULL, 5001};
	char *p = malloc(text.n);

	p[0] = 'a';
	for (size_t i = 1; i < text.n; i += 2)
		memcpy(p + i, "ы", 2);
	text.p = p;
	diag_add(&diags, ETQ_DIAG_ERROR, "f", text, 1, 1, "m");
	assert_int_equal(strlen(diags.v[0].source), 999);
	free(p);
	etq_diags_free(&diags);
}

static void add_one(void *data)
{
	struct etq_diags diags = {0};

	diag_add(&diags, ETQ_DIAG_WARNING, "f", SV("text"), 1, 1, "warning %d", 1);
	if (diags.out_of_memory) {
		assert_int_equal(diags.n, 0);
		assert_int_equal(diags.errors, 1);
	} else {
		assert_int_equal(diags.n, 1);
		assert_int_equal(diags.errors, 0);
	}
	etq_diags_free(&diags);
}

static void out_of_memory(void **state)
{
	assert_int_equal(oom_each(add_one, NULL), 4);
}

static void errors_are_cut_at_a_letter(void **state)
{
	struct etq_err err;
	char longer[600];

	err_set(&err, "bad-text", "at byte %d", 7);
	assert_string_equal(err.code, "bad-text");
	assert_string_equal(err.message, "at byte 7");
	for (size_t i = 0; i + 2 < sizeof(longer); i += 2)
		memcpy(longer + i, "ж", 3);
	err_set(&err, "bad-text", "%s", longer);
	assert_int_equal(strlen(err.message), 254);
	err_set(&err, "bad-text", "x%s", longer);
	assert_int_equal(strlen(err.message), 255);
	/* Where the formatting itself stops, too. */
	memmove(longer + 1, longer, sizeof(longer) - 2);
	longer[0] = 'x';
	longer[sizeof(longer) - 1] = '\0';
	err_set(&err, "bad-text", "x%s", longer);
	assert_int_equal(strlen(err.message), 254);
}

static void nearest_name(void **state)
{
	static const char *const names[] = {"severity", "status", "title", "каждый", "by", NULL};
	static const struct {
		const char *written, *meant;
	} cases[] = {
		{"severty", "severity"},
		{"sevreity", "severity"},
		{"Status", "status"},
		{"titel", "title"},
		{"tilte", "title"},
		{"каждй", "каждый"},
		{"yb", "by"},
		{"points", NULL},
		{"xx", NULL},
		{"", NULL},
		{"\xff\xfe\x80", NULL},
		{"severity", "severity"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = diag_nearest(sv_of(cases[i].written), names);

		if (cases[i].meant)
			assert_string_equal(got, cases[i].meant);
		else
			assert_null(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(added_ones_keep_order_and_lines),
		cmocka_unit_test(format_cuts_like_snprintf),
		cmocka_unit_test(endless_lines_are_cut_at_a_letter),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(errors_are_cut_at_a_letter),
		cmocka_unit_test(nearest_name),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
