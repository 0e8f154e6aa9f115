/*
 * bench_fanout KIND PUBLISH_PORT SUBSCRIBE_PORT SUBSCRIBERS MESSAGES RATE
 *
 * One publisher and many subscribers of a server of that kind (etiquetted, nats, redis, mosquitto) on loopback: each
 * message is to reach every subscriber. RATE messages a second, 0: as fast as they are taken. The message is a finding
 * of 400 bytes; etiquetted, which makes its own from a line, has its own size. Prints one JSON object: deliveries,
 * bytes (of one delivery), seconds, and in ms p50, p99 and max of the time from when a message was due.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 400, ROOM = 1 << 18, EVENTS = 256, PATIENCE_S = 120 };

/* A protocol: what is said, and how many newlines a delivery and the answer to a subscription have. */
struct kind {
	const char *name;
	size_t (*hello)(char *to); /* both sides say it first */
	size_t (*subscribe)(char *to);
	size_t (*publish)(char *to, size_t number);
	size_t lines;   /* newlines in a delivery */
	size_t greeted; /* bytes of answers before the first delivery; 0: up to one newline */
};

struct subscriber {
	int fd;
	size_t lines;
};

static char payload[PAYLOAD + 1];
static struct subscriber *subscribers;
static size_t nsubscribers, nmessages;
static double *due_at, *took;
static size_t ntook, bytes;
static char room[ROOM];

static size_t put(char *to, const void *p, size_t n)
{
	memcpy(to, p, n);
	return n;
}

static size_t nothing(char *to)
{
	(void)to;
	return 0;
}

/* ---- etiquetted ---- */

static size_t etq_subscribe(char *to)
{
	return (size_t)sprintf(to, "{\"type\":\"subscribe\"}\n");
}

static size_t etq_publish(char *to, size_t number)
{
	return (size_t)sprintf(to,
			       "{\"type\":\"utterance\",\"call\":\"f%zu\",\"id\":\"%zu\",\"t\":%zu,"
			       "\"by\":\"agent\",\"text\":\"ну\"}\n",
			       number % 100, number, number / 100 * 5000);
}

/* ---- nats ---- */

static size_t nats_hello(char *to)
{
	return (size_t)sprintf(to, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n");
}

static size_t nats_subscribe(char *to)
{
	return (size_t)sprintf(to, "SUB f 1\r\nPING\r\n");
}

static size_t nats_publish(char *to, size_t number)
{
	(void)number;
	return (size_t)sprintf(to, "PUB f %d\r\n%s\r\n", PAYLOAD, payload);
}

/* ---- redis ---- */

static size_t redis_subscribe(char *to)
{
	return (size_t)sprintf(to, "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nf\r\n");
}

static size_t redis_publish(char *to, size_t number)
{
	(void)number;
	return (size_t)sprintf(to, "*3\r\n$7\r\nPUBLISH\r\n$1\r\nf\r\n$%d\r\n%s\r\n", PAYLOAD,
			       payload);
}

/* ---- mosquitto: MQTT 3.1.1, quality of service 0 ---- */

static size_t mqtt_hello(char *to)
{
	/* 16 bytes, protocol MQTT level 4, clean session, no keep-alive, id of 4 digits */
	static int n;
	size_t at = put(to, "\x10\x10\0\4MQTT\4\2\0\0\0\4", 14);

	return at + (size_t)sprintf(to + at, "%04d", n++);
}

static size_t mqtt_subscribe(char *to)
{
	return put(to, "\x82\x06\0\1\0\1f\0", 8);
}

static size_t mqtt_publish(char *to, size_t number)
{
	size_t n = PAYLOAD + 3, at;

	(void)number;
	to[0] = 0x30;
	to[1] = (char)(0x80 | (n & 0x7f));
	to[2] = (char)(n >> 7);
	at = 3 + put(to + 3, "\0\1f", 3);
	at += put(to + at, payload, PAYLOAD - 1);
	to[at] = '\n';
	return at + 1;
}

static const struct kind kinds[] = {
	{"etiquetted", nothing, etq_subscribe, etq_publish, 1, 0},
	{"nats", nats_hello, nats_subscribe, nats_publish, 2, 0},
	{"redis", nothing, redis_subscribe, redis_publish, 7, 26},
	{"mosquitto", mqtt_hello, mqtt_subscribe, mqtt_publish, 1, 9},
};

/* ---- connections ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int dial(const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)atoi(port))};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("bench_fanout: connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void say(int fd, const char *text, size_t n)
{
	if (write(fd, text, n) != (ssize_t)n)
		die("bench_fanout: write");
}

/* Reads so many bytes, or with 0 until the answer ends with what tells that the subscription holds. */
static void read_answer(int fd, const struct kind *kind)
{
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, room + n, kind->greeted ? kind->greeted - n : 1);

		if (got <= 0)
			die("bench_fanout: answer");
		n += (size_t)got;
		room[n] = '\0';
		if (kind->greeted ? n == kind->greeted
				  : room[n - 1] == '\n' && (strstr(room, "PONG") ||
							    strstr(room, "\"subscribed\"")))
			return;
	}
}

