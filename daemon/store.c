#include "store.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "thread.h"

enum { BATCH_MAX = 1024 * 1024 * 1024 };

/* What the two threads tell each other; under the lock. */
struct desk {
	struct batch *job; /* to be committed; NULL: none */
	bool done;         /* … and the last one is */
	bool stop, failing;
	struct etq_err err;
	uint64_t first;
};

struct store {
	struct store_opts opts;
	struct store_handler handler;
	struct dbreader *reader;
	struct dbwriter *writer; /* the thread's, once it runs */
	int lock_file;
	struct batch batches[2];
	struct batch *gathering, *flying; /* flying: NULL when nothing is being committed */
	bool failing;                     /* as the main thread has been told */
	uint64_t first;
	bool running, event_added;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t work, news;
	int fd; /* readable: there are news */
	struct event event;
	struct desk desk;
};

/* ---- the writer's thread --------------------------------------------------------------------- */

static void tell(struct store *s)
{
	const uint64_t one = 1;

	pthread_cond_signal(&s->news);
	/* It only fails when it is readable anyway. */
	if (write(s->fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		abort();
}

static void wait_ms(struct store *s, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&s->work, &s->mutex, &until);
}

/* With the lock, which is let go of meanwhile. Until it is committed, or there is no more time. */
static void commit_job(struct store *s)
{
	struct batch *job = s->desk.job;
	struct etq_err err = {0};

	for (;;) {
		pthread_mutex_unlock(&s->mutex);
		bool ok = dbwriter_commit(s->writer, job, &err);
		pthread_mutex_lock(&s->mutex);
		bool change = ok == s->desk.failing;
		s->desk.failing = !ok;
		s->desk.err = err;
		s->desk.done = ok;
		if (ok)
			s->desk.job = NULL;
		if (ok || change)
			tell(s);
		if (ok || s->desk.stop)
			break;
		wait_ms(s, STORE_RETRY_MS);
	}
	pthread_mutex_unlock(&s->mutex);
	dbwriter_look(s->writer);
	pthread_mutex_lock(&s->mutex);
}

/* With the lock, which is let go of meanwhile. Whether there is more to drop. */
static bool retain(struct store *s)
{
	struct etq_err err = {0};
	uint64_t first = 0;
	bool more = false;

	pthread_mutex_unlock(&s->mutex);
	bool ok = dbwriter_retain(s->writer, loop_wall(), &more, &first, &err);
	pthread_mutex_lock(&s->mutex);
	if (ok && first != s->desk.first) {
		s->desk.first = first;
		tell(s);
	}
	/* What could not be dropped now is tried again with the next look. */
	return ok && more;
}

static void *write_all(void *arg)
{
	struct store *s = arg;
	int64_t looked = 0;
	bool more = true;

	pthread_mutex_lock(&s->mutex);
	for (;;) {
		if (s->desk.job)
			commit_job(s);
		else if (s->desk.stop)
			break;
		else if (!more)
			wait_ms(s, STORE_RETAIN_MS);
		if (s->desk.job && s->desk.stop)
			break; /* it can't be written */
		if (!s->desk.stop && (more || loop_now() - looked >= STORE_RETAIN_MS)) {
			looked = loop_now();
			more = retain(s);
		}
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

/* ---- the main thread ------------------------------------------------------------------------- */

static void take_news(struct store *s)
{
	struct batch *done = NULL;

	pthread_mutex_lock(&s->mutex);
	bool failing = s->desk.failing;
	struct etq_err err = s->desk.err;
	s->first = s->desk.first;
	if (s->desk.done) {
		done = s->flying;
		s->flying = NULL;
		s->desk.done = false;
	}
	pthread_mutex_unlock(&s->mutex);
	if (failing != s->failing) {
		s->failing = failing;
		s->handler.failing(s->handler.user, failing ? &err : NULL);
	}
	if (done) {
		s->handler.committed(s->handler.user, done);
		batch_clear(done);
	}
}

static void on_news(evutil_socket_t fd, short what, void *arg)
{
	uint64_t n;

	if (read(fd, &n, sizeof(n)) == sizeof(n))
		take_news(arg);
}

void store_submit(struct store *s)
{
	s->flying = s->gathering;
	s->gathering = s->flying == &s->batches[0] ? &s->batches[1] : &s->batches[0];
	pthread_mutex_lock(&s->mutex);
	s->desk.job = s->flying;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->mutex);
}

bool store_wait(struct store *s)
{
	pthread_mutex_lock(&s->mutex);
	while (s->desk.job && !s->desk.failing)
		pthread_cond_wait(&s->news, &s->mutex);
	pthread_mutex_unlock(&s->mutex);
	take_news(s);
	return !s->failing;
}

struct batch *store_batch(struct store *s)
{
	return s->gathering;
}

bool store_idle(const struct store *s)
{
	return !s->flying;
}

bool store_full(const struct store *s)
{
	return batch_bytes(s->gathering) >= s->opts.queue_bytes;
}

bool store_failing(const struct store *s)
{
	return s->failing;
}

uint64_t store_first(const struct store *s)
{
	return s->first;
}

struct dbreader *store_reader(struct store *s)
{
	return s->reader;
}

/* ---- making it ------------------------------------------------------------------------------- */

static bool open_file(struct store *s, struct etq_err *err)
{
	sqlite3 *db = dbfile_open(&s->opts.file, &s->lock_file, err);
	struct position p;
	int64_t downtime;

	if (!db)
		return false;
	s->writer = dbwriter_new(db, &s->opts.retain, err);
	if (!s->writer)
		return false;
	s->reader = dbreader_new(s->opts.file.path, err);
	return s->reader && dbreader_position(s->reader, &p, &downtime, err) &&
	       dbreader_first(s->reader, p.sequence, &s->first, err);
}

struct store *store_open(const struct store_opts *opts, struct etq_err *err)
{
	struct store *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;

	*err = (struct etq_err){"out-of-memory", "out of memory"};
	if (!s)
		return NULL;
	*s = (struct store){.opts = *opts, .lock_file = -1, .fd = -1};
	s->gathering = &s->batches[0];
	pthread_mutex_init(&s->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->work, &attr);
	pthread_condattr_destroy(&attr);
	pthread_cond_init(&s->news, NULL);
	for (int i = 0; i < 2; i++) {
		if (!batch_init(&s->batches[i], opts->queue_bytes + STORE_SLACK, BATCH_MAX))
			goto fail;
	}
	err->code[0] = '\0';
	if (open_file(s, err)) {
		s->desk.first = s->first;
		return s;
	}
fail:
	store_close(s);
	return NULL;
}

bool store_start(struct store *s, struct loop *loop, const struct store_handler *handler)
{
	struct etq_err err;

	s->handler = *handler;
	s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->fd < 0)
		return false;
	event_assign(&s->event, loop_base(loop), s->fd, EV_READ | EV_PERSIST, on_news, s);
	s->event_added = event_add(&s->event, NULL) == 0;
	s->running = s->event_added && dbwriter_start_copying(s->writer, &err) &&
		     thread_start(&s->thread, write_all, s);
	return s->running;
}

/* What has been handed over is still written, if it can be. */
static void stop_thread(struct store *s)
{
	pthread_mutex_lock(&s->mutex);
	s->desk.stop = true;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->mutex);
	pthread_join(s->thread, NULL);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->running)
		stop_thread(s);
	if (s->event_added)
		event_del(&s->event);
	if (s->fd >= 0)
		close(s->fd);
	dbreader_free(s->reader);
	dbwriter_free(s->writer);
	if (s->lock_file >= 0)
		close(s->lock_file);
	batch_free(&s->batches[0]);
	batch_free(&s->batches[1]);
	pthread_cond_destroy(&s->news);
	pthread_cond_destroy(&s->work);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}
