/* Rule files on disk and in the program: folders, packs, `extends`. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/builtin.h"
#include "files/files.h"
#include "oom.h"
#include "rules_fixture.h"

#define RULE(id) "  " id ": {title: T, source: S, forbid: {event: hold.start}}\n"

struct folder {
	char path[64];
	char *names[16];
	size_t n;
};

static const char *new_name(struct folder *f, const char *name)
{
	assert_true(f->n < COUNT(f->names));
	assert_true(asprintf(&f->names[f->n], "%s/%s", f->path, name) > 0);
	return f->names[f->n++];
}

static void put_file(struct folder *f, const char *name, const char *text)
{
	FILE *file = fopen(new_name(f, name), "wb");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_folder(struct folder *f, const char *name)
{
	assert_int_equal(mkdir(new_name(f, name), 0700), 0);
}

static int set_up(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->path, "rules-test-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct folder *f = *state;

	while (f->n > 0) {
		remove(f->names[--f->n]);
		free(f->names[f->n]);
	}
	rmdir(f->path);
	free(f);
	return 0;
}

/* Loads one path of the folder; said is all that there is to say, one message after the other. */
static struct etq_ruleset *load_path(const struct folder *f, const char *name, char *said,
				     size_t size)
{
	char path[200];
	const char *const paths[] = {path};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s%s%s", f->path, *name ? "/" : "", name);
	rules = files_load_rules(paths, 1, &diags);
	said[0] = '\0';
	for (size_t i = 0; i < diags.n && n < size; i++)
		n += (size_t)snprintf(
			said + n, size - n, "%s:%d:%d: %s\n",
			diags.v[i].file + (strncmp(diags.v[i].file, f->path, strlen(f->path)) == 0
						   ? strlen(f->path)
						   : 0),
			diags.v[i].line, diags.v[i].col, diags.v[i].message);
	etq_diags_free(&diags);
	return rules;
}

static void a_folder_in_the_order_of_names(void **state)
{
	struct folder *f = *state;
	struct etq_ruleset *rules;
	char said[1000];

	put_file(f, "b.yaml", "engine: 1\nrules:\n" RULE("b"));
	put_file(f, "a.yaml", "engine: 1\nrules:\n" RULE("a"));
	put_file(f, "notes.txt", "not a rule file");
	put_file(f, ".hidden.yaml", "not a rule file");
	rules = load_path(f, "", said, sizeof(said));
	assert_string_equal(said, "");
	assert_non_null(rules);
	assert_int_equal(rules->nrules, 2);
	assert_sv_equal(rules->rules[0].info.id, "a");
	etq_ruleset_unref(rules);
}

static void a_site_pulls_in_what_it_extends_once(void **state)
{
	struct folder *f = *state;
	struct etq_ruleset *rules;
	char said[1000];

	put_folder(f, "pack");
	put_file(f, "pack/a.yaml", "engine: 1\nrules:\n" RULE("a") RULE("b"));
	put_file(f, "one.yaml", "engine: 1\nextends: pack\nrules: {a: off}\n");
	put_file(f, "two.yaml", "engine: 1\nextends: pack/a.yaml\nrules: {b: trial}\n");
	put_file(f, "top.yaml", "engine: 1\nextends: one.yaml\nrules: {a: draft}\n");
	rules = load_path(f, "top.yaml", said, sizeof(said));
	assert_string_equal(said, "");
	assert_non_null(rules);
	assert_int_equal(rule_of(rules, "a")->info.status, ETQ_DRAFT);
	assert_int_equal(rules->nrules, 2);
	etq_ruleset_unref(rules);

	/* All of the folder: the pack comes first and once, the sites lie over it. */
	rules = load_path(f, "", said, sizeof(said));
	assert_string_equal(said, "");
	assert_non_null(rules);
	assert_int_equal(rule_of(rules, "b")->info.status, ETQ_TRIAL);
	etq_ruleset_unref(rules);
}

