#include "checkpoint.h"

#include <stdbool.h>
#include <stdlib.h>

#include "dbfile.h"
#include "thread.h"

enum { TAIL_FRAMES = 256 }; /* that the writer copies itself, at most */

struct checkpoint {
	sqlite3 *writer, *db;
	pthread_t thread;
	bool running;
	/* The writer's: */
	int frames;   /* in the log, after its last commit */
	int began_at; /* that were there when it wanted to begin anew; 0: it has */
	/* Under the lock: */
	pthread_mutex_t mutex;
	pthread_cond_t work, done;
	bool asked, stop;
	int copied; /* frames of the log, as far as is known */
};

static int on_commit(void *arg, sqlite3 *db, const char *name, int frames)
{
	((struct checkpoint *)arg)->frames = frames;
	return SQLITE_OK;
}

/* How many are copied by now; what can't be is tried again another time. */
static int copy(sqlite3 *db)
{
	int frames = 0, copied = 0;

	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
	return copied > 0 ? copied : 0;
}

/*
 * SQLite makes the file permanent only when all of the log has been copied, which is the writer's
 * doing: then hardly anything is left to wait for.
 */
static void sync_file(sqlite3 *db)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file)
		file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

static void *copy_all(void *arg)
{
	struct checkpoint *c = arg;

	thread_give_way(); /* commits come first */
	pthread_mutex_lock(&c->mutex);
	while (!c->stop) {
		if (!c->asked) {
			pthread_cond_wait(&c->work, &c->mutex);
			continue;
		}
		pthread_mutex_unlock(&c->mutex);
		int copied = copy(c->db);
		sync_file(c->db);
		pthread_mutex_lock(&c->mutex);
		c->copied = copied;
		c->asked = false;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->mutex);
	return NULL;
}

/* With the lock, and nobody else is copying. */
static void decide(struct checkpoint *c)
{
	if (c->frames < c->copied)
		c->copied = c->began_at = 0; /* it has begun anew */
	int left = c->frames - c->copied;
	bool full = c->frames >= CHECKPOINT_LOG && c->frames - c->began_at >= CHECKPOINT_FRAMES;

	if (full && (left <= TAIL_FRAMES || c->frames >= 2 * CHECKPOINT_LOG)) {
		/* When all is copied, the next commit begins anew, unless somebody reads just now. */
		c->copied = copy(c->writer);
		c->began_at = c->frames;
	} else if (left >= (full ? TAIL_FRAMES : CHECKPOINT_FRAMES)) {
		c->asked = true;
		pthread_cond_signal(&c->work);
	}
}

void checkpoint_look(struct checkpoint *c)
{
	pthread_mutex_lock(&c->mutex);
	while (c->asked && c->frames >= 2 * CHECKPOINT_LOG)
		pthread_cond_wait(&c->done, &c->mutex);
	if (!c->asked)
		decide(c);
	pthread_mutex_unlock(&c->mutex);
}

struct checkpoint *checkpoint_new(sqlite3 *writer, struct etq_err *err)
{
	struct checkpoint *c = calloc(1, sizeof(*c));

	*err = (struct etq_err){"out-of-memory", "out of memory"};
	if (!c)
		return NULL;
	*c = (struct checkpoint){.writer = writer};
	pthread_mutex_init(&c->mutex, NULL);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->done, NULL);
	c->db = dbfile_open_copier(sqlite3_db_filename(writer, "main"), err);
	c->running = c->db && thread_start(&c->thread, copy_all, c);
	if (c->running) {
		sqlite3_wal_hook(writer, on_commit, c);
		return c;
	}
	checkpoint_free(c);
	return NULL;
}

void checkpoint_free(struct checkpoint *c)
{
	if (!c)
		return;
	if (c->running) {
		pthread_mutex_lock(&c->mutex);
		c->stop = true;
		pthread_cond_signal(&c->work);
		pthread_mutex_unlock(&c->mutex);
		pthread_join(c->thread, NULL);
		sqlite3_wal_hook(c->writer, NULL, NULL);
	}
	sqlite3_close(c->db);
	pthread_cond_destroy(&c->done);
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->mutex);
	free(c);
}
