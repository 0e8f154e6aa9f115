/*
 * bench_feed [OPTION…] PORT FILE
 *
 * Sends the lines of FILE to 127.0.0.1:PORT and reads what comes back and what is found. PORT "-": standard output.
 *   -c N      over so many connections, each call's lines over one of them (1)
 *   -r RATE   so many lines a second; not given: as fast as they are taken
 *   -o PORT   connect there for the findings        -l PORT   wait there for a connection that brings them
 *   -s LINE   say that first to the one that brings findings
 *   -e END    is over when: "ack": all lines are acked; "mark": a finding of the call "last" came; "close": all
 *             connections were closed
 *   -w FILE   write all findings there
 * Prints one JSON object: lines, seconds, found (lines of findings), and in ms p50, p99 and max of the time from when a
 * line was due to the first finding that quotes it; only lines whose id begins with "f" are looked at.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { IDS_MAX = 10000000, CONNS_MAX = 1024, CHUNK = 1 << 16, ROOM = 1 << 20, PATIENCE_S = 300 };

struct conn {
	int fd;
	char *out; /* its lines */
	size_t n, sent, due;
	size_t lines, acked;
	char in[256]; /* the end of what it answered */
	size_t have;
	bool closed;
};

static struct conn conns[CONNS_MAX];
static int nconns = 1;
static const char *end_by = "mark";
static FILE *copy;
static int sink = -1, listener = -1;
static char *room;
static size_t room_have, found;
static bool marked;

static double *sent_at; /* by the number in the id; only pages that are used take memory */
static double *took;
static size_t ntook, nlines;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct sockaddr_in address(const char *port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				    .sin_port = htons((uint16_t)atoi(port))};
}

static int dial(const char *port)
{
	struct sockaddr_in to = address(port);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("bench_feed: connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static int listen_on(const char *port)
{
	struct sockaddr_in at = address(port);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0)
		die("bench_feed: listen");
	return fd;
}

/* Which connection a line goes over: by the number in its call's name. */
static int conn_of(const char *line, const char *end)
{
	const char *call = memmem(line, (size_t)(end - line), "\"call\":\"", 8);
	unsigned long n = 0;

	for (call = call ? call + 8 : end; call < end && *call != '"'; call++)
		n = n * 31 + (unsigned char)*call;
	return (int)(n % (unsigned long)nconns);
}

/* The number in the id of a line or a finding, if it is one to be timed. */
static bool timed(const char *p, const char *end, const char *key, size_t *number)
{
	const char *id = memmem(p, (size_t)(end - p), key, strlen(key));

	if (!id)
		return false;
	*number = strtoul(id + strlen(key), NULL, 10);
	return *number < IDS_MAX;
}

static void append(struct conn *c, const char *line, size_t n)
{
	memcpy(c->out + c->n, line, n);
	c->n += n;
	c->lines++;
}

static char *read_file(const char *name, size_t *n)
{
	struct stat st;
	int fd = open(name, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) < 0)
		die(name);
	char *p = malloc((size_t)st.st_size + 1);

	for (*n = 0; *n < (size_t)st.st_size;) {
		ssize_t got = read(fd, p + *n, (size_t)st.st_size - *n);

		if (got <= 0)
			die(name);
		*n += (size_t)got;
	}
	close(fd);
	return p;
}

/* The lines, given out to the connections. With a rate they go over one, which keeps them where they are. */
static void load(const char *name)
{
	size_t n;
	char *text = read_file(name, &n), *end;

	for (char *p = text; (end = memchr(p, '\n', n - (size_t)(p - text))); p = end + 1)
		nlines++;
	if (nconns == 1) {
		conns[0].out = text;
		conns[0].n = n;
		conns[0].lines = nlines;
	} else {
		for (int i = 0; i < nconns; i++)
			conns[i].out = malloc(n);
		for (char *p = text; (end = memchr(p, '\n', n - (size_t)(p - text))); p = end + 1)
			append(&conns[conn_of(p, end)], p, (size_t)(end + 1 - p));
		free(text);
	}
	sent_at = calloc(IDS_MAX, sizeof(*sent_at));
	took = calloc(nlines + 2, sizeof(*took));
}

/* ---- what comes back ---- */

static void see_finding(const char *line, const char *end)
{
	size_t n;

	found++;
	if (copy)
		fwrite(line, 1, (size_t)(end + 1 - line), copy);
	if (memmem(line, (size_t)(end - line), "\"last\"", 6))
		marked = true;
	if (timed(line, end, "\"utterance\":\"f", &n) && sent_at[n] > 0) {
		took[ntook++] = (now() - sent_at[n]) * 1e3;
		sent_at[n] = 0;
	}
}

static void read_sink(void)
{
	ssize_t got = read(sink, room + room_have, ROOM - room_have);
	char *line = room, *end;

	if (got <= 0) {
		close(sink);
		sink = -1;
		return;
	}
	room_have += (size_t)got;
	while ((end = memchr(line, '\n', room_have - (size_t)(line - room)))) {
		see_finding(line, end);
		line = end + 1;
	}
	room_have -= (size_t)(line - room);
	memmove(room, line, room_have);
}