static void what_is_missing_is_said(void **state)
{
	struct folder *f = *state;
	char said[1000], *packs;

	assert_null(load_path(f, "nothing.yaml", said, sizeof(said)));
	packs = strstr(said, "; built-in packs: ");
	assert_non_null(packs);
	strcpy(packs, "\n");
	assert_string_equal(said, "/nothing.yaml:0:0: No such file or directory\n");
	put_file(f, "site.yaml", "engine: 1\n# Москва\nextends: packs/ru\n");
	assert_null(load_path(f, "site.yaml", said, sizeof(said)));
	assert_non_null(strstr(said, "/site.yaml:3:10: `extends: "));
	assert_non_null(strstr(said, "/packs/ru`: No such file or directory"));
	put_folder(f, "empty");
	assert_null(load_path(f, "empty", said, sizeof(said)));
	assert_string_equal(said, "/empty:0:0: there is no .yaml file in this folder\n");
}

static void a_circle_is_said(void **state)
{
	struct folder *f = *state;
	char said[1000];

	put_file(f, "a.yaml", "engine: 1\nextends: b.yaml\n");
	put_file(f, "b.yaml", "engine: 1\nextends: a.yaml\n");
	assert_null(load_path(f, "a.yaml", said, sizeof(said)));
	assert_non_null(strstr(said, "/b.yaml:2:10: "));
	assert_non_null(strstr(said, "the files extend each other in a circle"));
}

static void errors_name_the_file(void **state)
{
	struct folder *f = *state;
	char said[1000];

	put_file(f, "a.yaml", "engine: 1\nrules:\n" RULE("a") "  b: {title: T, source: S}\n");
	assert_null(load_path(f, "", said, sizeof(said)));
	assert_string_equal(said, "/a.yaml:4:3: the rule `b` says nothing: it needs `forbid`, "
				  "`expect`, `limit` or `sequence`\n");
}

static void built_in_packs(void **state)
{
	static const char *const paths[] = {"ru"};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = files_load_rules(paths, 1, &diags);
	struct folder *f = *state;
	char said[4000];
	size_t n;

	for (size_t i = 0; !rules && i < diags.n; i++)
		print_message("%s:%d: %s\n", diags.v[i].file, diags.v[i].line, diags.v[i].message);
	assert_non_null(rules);
	n = etq_ruleset_count(rules);
	assert_true(n > 0);
	assert_true(sv_starts(etq_ruleset_rule(rules, 0)->file, SV("ru/")));
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);

	put_file(f, "site.yaml", "engine: 1\nextends: ru\nrules:\n" RULE("own.rule"));
	rules = load_path(f, "site.yaml", said, sizeof(said));
	assert_non_null(rules);
	assert_int_equal(etq_ruleset_count(rules), n + 1);
	etq_ruleset_unref(rules);
}

static void reading_files(void **state)
{
	struct folder *f = *state;
	struct buf buf = BUF_INIT(100);
	struct etq_err err;

	put_file(f, "text", "0123456789");
	assert_true(files_read(f->names[0], 10, &buf, &err));
	assert_int_equal(buf.n, 10);
	assert_memory_equal(buf.p, "0123456789", 10);
	buf_clear(&buf);
	assert_false(files_read(f->names[0], 9, &buf, &err));
	assert_string_equal(err.code, "too-large");
	buf_clear(&buf);
	assert_false(files_read(f->path, 10, &buf, &err));
	assert_string_equal(err.code, "io");
	assert_false(files_read("no/such/file", 10, &buf, &err));
	assert_string_equal(err.code, "io");
	assert_string_equal(err.message, "no/such/file: No such file or directory");
	buf_free(&buf);
}

static void load_for_oom(void *data)
{
	const char *const paths[] = {data};
	struct etq_diags diags = {0};
	struct etq_ruleset *rules = files_load_rules(paths, 1, &diags);

	assert_true(rules || diags.errors > 0);
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
}

static void every_allocation_may_fail(void **state)
{
	struct folder *f = *state;

	put_folder(f, "pack");
	put_file(f, "pack/a.yaml", "engine: 1\nrules:\n" RULE("a"));
	put_file(f, "site.yaml", "engine: 1\nextends: pack\nrules: {a: off}\n");
	assert_true(oom_each(load_for_oom, f->names[2]) > 10);
	assert_true(oom_each(load_for_oom, f->names[0]) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_folder_in_the_order_of_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_site_pulls_in_what_it_extends_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_missing_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_circle_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_name_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(built_in_packs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reading_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_allocation_may_fail, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
