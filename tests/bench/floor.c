/*
 * bench_floor PORT
 *
 * The floor: what any daemon must do that takes lines of JSON over TCP. Accepts one connection after the
 * other, reads, splits at newlines, parses each line with json-c (one tokener, used again) and throws it
 * away. When a sender has ended its side, all of it is parsed and the connection is closed.
 */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 18, CHUNK = 1 << 16 };

static int listen_on(const char *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)atoi(port))};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 8) < 0) {
		perror("bench_floor");
		exit(2);
	}
	return fd;
}

static void parse(struct json_tokener *tok, const char *line, size_t n)
{
	json_tokener_reset(tok);

	struct json_object *o = json_tokener_parse_ex(tok, line, (int)n);

	if (!o) {
		fprintf(stderr, "bench_floor: not JSON: %.*s\n", (int)n, line);
		exit(1);
	}
	json_object_put(o);
}

static void serve(int fd, struct json_tokener *tok, char *room)
{
	size_t have = 0;

	for (;;) {
		ssize_t got = read(fd, room + have, have + CHUNK <= ROOM ? CHUNK : ROOM - have);

		if (got <= 0)
			return;
		have += (size_t)got;

		char *line = room, *end;

		while ((end = memchr(line, '\n', have - (size_t)(line - room)))) {
			parse(tok, line, (size_t)(end - line));
			line = end + 1;
		}
		have -= (size_t)(line - room);
		memmove(room, line, have);
	}
}

int main(int argc, char **argv)
{
	struct json_tokener *tok = json_tokener_new();
	char *room = malloc(ROOM);

	if (argc != 2 || !tok || !room) {
		fprintf(stderr, "usage: bench_floor PORT\n");
		return 2;
	}

	int at = listen_on(argv[1]);

	for (;;) {
		int fd = accept(at, NULL, NULL);

		if (fd < 0)
			return 1;
		serve(fd, tok, room);
		close(fd);
	}
}
