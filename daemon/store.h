/*
 * The store: a file that holds the events and what is needed to go on with open calls after a
 * crash. One thread writes it, a batch a transaction; while one is being committed the next one is
 * gathered. All functions are for the main thread, which is told by the loop what became of a batch.
 */
#ifndef DAEMON_STORE_H
#define DAEMON_STORE_H

#include "batch.h"
#include "dbfile.h"
#include "dbreader.h"
#include "dbwriter.h"

struct loop;
struct store;

enum {
	STORE_SLACK = 1024 * 1024, /* bytes of a batch that are there beyond queue_bytes */
	STORE_RETRY_MS = 500,      /* between two attempts while it can't be written */
	STORE_RETAIN_MS = 1000,    /* between two looks for what is too old */
};

struct store_opts {
	struct dbfile_opts file;
	struct retain retain;
	size_t queue_bytes; /* a batch with so much in it is full */
};

struct store_handler {
	/* A batch is in the file. */
	void (*committed)(void *user, const struct batch *b);
	/* It can't be written, or, with NULL, it can again: said once each. */
	void (*failing)(void *user, const struct etq_err *err);
	void *user;
};

/* Opens or creates it; reads only. NULL: err says why, codes as of dbfile_open. */
struct store *store_open(const struct store_opts *opts, struct etq_err *err) ETQ_MUST_CHECK;
/* Writes what has been handed over, if it can be written, and closes. NULL is fine. */
void store_close(struct store *s);
struct dbreader *store_reader(struct store *s);

/* From now on it may be written. False: out of memory or threads. */
bool store_start(struct store *s, struct loop *loop,
		 const struct store_handler *handler) ETQ_MUST_CHECK;

/* What is being gathered. */
struct batch *store_batch(struct store *s);
/* Is nothing being committed? */
bool store_idle(const struct store *s);
/* Is so much gathered that no more should be? */
bool store_full(const struct store *s);
bool store_failing(const struct store *s);
/* Hands over what is gathered, its position filled in; the store must be idle. */
void store_submit(struct store *s);
/* Waits until it is idle, or failing. False: failing. For times when no loop runs. */
bool store_wait(struct store *s) ETQ_MUST_CHECK;
/* The oldest event that is kept. */
uint64_t store_first(const struct store *s);

#endif
