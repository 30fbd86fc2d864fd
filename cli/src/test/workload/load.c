/*
 * load PORT COUNT [WINDOW]: makes COUNT requests to a web server on 127.0.0.1, each on a new connection,
 * WINDOW at a time, so that several workers get requests. Prints the number of responses.
 */
#include "workload.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SOCKETS = 32 };

static int ask(unsigned int port)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

	check(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
	check(write(fd, request, strlen(request)), "write");
	return fd;
}

/* Reads the complete response; false if there is none. */
static bool read_answer(int fd)
{
	char buffer[4096];
	bool answered = false;

	while (check(read(fd, buffer, sizeof(buffer)), "read") > 0)
		answered = true;
	close_by_reset(fd);
	return answered;
}

static unsigned long ask_window(unsigned int port, unsigned long count)
{
	int sockets[MAX_SOCKETS];
	unsigned long answered = 0;

	for (unsigned long i = 0; i < count; i++)
		sockets[i] = ask(port);
	for (unsigned long i = 0; i < count; i++)
		answered += read_answer(sockets[i]);
	return answered;
}

int main(int argc, char **argv)
{
	unsigned long port = argc > 1 ? parse_count(argv[1]) : 80;
	unsigned long left = argc > 2 ? parse_count(argv[2]) : 1;
	unsigned long window = argc > 3 ? parse_count(argv[3]) : MAX_SOCKETS;
	unsigned long answered = 0;

	workload_start();
	if (window > MAX_SOCKETS)
		window = MAX_SOCKETS;
	while (left > 0) {
		unsigned long count = left < window ? left : window;

		answered += ask_window(port, count);
		left -= count;
	}
	printf("%lu\n", answered);
	return 0;
}
