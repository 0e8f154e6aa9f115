/*
 * For the crash test only: a SQLite file layer in which the machine fails. It wraps the default one
 * and, at a random file operation, does what a power failure does: what was written and not synced
 * is there in part, and the process is gone. Which operation is decided by the environment:
 *
 *   ETQ_FAULT=SEED:MEAN      one operation in MEAN on average; without it nothing fails
 *   ETQ_FAULT_KEEP=1         only the process is gone: what was written is all there
 *   ETQ_FAULT_LOG=FILE       gets a line that says at which operation it was
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 512 };
enum kind { OTHER, DB, WAL, KINDS };

/* What stood in a file before a write that has not been synced. */
struct undo {
	struct undo *next; /* the one before */
	sqlite3_int64 at;
	int n, had; /* bytes written; bytes that were there before, from the same place */
	char bytes[];
};

struct fault_file {
	sqlite3_file base;
	struct fault_file *next;
	enum kind kind;
	sqlite3_file *real; /* in the memory behind this */
};

static struct {
	sqlite3_vfs vfs, *real;
	struct fault_file *files;
	struct undo *undo[KINDS]; /* newest first; a file is one, however often it is open */
	pthread_mutex_t mutex;
	uint64_t random;
	int64_t countdown; /* operations until the failure; below 0: none */
	bool keep;
} fault = {.mutex = PTHREAD_MUTEX_INITIALIZER, .countdown = -1};

static uint64_t next_random(void)
{
	fault.random ^= fault.random << 13;
	fault.random ^= fault.random >> 7;
	fault.random ^= fault.random << 17;
	return fault.random;
}

static struct fault_file *of(sqlite3_file *f)
{
	return (struct fault_file *)f;
}

/* ---- the failure ----------------------------------------------------------------------------- */

/* Has what was written there survived? The same answer for all writes to a block. */
static bool survives(sqlite3_int64 at, uint64_t salt)
{
	uint64_t x = ((uint64_t)at / BLOCK + 1) * 0x9e3779b97f4a7c15u ^ salt;

	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return (x >> 40) & 1;
}

/* Blocks of the write that have not survived get back what they had; ones that were not there, zeros. */
static void take_back(sqlite3_file *real, const struct undo *u, uint64_t salt)
{
	for (int i = 0; i < u->n;) {
		int n = BLOCK - (int)((u->at + i) % BLOCK);

		if (n > u->n - i)
			n = u->n - i;
		if (!survives(u->at + i, salt)) {
			char old[BLOCK] = {0};
			int had = u->had - i < 0 ? 0 : u->had - i < n ? u->had - i : n;

			memcpy(old, u->bytes + i, (size_t)had);
			real->pMethods->xWrite(real, old, n, u->at + i);
		}
		i += n;
	}
}

static void write_log(const struct fault_file *f, const char *what)
{
	const char *name = getenv("ETQ_FAULT_LOG");
	int fd = name ? open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	size_t unsynced = 0;
	char line[128];

	for (const struct undo *u = fault.undo[f->kind]; u; u = u->next)
		unsynced++;
	int n = snprintf(line, sizeof(line), "%s %s %s %zu\n", fault.keep ? "kill" : "power",
			 f->kind == WAL ? "wal" : "db", what, unsynced);
	if (fd >= 0 && write(fd, line, (size_t)n) == n)
		close(fd);
}

static void fail(const struct fault_file *at, const char *what)
{
	uint64_t salt = next_random();

	write_log(at, what);
	for (struct fault_file *f = fault.keep ? NULL : fault.files; f; f = f->next) {
		for (const struct undo *u = fault.undo[f->kind]; u; u = u->next)
			take_back(f->real, u, salt);
		fault.undo[f->kind] = NULL;
	}
	kill(getpid(), SIGKILL);
	pause();
}

/* With the mutex. */
static void count(const struct fault_file *f, const char *what)
{
	if (fault.countdown >= 0 && fault.countdown-- == 0)
		fail(f, what);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void forget_undo(enum kind kind)
{
	while (fault.undo[kind]) {
		struct undo *u = fault.undo[kind];

		fault.undo[kind] = u->next;
		free(u);
	}
}

static bool is_open(enum kind kind)
{
	for (const struct fault_file *f = fault.files; f; f = f->next) {
		if (f->kind == kind)
			return true;
	}
	return false;
}

static void remember(struct fault_file *f, int n, sqlite3_int64 at)
{
	struct undo *u = malloc(sizeof(*u) + (size_t)n);
	sqlite3_int64 size = 0;

	if (!u)
		abort();
	f->real->pMethods->xFileSize(f->real, &size);
	*u = (struct undo){.next = fault.undo[f->kind], .at = at, .n = n};
	u->had = size - at < 0 ? 0 : size - at < n ? (int)(size - at) : n;
	if (u->had > 0)
		f->real->pMethods->xRead(f->real, u->bytes, u->had, at);
	fault.undo[f->kind] = u;
}

static int file_close(sqlite3_file *file)
{
	struct fault_file *f = of(file), **p = &fault.files;

	pthread_mutex_lock(&fault.mutex);
	while (*p && *p != f)
		p = &(*p)->next;
	if (*p)
		*p = f->next;
	if (!is_open(f->kind))
		forget_undo(f->kind);
	pthread_mutex_unlock(&fault.mutex);
	return f->real->pMethods->xClose(f->real);
}

static int file_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct fault_file *f = of(file);

	pthread_mutex_lock(&fault.mutex);
	count(f, "before-write");
	if (f->kind != OTHER)
		remember(f, n, at);
	int result = f->real->pMethods->xWrite(f->real, p, n, at);
	count(f, "after-write");
	pthread_mutex_unlock(&fault.mutex);
	return result;
}

