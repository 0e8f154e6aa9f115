/*
 * bench_latency INGEST_PORT SUBSCRIBE_PORT [LINES], which script/latency runs
 *
 * Sends lines to a running daemon on loopback, one at a time, each with a breach in it, and measures
 * the time from the write to the arrival of its finding at a subscriber. Prints median, 99th percentile
 * and maximum. The daemon's rules must find something in LINE (the built-in pack does: a mild swear word).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TEXT "ну блин опять эта программа зависла"

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int dial(const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)atoi(port))};
	struct timeval patience = {.tv_sec = 5};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		perror("connect");
		exit(2);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Reads until a line with the text in it has come whole. */
static void wait_for(int fd, const char *text)
{
	static char buf[1 << 16];
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, buf + n, sizeof(buf) - 1 - n);

		if (got <= 0) {
			fprintf(stderr, "latency: no answer with %s\n", text);
			exit(1);
		}
		n += (size_t)got;
		buf[n] = '\0';
		char *hit = strstr(buf, text);

		if (hit && strchr(hit, '\n'))
			return;
		char *last = strrchr(buf, '\n');

		if (last) {
			n -= (size_t)(last + 1 - buf);
			memmove(buf, last + 1, n);
		}
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void say(int fd, const char *line)
{
	size_t n = strlen(line);

	if (write(fd, line, n) != (ssize_t)n) {
		perror("write");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	int n = argc > 3 ? atoi(argv[3]) : 2000;
	char line[512];
	char id[64];

	if (argc < 3 || n < 1 || n > 1000000) {
		fprintf(stderr, "usage: bench_latency INGEST_PORT SUBSCRIBE_PORT [LINES]\n");
		return 2;
	}
	int in = dial(argv[1]);
	int out = dial(argv[2]);
	double *us = calloc((size_t)n, sizeof(*us));

	say(out, "{\"type\":\"subscribe\",\"from\":\"now\"}\n");
	wait_for(out, "subscribed");
	for (int i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "\"subject\":\"lat-%d-%d\"", (int)getpid(), i);
		snprintf(
			line, sizeof(line),
			"{\"type\":\"utterance\",\"call\":\"lat-%d-%d\",\"t\":100,\"by\":\"agent\","
			"\"text\":\"" TEXT "\"}\n",
			(int)getpid(), i);
		double start = now_us();

		say(in, line);
		wait_for(out, id);
		us[i] = now_us() - start;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	qsort(us, (size_t)n, sizeof(*us), by_value);
	printf("%d lines: median %.0f us, 99th percentile %.0f us, maximum %.0f us\n", n, us[n / 2],
	       us[n * 99 / 100], us[n - 1]);
	free(us);
	close(in);
	close(out);
	return 0;
}
