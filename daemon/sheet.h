/*
 * What is kept of open calls, as bytes: their lines in the order in which they came, and which
 * events they have given. Lines are written once into this form, and the store takes it as it is.
 */
#ifndef DAEMON_SHEET_H
#define DAEMON_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "etiquette.h"

/* heads: SHEET_HEAD bytes a line: call, at, ticked, size; texts: the lines' bytes, one after the other. */
enum { SHEET_HEAD = 28, SHEET_RAISED = 12 };

struct sheet {
	struct buf heads, texts, raised;
};

/* One as it is read; raised.p may be NULL. */
struct sheet_view {
	struct etq_str heads, texts, raised;
};

struct sheet_line {
	uint64_t call;  /* its number */
	int64_t at;     /* when it was accepted, on the calls' clock */
	int64_t ticked; /* how far time had been let pass then */
	struct etq_str text;
};

/* Takes memory for room bytes of lines at once; each buffer may grow up to max. False: out of memory. */
bool sheet_init(struct sheet *s, size_t room, size_t max) ETQ_MUST_CHECK;
void sheet_free(struct sheet *s);
void sheet_clear(struct sheet *s);
size_t sheet_bytes(const struct sheet *s);
struct sheet_view sheet_view(const struct sheet *s);

/* Will a line of n bytes be taken, or an event? */
bool sheet_reserve(struct sheet *s, size_t n) ETQ_MUST_CHECK;
/* False: out of memory; nothing changed. */
bool sheet_add_line(struct sheet *s, const struct sheet_line *line) ETQ_MUST_CHECK;
bool sheet_add_raised(struct sheet *s, uint64_t call, struct etq_str key) ETQ_MUST_CHECK;

/* A place in a sheet; begins as all 0. */
struct sheet_place {
	size_t head, text;
};

/* The next line; false at the end. texts may be left out of the view: line->text.p is then NULL. */
bool sheet_line(const struct sheet_view *v, struct sheet_place *at,
		struct sheet_line *line) ETQ_MUST_CHECK;
/* The next event from byte *at on; false at the end. */
bool sheet_raised(const struct sheet_view *v, size_t *at, uint64_t *call,
		  struct etq_str *key) ETQ_MUST_CHECK;
/* Bytes that the lines' texts should have; SIZE_MAX: the heads, or the events, are not whole. */
size_t sheet_text_bytes(const struct sheet_view *v);

#endif
