/*
 * Wrong rule files and what is said of them. tests/data/rules-bad has, for each NAME, NAME.yaml (or
 * NAME.1.yaml, NAME.2.yaml, … that are loaded together) and NAME.expected, the messages as they are
 * printed. With ETQ_UPDATE set in the environment the expectations are written anew.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "etiquette.h"

#define FOLDER ETQ_TEST_DATA "/rules-bad"

enum { PARTS_MAX = 4, TEXT_SIZE = 64 * 1024, CASES_MIN = 60 };

struct part {
	char name[256];
	char text[TEXT_SIZE];
	size_t n;
};

/* The wrong files that are loaded together, and what comes of it. */
struct bad {
	struct part parts[PARTS_MAX];
	size_t nparts;
	char got[TEXT_SIZE], expected[TEXT_SIZE];
	bool loaded, has_error;
};

static size_t read_file(const char *name, char *text)
{
	char path[1024];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	f = fopen(path, "rb");
	if (!f)
		return SIZE_MAX;
	n = fread(text, 1, TEXT_SIZE - 1, f);
	text[n] = '\0';
	fclose(f);
	return n;
}

static bool is_yaml(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static int select_yaml(const struct dirent *entry)
{
	return is_yaml(entry->d_name);
}

static void judge(struct bad *bad)
{
	struct etq_source sources[PARTS_MAX];
	struct etq_diags diags = {0};
	struct etq_ruleset *rules;
	size_t n = 0;

	for (size_t i = 0; i < bad->nparts; i++)
		sources[i] = (struct etq_source){bad->parts[i].name,
						 {bad->parts[i].text, bad->parts[i].n}};
	rules = etq_ruleset_load(sources, bad->nparts, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		n += (size_t)etq_diag_format(&diags.v[i], bad->got + n, sizeof(bad->got) - n);
		n += (size_t)snprintf(bad->got + n, sizeof(bad->got) - n, "\n");
		assert_true(n < sizeof(bad->got));
	}
	bad->loaded = rules;
	bad->has_error = diags.errors > 0;
	etq_ruleset_unref(rules);
	etq_diags_free(&diags);
}

static void update(const char *name, const char *text)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* True when the case is as expected. */
static bool check(struct bad *bad, const char *name)
{
	char file[300];

	judge(bad);
	snprintf(file, sizeof(file), "%s.expected", name);
	if (getenv("ETQ_UPDATE"))
		update(file, bad->got);
	if (read_file(file, bad->expected) == SIZE_MAX)
		snprintf(bad->expected, sizeof(bad->expected), "(there is no %s)\n", file);
	if (bad->got[0] && strcmp(bad->got, bad->expected) == 0 && bad->loaded == !bad->has_error)
		return true;
	print_message("%s (%s): expected\n%sgot\n%s", name, bad->loaded ? "loaded" : "refused",
		      bad->expected, bad->got);
	return false;
}

static void test_messages(void **state)
{
	struct dirent **entries = NULL;
	int n = scandir(FOLDER, &entries, select_yaml, alphasort);
	size_t cases = 0, wrong = 0;
	struct bad *bad = malloc(sizeof(*bad));

	assert_true(n > 0);
	assert_non_null(bad);
	for (int i = 0; i < n; cases++) {
		char name[256];
		size_t len = strcspn(entries[i]->d_name, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, entries[i]->d_name);
		bad->got[0] = '\0';
		for (bad->nparts = 0; i < n && strncmp(entries[i]->d_name, name, len) == 0 &&
				      entries[i]->d_name[len] == '.';
		     i++) {
			struct part *part = &bad->parts[bad->nparts++];

			assert_true(bad->nparts <= PARTS_MAX);
			snprintf(part->name, sizeof(part->name), "%s", entries[i]->d_name);
			part->n = read_file(part->name, part->text);
		}
		wrong += !check(bad, name);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	free(bad);
	assert_int_equal(wrong, 0);
	assert_true(cases >= CASES_MIN);
}

/* An expectation without its rule file would be checked by nobody. */
static void test_no_orphans(void **state)
{
	struct dirent **entries = NULL;
	int n = scandir(FOLDER, &entries, NULL, alphasort);

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char *dot = strstr(entries[i]->d_name, ".expected");
		char name[300], *text = malloc(TEXT_SIZE);

		assert_non_null(text);
		if (dot) {
			int len = (int)(dot - entries[i]->d_name);
			size_t one, first;

			snprintf(name, sizeof(name), "%.*s.yaml", len, entries[i]->d_name);
			one = read_file(name, text);
			snprintf(name, sizeof(name), "%.*s.1.yaml", len, entries[i]->d_name);
			first = read_file(name, text);
			if (one == SIZE_MAX && first == SIZE_MAX)
				fail_msg("%s belongs to no rule file", entries[i]->d_name);
		}
		free(text);
		free(entries[i]);
	}
	free(entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_no_orphans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
