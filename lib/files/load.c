/* Gathering rule files: packs, folders, files, and what they extend. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/sv.h"
#include "files/builtin_pack.h"
#include "files/files.h"
#include "rules/extends.h"

enum { FILE_MAX = 2 * 1024 * 1024, FILES_MAX = 1000, EXTENDS_DEPTH = 16 };

/* A file that was read, or is about to be: those with `open` wait for what they extend. */
struct text {
	char *name;
	struct buf content;
	dev_t dev;
	ino_t ino;
	bool open;
};

struct gathering {
	struct etq_diags *diags;
	struct text *v; /* room for FILES_MAX */
	size_t n;
	size_t order[FILES_MAX]; /* numbers of texts as they are to be loaded */
	size_t norder;
	size_t depth; /* files that wait for what they extend */
	bool failed;
};

/* Where a path was asked for: NULL text when on the command line. */
struct asked {
	const struct text *text;
	int line, col;
};

static void load_path(struct gathering *g, const char *path, struct asked by);

static void complain(struct gathering *g, struct asked by, const char *path, const char *what)
{
	g->failed = true;
	if (by.text)
		diag_add(g->diags, ETQ_DIAG_ERROR, by.text->name,
			 (struct etq_str){by.text->content.p, by.text->content.n}, by.line, by.col,
			 "`extends: %.500s`: %s", path, what);
	else
		diag_add(g->diags, ETQ_DIAG_ERROR, path, SV_NONE, 0, 0, "%s", what);
}

static void out_of_memory(struct gathering *g)
{
	g->failed = true;
	g->diags->out_of_memory = true;
	g->diags->errors++;
}

/* A new text with its name, not in the order yet; NULL after a complaint. */
static struct text *new_text(struct gathering *g, const char *name, struct asked by)
{
	struct text *t;

	if (g->n == FILES_MAX) {
		complain(g, by, name, "too many rule files");
		return NULL;
	}
	t = &g->v[g->n];
	*t = (struct text){.name = strdup(name), .content = BUF_INIT(FILE_MAX)};
	if (!t->name) {
		out_of_memory(g);
		return NULL;
	}
	g->n++;
	return t;
}

static void load_extended(struct gathering *g, struct text *t)
{
	struct extends extends;
	struct asked by;
	char path[PATH_MAX];
	const char *slash = strrchr(t->name, '/');
	int n;

	if (!extends_find((struct etq_str){t->content.p, t->content.n}, &extends))
		return;
	by = (struct asked){t, extends.line, extends.col};
	if (builtin_pack_exists(extends.path) || extends.path[0] == '/' || !slash)
		n = snprintf(path, sizeof(path), "%s", extends.path);
	else
		n = snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - t->name), t->name,
			     extends.path);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		complain(g, by, extends.path, "the path is too long");
		return;
	}
	if (g->depth == EXTENDS_DEPTH) {
		complain(g, by, extends.path, "too many files that extend each other");
		return;
	}
	g->depth++;
	t->open = true;
	load_path(g, path, by);
	t->open = false;
	g->depth--;
}

static void load_text(struct gathering *g, struct text *t)
{
	size_t number = (size_t)(t - g->v);

	load_extended(g, t);
	g->order[g->norder++] = number;
}

static void load_builtin(struct gathering *g, const char *pack, struct asked by)
{
	const struct etq_builtin_file *row = NULL;

	while ((row = builtin_pack_next(pack, row))) {
		struct text *t;

		for (size_t i = 0; i < g->n; i++)
			if (strcmp(g->v[i].name, row->name) == 0 && g->v[i].ino == 0)
				return; /* the pack is there already */
		t = new_text(g, row->name, by);
		if (!t)
			return;
		if (!buf_put(&t->content, row->data, row->len)) {
			out_of_memory(g);
			return;
		}
		load_text(g, t);
	}
}

