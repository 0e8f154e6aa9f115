/* A store in an empty folder, for tests of its parts without threads. */
#ifndef TESTS_STORE_WORLD_H
#define TESTS_STORE_WORLD_H

#include "batch.h"
#include "dbfile.h"
#include "dbreader.h"
#include "dbwriter.h"

enum { BIG = 64 * 1024 * 1024, HOUR = 3600000 };

struct world {
	char path[64], folder[32];
	int lock;
	struct dbwriter *writer;
	struct dbreader *reader;
	struct batch batch;
	struct position position;
	struct etq_err err;
};

extern const struct retain keep_all;

/* For cmocka; the state is a struct world. */
int set_up(void **state);
int tear_down(void **state);

void open_store(struct world *w, const struct retain *retain);
void close_store(struct world *w);

/* Into the batch. */
void add(struct world *w, enum op_kind kind, int64_t a, int64_t b, const char *text);
void add_gone(struct world *w, const struct op *op);
void add_line(struct world *w, uint64_t call, int64_t at, const char *text);
void add_event(struct world *w, int64_t recorded, uint64_t call, const char *key);
void commit(struct world *w);

/* One number out of the file. */
int64_t count(struct world *w, const char *sql);
void execute(struct world *w, const char *sql);
/* "number:text " of each row; valid until the next call. */
const char *scan(struct world *w, enum dbscan what, int64_t from);
/* "call:text " of each line, "(call:key) " of each event, "| " behind each row; valid until the next call. */
const char *journal(struct world *w);

#endif