/* Of the answers only the last number is of interest. */
static void read_answers(struct conn *c)
{
	static char buf[CHUNK];
	ssize_t got = read(c->fd, buf, sizeof(buf) - 1);

	if (got <= 0) {
		c->closed = true;
		return;
	}
	buf[got] = '\0';
	if (strstr(buf, "\"error\"")) {
		fprintf(stderr, "bench_feed: refused: %s", buf);
		exit(1);
	}

	size_t keep = (size_t)got < sizeof(c->in) / 2 ? (size_t)got : sizeof(c->in) / 2;

	if (c->have + keep >= sizeof(c->in)) {
		memmove(c->in, c->in + c->have - sizeof(c->in) / 4, sizeof(c->in) / 4);
		c->have = sizeof(c->in) / 4;
	}
	memcpy(c->in + c->have, buf + got - keep, keep);
	c->have += keep;
	c->in[c->have] = '\0';

	char *last = memrchr(c->in, '}', c->have), *n = last;

	while (n && n > c->in && n[-1] >= '0' && n[-1] <= '9')
		n--;
	if (n)
		c->acked = strtoul(n, NULL, 10);
}

/* ---- sending ---- */

static void send_some(struct conn *c)
{
	size_t n = c->due - c->sent;
	ssize_t put = write(c->fd, c->out + c->sent, n < CHUNK ? n : CHUNK);

	if (put < 0 && errno != EAGAIN)
		die("bench_feed: write");
	if (put > 0)
		c->sent += (size_t)put;
	if (c->sent == c->n && strcmp(end_by, "close") == 0)
		shutdown(c->fd, SHUT_WR);
}

/* Lets lines be due by the clock: only with one connection. */
static void make_due(struct conn *c, double begun, double rate)
{
	static size_t lines;
	double t = now();
	size_t until = (size_t)((t - begun) * rate), n;

	for (; lines < until && c->due < c->n; lines++) {
		char *line = c->out + c->due;
		char *end = memchr(line, '\n', c->n - c->due);

		if (timed(line, end, "\"id\":\"f", &n))
			sent_at[n] = begun + (double)lines / rate;
		c->due = (size_t)(end + 1 - c->out);
	}
}

static bool over(void)
{
	bool all = true;

	if (strcmp(end_by, "mark") == 0)
		return marked;
	for (int i = 0; i < nconns; i++)
		all = all && (*end_by == 'a' ? conns[i].acked >= conns[i].lines : conns[i].closed);
	return all;
}

static void turn(int wait_ms)
{
	struct pollfd fds[CONNS_MAX + 1];
	int n = 0;

	for (; n < nconns; n++) {
		struct conn *c = &conns[n];

		fds[n] = (struct pollfd){.fd = c->closed ? -1 : c->fd};
		fds[n].events = c->fd == STDOUT_FILENO ? 0 : POLLIN;
		if (c->sent < c->due)
			fds[n].events |= POLLOUT;
	}
	fds[n] = (struct pollfd){.fd = sink >= 0 ? sink : listener, .events = POLLIN};
	poll(fds, (nfds_t)n + 1, wait_ms);
	if (fds[n].revents && sink < 0)
		sink = accept(listener, NULL, NULL);
	else if (fds[n].revents)
		read_sink();
	for (int i = 0; i < nconns; i++) {
		if (fds[i].revents & (POLLIN | POLLHUP))
			read_answers(&conns[i]);
		if (fds[i].revents & POLLOUT)
			send_some(&conns[i]);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(double seconds)
{
	qsort(took, ntook, sizeof(*took), by_value);
	fprintf(stderr, "{\"lines\":%zu,\"seconds\":%.6f,\"found\":%zu", nlines, seconds, found);
	if (ntook)
		fprintf(stderr, ",\"timed\":%zu,\"p50\":%.4f,\"p99\":%.4f,\"max\":%.4f", ntook,
			took[ntook / 2], took[ntook * 99 / 100], took[ntook - 1]);
	fprintf(stderr, "}\n");
}

static void open_conns(const char *port)
{
	for (int i = 0; i < nconns; i++) {
		conns[i].fd = strcmp(port, "-") == 0 ? STDOUT_FILENO : dial(port);
		fcntl(conns[i].fd, F_SETFL, O_NONBLOCK);
	}
}

int main(int argc, char **argv)
{
	const char *said = NULL;
	double rate = 0;
	int opt;

	while ((opt = getopt(argc, argv, "c:r:o:l:s:e:w:")) != -1) {
		switch (opt) {
		case 'c':
			nconns = atoi(optarg);
			break;
		case 'r':
			rate = atof(optarg);
			break;
		case 'o':
			sink = dial(optarg);
			break;
		case 'l':
			listener = listen_on(optarg);
			break;
		case 's':
			said = optarg;
			break;
		case 'e':
			end_by = optarg;
			break;
		case 'w':
			copy = fopen(optarg, "w");
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2 || nconns < 1 || nconns > CONNS_MAX || (rate > 0 && nconns > 1)) {
		fprintf(stderr, "usage: bench_feed [OPTION…] PORT FILE; see its source\n");
		return 2;
	}
	room = malloc(ROOM);
	if (said)
		dprintf(sink, "%s\n", said);
	load(argv[optind + 1]);
	open_conns(argv[optind]);
	for (int i = 0; i < nconns; i++)
		conns[i].due = rate > 0 ? 0 : conns[i].n;

	double begun = now();

	while (!over()) {
		if (rate > 0)
			make_due(&conns[0], begun, rate);
		turn(rate > 0 ? 1 : 1000);
		if (now() - begun > PATIENCE_S) {
			fprintf(stderr, "bench_feed: not over after %d s\n", PATIENCE_S);
			return 1;
		}
	}

	double seconds = now() - begun;

	for (double quiet = now() + 0.3; sink >= 0 && now() < quiet;)
		turn(50);
	report(seconds);
	if (copy)
		fclose(copy);
	return 0;
}
