/*
 * served COUNT HOW: a server gets COUNT connections, one after another:
 *   blocking  it accepts each of them
 *   polled    after a poll, it accepts until EAGAIN
 *   unread    it accepts each of them, and closes it without reading what the client has sent
 *   unix      as "blocking", but with AF_UNIX
 */
#include "workload.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address;
static const char *how;
static int listener;

static bool is_how(const char *name)
{
	return strcmp(how, name) == 0;
}

static int listen_unix(void)
{
	address.sun_family = AF_UNIX;
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/served-%d", (int)getpid());
	return listen_at((struct sockaddr *)&address, sizeof(address), SOMAXCONN);
}

static int accept_one(void)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof(client);
	struct call call = {.fd = listener, .address = (struct sockaddr *)&client, .length = &length};

	make_call(&call);
	return call.result;
}

static void serve(int client)
{
	struct pollfd file = {.fd = listener, .events = POLLIN};
	int server;

	if (is_how("polled"))
		check(poll(&file, 1, -1), "poll");
	if (is_how("unread"))
		check(write(client, "x", 1), "write");
	server = check(accept_one(), "accept4");
	if (is_how("polled") && accept_one() >= 0)
		exit(EXIT_FAILURE);
	if (is_how("unread"))
		check(close(server), "close");
	close_by_reset(client);
	if (!is_how("unread"))
		check(close(server), "close");
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? parse_count(argv[1]) : 1;

	how = argc > 2 ? argv[2] : "blocking";
	workload_start();
	listener = is_how("unix") ? listen_unix() : listen_loopback(SOMAXCONN);
	if (is_how("polled"))
		check(fcntl(listener, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	workload_ready();
	workload_next_line();
	while (count-- > 0)
		serve(connect_to(listener));
	if (is_how("unix"))
		check(unlink(address.sun_path), "unlink");
	workload_done();
	return 0;
}