static int file_sync(sqlite3_file *file, int flags)
{
	struct fault_file *f = of(file);

	pthread_mutex_lock(&fault.mutex);
	count(f, "before-sync");
	int result = f->real->pMethods->xSync(f->real, flags);
	if (result == SQLITE_OK)
		forget_undo(f->kind);
	count(f, "after-sync");
	pthread_mutex_unlock(&fault.mutex);
	return result;
}

/* What is cut off is cut off for good: the file's end is not what is tested here. */
static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct fault_file *f = of(file);

	pthread_mutex_lock(&fault.mutex);
	forget_undo(f->kind);
	int result = f->real->pMethods->xTruncate(f->real, size);
	pthread_mutex_unlock(&fault.mutex);
	return result;
}

#define REAL of(file)->real->pMethods
#define PASS(name, params, args)        \
	static int file_##name params   \
	{                               \
		return REAL->name args; \
	}
PASS(xRead, (sqlite3_file * file, void *p, int n, sqlite3_int64 at), (of(file)->real, p, n, at))
PASS(xFileSize, (sqlite3_file * file, sqlite3_int64 *size), (of(file)->real, size))
PASS(xLock, (sqlite3_file * file, int how), (of(file)->real, how))
PASS(xUnlock, (sqlite3_file * file, int how), (of(file)->real, how))
PASS(xCheckReservedLock, (sqlite3_file * file, int *out), (of(file)->real, out))
PASS(xFileControl, (sqlite3_file * file, int op, void *arg), (of(file)->real, op, arg))
PASS(xSectorSize, (sqlite3_file * file), (of(file)->real))
PASS(xShmMap, (sqlite3_file * file, int page, int size, int extend, void volatile **p),
     (of(file)->real, page, size, extend, p))
PASS(xShmLock, (sqlite3_file * file, int at, int n, int flags), (of(file)->real, at, n, flags))
PASS(xShmUnmap, (sqlite3_file * file, int del), (of(file)->real, del))

static void file_xShmBarrier(sqlite3_file *file)
{
	REAL->xShmBarrier(of(file)->real);
}

/* Nothing is promised that a disk might not keep. */
static int file_xDeviceCharacteristics(sqlite3_file *file)
{
	return 0;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_xRead,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_xFileSize,
	.xLock = file_xLock,
	.xUnlock = file_xUnlock,
	.xCheckReservedLock = file_xCheckReservedLock,
	.xFileControl = file_xFileControl,
	.xSectorSize = file_xSectorSize,
	.xDeviceCharacteristics = file_xDeviceCharacteristics,
	.xShmMap = file_xShmMap,
	.xShmLock = file_xShmLock,
	.xShmBarrier = file_xShmBarrier,
	.xShmUnmap = file_xShmUnmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct fault_file *f = of(file);

	*f = (struct fault_file){
		.real = (sqlite3_file *)(void *)(f + 1),
		.kind = flags & SQLITE_OPEN_MAIN_DB ? DB
			: flags & SQLITE_OPEN_WAL   ? WAL
						    : OTHER,
	};
	int result = fault.real->xOpen(fault.real, name, f->real, flags, out);
	if (result != SQLITE_OK)
		return result;
	f->base.pMethods = &methods;
	pthread_mutex_lock(&fault.mutex);
	f->next = fault.files;
	fault.files = f;
	pthread_mutex_unlock(&fault.mutex);
	return SQLITE_OK;
}

__attribute__((constructor)) static void install(void)
{
	const char *spec = getenv("ETQ_FAULT");
	unsigned long long seed, mean;

	if (!spec || sscanf(spec, "%llu:%llu", &seed, &mean) != 2 || mean == 0)
		return;
	fault.random = seed * 0x9e3779b97f4a7c15u | 1;
	fault.keep = getenv("ETQ_FAULT_KEEP") != NULL;
	for (int i = 0; i < 16; i++)
		next_random();
	fault.countdown = (int64_t)(next_random() % (2 * mean));
	fault.real = sqlite3_vfs_find(NULL);
	fault.vfs = *fault.real;
	fault.vfs.zName = "fault";
	fault.vfs.pNext = NULL;
	fault.vfs.szOsFile = (int)sizeof(struct fault_file) + fault.real->szOsFile;
	fault.vfs.xOpen = vfs_open;
	sqlite3_vfs_register(&fault.vfs, 1);
}