static void load_file(struct gathering *g, const char *path, const struct stat *st, struct asked by)
{
	struct etq_err err;
	struct text *t;

	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i].dev != st->st_dev || g->v[i].ino != st->st_ino)
			continue;
		if (g->v[i].open)
			complain(g, by, path, "the files extend each other in a circle");
		return;
	}
	t = new_text(g, path, by);
	if (!t)
		return;
	t->dev = st->st_dev;
	t->ino = st->st_ino;
	if (!files_read(path, FILE_MAX, &t->content, &err)) {
		complain(g, by, path, err.message);
		return;
	}
	load_text(g, t);
}

static int is_yaml(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load_entry(struct gathering *g, const char *folder, const char *name, struct asked by)
{
	size_t n = strlen(folder);
	char path[PATH_MAX];
	struct stat st;
	int len;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	len = snprintf(path, sizeof(path), "%.*s/%s", (int)n, folder, name);
	if (len < 0 || (size_t)len >= sizeof(path))
		complain(g, by, folder, "the path is too long");
	else if (stat(path, &st) != 0)
		complain(g, by, path, strerror(errno));
	else if (S_ISREG(st.st_mode))
		load_file(g, path, &st, by);
}

static void load_folder(struct gathering *g, const char *folder, struct asked by)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_yaml, by_name);

	if (n < 0) {
		complain(g, by, folder, strerror(errno));
		return;
	}
	if (n == 0)
		complain(g, by, folder, "there is no .yaml file in this folder");
	for (int i = 0; i < n; i++) {
		load_entry(g, folder, entries[i]->d_name, by);
		free(entries[i]);
	}
	free(entries);
}

/* The names of the packs go to what says that there is no such thing. */
static void say_missing(struct gathering *g, const char *path, struct asked by)
{
	char what[200];
	size_t n = (size_t)snprintf(what, sizeof(what), "%s", strerror(errno));
	const char *last = "";

	for (const struct etq_builtin_file *f = etq_builtin_files; f->name && n < sizeof(what);
	     f++) {
		size_t len = strcspn(f->name, "/");

		if (strncmp(f->name, last, len) == 0 && last[len] == '/')
			continue;
		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s%.*s",
				      *last ? ", " : "; built-in packs: ", (int)len, f->name);
		last = f->name;
	}
	complain(g, by, path, what);
}

static void load_path(struct gathering *g, const char *path, struct asked by)
{
	struct stat st;

	if (builtin_pack_exists(path))
		load_builtin(g, path, by);
	else if (stat(path, &st) != 0)
		say_missing(g, path, by);
	else if (S_ISDIR(st.st_mode))
		load_folder(g, path, by);
	else
		load_file(g, path, &st, by);
}

static struct etq_ruleset *load_gathered(struct gathering *g)
{
	struct etq_source *sources = calloc(g->norder ? g->norder : 1, sizeof(*sources));
	struct etq_ruleset *rules;

	if (!sources) {
		out_of_memory(g);
		return NULL;
	}
	for (size_t i = 0; i < g->norder; i++) {
		const struct text *t = &g->v[g->order[i]];

		sources[i].name = t->name;
		sources[i].text = (struct etq_str){t->content.p, t->content.n};
	}
	rules = etq_ruleset_load(sources, g->norder, g->diags);
	free(sources);
	return rules;
}

struct etq_ruleset *files_load_rules(const char *const *paths, size_t n, struct etq_diags *diags)
{
	struct gathering *g = calloc(1, sizeof(*g));
	struct etq_ruleset *rules = NULL;

	if (g)
		g->v = calloc(FILES_MAX, sizeof(*g->v));
	if (!g || !g->v) {
		diags->out_of_memory = true;
		diags->errors++;
		goto out;
	}
	g->diags = diags;
	for (size_t i = 0; i < n; i++)
		load_path(g, paths[i], (struct asked){0});
	if (!g->failed)
		rules = load_gathered(g);
	for (size_t i = 0; i < g->n; i++) {
		free(g->v[i].name);
		buf_free(&g->v[i].content);
	}
out:
	if (g)
		free(g->v);
	free(g);
	return rules;
}