static void subscribe_all(const struct kind *kind, const char *port, int epoll)
{
	char text[256];

	for (size_t i = 0; i < nsubscribers; i++) {
		struct subscriber *s = &subscribers[i];
		size_t n = kind->hello(text);

		s->fd = dial(port);
		n += kind->subscribe(text + n);
		say(s->fd, text, n);
		read_answer(s->fd, kind);
		fcntl(s->fd, F_SETFL, O_NONBLOCK);
		epoll_ctl(epoll, EPOLL_CTL_ADD, s->fd,
			  &(struct epoll_event){.events = EPOLLIN, .data.ptr = s});
	}
}

static bool receive(struct subscriber *s, const struct kind *kind)
{
	ssize_t got = read(s->fd, room, ROOM);
	size_t before = s->lines / kind->lines;
	double t = now();

	if (got <= 0 && errno != EAGAIN)
		return false;
	bytes += got > 0 ? (size_t)got : 0;
	for (char *p = room; got > 0 && (p = memchr(p, '\n', (size_t)(room + got - p))); p++)
		s->lines++;
	for (size_t i = before; i < s->lines / kind->lines && i < nmessages; i++)
		took[ntook++] = (t - due_at[i]) * 1e3;
	return true;
}

/* ---- the run ---- */

struct publisher {
	int fd;
	char *text;
	size_t *ends; /* of each message */
	size_t due, sent;
};

static void prepare(struct publisher *p, const struct kind *kind, const char *port)
{
	size_t n = 0;

	p->text = malloc(nmessages * (PAYLOAD + 128));
	p->ends = calloc(nmessages + 1, sizeof(*p->ends));
	for (size_t i = 0; i < nmessages; i++) {
		n += kind->publish(p->text + n, i);
		p->ends[i] = n;
	}
	p->fd = dial(port);

	char text[256];
	size_t hello = kind->hello(text);

	if (hello)
		say(p->fd, text, hello);
	usleep(200000);
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
}

static void publish(struct publisher *p, double begun, double rate)
{
	static char answers[1 << 16];
	double t = now();

	while (p->due < nmessages && (rate <= 0 || begun + (double)p->due / rate <= t)) {
		due_at[p->due] = rate > 0 ? begun + (double)p->due / rate : t;
		p->due++;
	}

	size_t until = p->due ? p->ends[p->due - 1] : 0;

	if (p->sent < until) {
		ssize_t n = write(p->fd, p->text + p->sent, until - p->sent);

		if (n < 0 && errno != EAGAIN)
			die("bench_fanout: publish");
		p->sent += n > 0 ? (size_t)n : 0;
	}
	while (read(p->fd, answers, sizeof(answers)) > 0)
		;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int run(const struct kind *kind, char **argv, double rate)
{
	int epoll = epoll_create1(0);
	struct epoll_event events[EVENTS];
	struct publisher publisher = {0};
	size_t all = nsubscribers * nmessages;

	subscribe_all(kind, argv[3], epoll);
	prepare(&publisher, kind, argv[2]);

	double begun = now();

	while (ntook < all && now() - begun < PATIENCE_S) {
		publish(&publisher, begun, rate);
		int n = epoll_wait(epoll, events, EVENTS, 1);

		for (int i = 0; i < n; i++) {
			if (!receive(events[i].data.ptr, kind)) {
				fprintf(stderr, "bench_fanout: a subscriber was closed\n");
				return 1;
			}
		}
	}
	if (ntook < all) {
		fprintf(stderr, "bench_fanout: %zu of %zu deliveries\n", ntook, all);
		return 1;
	}

	double seconds = now() - begun;

	qsort(took, ntook, sizeof(*took), by_value);
	printf("{\"deliveries\":%zu,\"bytes\":%zu,\"seconds\":%.6f,\"p50\":%.4f,\"p99\":%.4f,"
	       "\"max\":%.4f}\n",
	       ntook, bytes / ntook, seconds, took[ntook / 2], took[ntook * 99 / 100],
	       took[ntook - 1]);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 7) {
		fprintf(stderr, "usage: bench_fanout KIND PUBLISH_PORT SUBSCRIBE_PORT SUBSCRIBERS "
				"MESSAGES RATE\n");
		return 2;
	}
	nsubscribers = strtoul(argv[4], NULL, 10);
	nmessages = strtoul(argv[5], NULL, 10);
	subscribers = calloc(nsubscribers, sizeof(*subscribers));
	due_at = calloc(nmessages, sizeof(*due_at));
	took = calloc(nsubscribers * nmessages + 1, sizeof(*took));
	memset(payload, 'x', PAYLOAD);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, argv[1]) == 0)
			return run(&kinds[i], argv, atof(argv[6]));
	}
	fprintf(stderr, "bench_fanout: no kind %s\n", argv[1]);
	return 2;
}
