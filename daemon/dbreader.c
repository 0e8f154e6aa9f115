#include "dbreader.h"

#include <stdlib.h>
#include <string.h>

#include "dbfile.h"
#include "loop.h"

enum { BOOT_BYTES = 40, EVENT_TEXTS = 5 };

struct dbreader {
	sqlite3 *db;
	sqlite3_stmt *events;
	bool stepping;     /* events stands on a row */
	uint64_t position; /* that it stands on */
};

static const struct {
	const char *rows;
	int numbers, texts; /* columns, in this order */
} scans[DBSCANS] = {
	[DBSCAN_OPEN_CALLS] = {"SELECT no, id FROM calls WHERE gone IS NULL", 1, 1},
	[DBSCAN_HEADS] = {"SELECT heads, raised FROM journal ORDER BY no", 0, 2},
	[DBSCAN_SHEETS] = {"SELECT heads, raised, texts FROM journal ORDER BY no", 0, 3},
	[DBSCAN_BURIED] = {"SELECT gone, id FROM calls WHERE gone >= ?1 AND buried ORDER BY gone",
			   1, 1},
	[DBSCAN_CURSORS] = {"SELECT sequence, used, name FROM cursors ORDER BY used DESC", 2, 1},
};

static bool fail(const struct dbreader *r, struct etq_err *err)
{
	dbfile_error(r->db, sqlite3_db_filename(r->db, "main"), "read", err);
	return false;
}

struct dbreader *dbreader_new(const char *path, struct etq_err *err)
{
	static const char sql[] = "SELECT sequence, severity, kind, rule, queue, agent, call, line "
				  "FROM events WHERE sequence >= ?1 ORDER BY sequence";
	struct dbreader *r = calloc(1, sizeof(*r));

	if (!r) {
		*err = (struct etq_err){"out-of-memory", "out of memory"};
		return NULL;
	}
	r->db = dbfile_open_reader(path, err);
	if (!r->db) {
		free(r);
		return NULL;
	}
	if (sqlite3_prepare_v3(r->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &r->events, NULL) ==
	    SQLITE_OK)
		return r;
	fail(r, err);
	dbreader_free(r);
	return NULL;
}

void dbreader_free(struct dbreader *r)
{
	if (!r)
		return;
	sqlite3_finalize(r->events);
	sqlite3_close(r->db);
	free(r);
}

/* ---- events ---------------------------------------------------------------------------------- */

void dbreader_rest(struct dbreader *r)
{
	if (r->stepping)
		sqlite3_reset(r->events);
	r->stepping = false;
}

/* Of texts and blobs alike: what is stored as UTF-8 is not changed by this. */
static struct etq_str text_of(sqlite3_stmt *s, int column)
{
	const char *p = sqlite3_column_blob(s, column);

	return (struct etq_str){p, p ? (size_t)sqlite3_column_bytes(s, column) : 0};
}

/* Goes on with the rows of before where it can. */
static int find(struct dbreader *r, uint64_t sequence)
{
	if (!r->stepping || sequence != r->position + 1) {
		dbreader_rest(r);
		sqlite3_bind_int64(r->events, 1, (int64_t)sequence);
		r->stepping = true;
	}
	return sqlite3_step(r->events);
}

enum dbread dbreader_event(struct dbreader *r, uint64_t *sequence, struct record *event)
{
	struct etq_str *texts[] = {&event->rule, &event->queue, &event->agent, &event->call,
				   &event->line};
	int result = find(r, *sequence);

	if (result != SQLITE_ROW) {
		dbreader_rest(r);
		return result == SQLITE_DONE ? DBREAD_END : DBREAD_FAILED;
	}
	*sequence = r->position = (uint64_t)sqlite3_column_int64(r->events, 0);
	event->severity = (enum etq_severity)sqlite3_column_int(r->events, 1);
	event->kind = (enum etq_finding_kind)sqlite3_column_int(r->events, 2);
	for (int i = 0; i < EVENT_TEXTS; i++)
		*texts[i] = text_of(r->events, i + 3);
	return DBREAD_ROW;
}

/* ---- what a new life goes on from ------------------------------------------------------------ */

bool dbreader_first(struct dbreader *r, uint64_t last, uint64_t *first, struct etq_err *err)
{
	int64_t n;

	if (!dbfile_number(r->db, "SELECT coalesce(min(sequence), 0) FROM events", &n, err))
		return false;
	*first = n > 0 ? (uint64_t)n : last + 1;
	return true;
}

/* By the clock that nobody sets, if the machine has not been started since. */
static int64_t downtime(const struct position *p, const char *boot)
{
	char now[BOOT_BYTES];
	int64_t ms;

	dbfile_boot(now, sizeof(now));
	if (now[0] != '\0' && strcmp(now, boot) == 0)
		ms = loop_up() - p->up;
	else
		ms = loop_wall() - p->wall;
	return ms > 0 ? ms : 0;
}

bool dbreader_position(struct dbreader *r, struct position *p, int64_t *downtime_ms,
		       struct etq_err *err)
{
	static const char sql[] = "SELECT at, ticked, wall, up, sequence, call, boot FROM position";
	sqlite3_stmt *s = NULL;
	int result = sqlite3_prepare_v2(r->db, sql, -1, &s, NULL);

	*p = (struct position){0};
	*downtime_ms = 0;
	if (result == SQLITE_OK)
		result = sqlite3_step(s);
	if (result == SQLITE_ROW) {
		*p = (struct position){.at = sqlite3_column_int64(s, 0),
				       .ticked = sqlite3_column_int64(s, 1),
				       .wall = sqlite3_column_int64(s, 2),
				       .up = sqlite3_column_int64(s, 3),
				       .sequence = (uint64_t)sqlite3_column_int64(s, 4),
				       .call = (uint64_t)sqlite3_column_int64(s, 5)};
		*downtime_ms = downtime(p, (const char *)sqlite3_column_text(s, 6));
	} else if (result != SQLITE_DONE) {
		fail(r, err);
	}
	sqlite3_finalize(s);
	return result == SQLITE_ROW || result == SQLITE_DONE;
}

bool dbreader_scan(struct dbreader *r, enum dbscan what, int64_t from,
		   bool (*each)(void *user, const struct dbrow *row), void *user,
		   struct etq_err *err)
{
	sqlite3_stmt *s = NULL;
	struct dbrow row = {0};
	bool stopped = false;
	int result = sqlite3_prepare_v2(r->db, scans[what].rows, -1, &s, NULL);

	if (result == SQLITE_OK && sqlite3_bind_parameter_count(s) > 0)
		sqlite3_bind_int64(s, 1, from);
	while (result == SQLITE_OK || result == SQLITE_ROW) {
		result = sqlite3_step(s);
		if (result != SQLITE_ROW)
			break;
		for (int i = 0; i < scans[what].numbers; i++)
			row.number[i] = sqlite3_column_int64(s, i);
		for (int i = 0; i < scans[what].texts; i++)
			row.text[i] = text_of(s, scans[what].numbers + i);
		stopped = !each(user, &row);
		if (stopped)
			break;
	}
	if (!stopped && result != SQLITE_DONE)
		fail(r, err);
	sqlite3_finalize(s);
	return !stopped && result == SQLITE_DONE;
}
