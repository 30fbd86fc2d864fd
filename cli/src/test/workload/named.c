/*
 * named tcp|PATH|@NAME [elsewhere] [COMM]: a server on a port of the loopback interface or an AF_UNIX
 * address; with "elsewhere", in its own network namespace. Sets its own process name (comm) to COMM. Prints
 * its port, 0 for AF_UNIX. For each line on stdin, connects and accepts, then prints the line that a tracer
 * must print.
 */
#include "expected.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 3 };

static int listen_unix(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(name);

	if (len >= sizeof(address.sun_path)) {
		fprintf(stderr, "too long: %s\n", name);
		exit(EXIT_FAILURE);
	}
	memcpy(address.sun_path, name, len + 1);
	if (*name == '@')
		address.sun_path[0] = '\0';
	return listen_at((struct sockaddr *)&address,
			 offsetof(struct sockaddr_un, sun_path) + len + (*name != '@'), BACKLOG);
}

static bool is_inet(int listener)
{
	struct sockaddr address;
	socklen_t size = sizeof(address);

	check(getsockname(listener, &address, &size), "getsockname");
	return address.sa_family == AF_INET;
}

static void accept_one(int listener, const char *comm)
{
	struct call call = {.fd = listener};
	int client = connect_to(listener);

	make_call(&call);
	printf("[pid %d<", getpid());
	print_comm(comm);
	printf(">] ");
	print_call(&call, client);
	printf(" <T> wait=T queue=0/%d", BACKLOG);
	if (!is_inet(listener))
		printf(" peer=%d<%s> uid=%d", getpid(), comm, getuid());
	putchar('\n');
	fflush(stdout);
	close(client);
	close(call.result);
}

int main(int argc, char **argv)
{
	bool tcp = argc > 1 && !strcmp(argv[1], "tcp"), elsewhere = argc > 2 && !strcmp(argv[2], "elsewhere");
	const char *name = argc > 2 + elsewhere ? argv[2 + elsewhere] : NULL;
	char comm[16];
	int listener;

	workload_start();
	if (elsewhere)
		enter_own_network();
	if (name)
		check(prctl(PR_SET_NAME, name), "PR_SET_NAME");
	check(prctl(PR_GET_NAME, comm), "PR_GET_NAME");
	listener = tcp ? listen_loopback(BACKLOG) : listen_unix(argv[1]);
	printf("%u\n", tcp ? local_port(listener) : 0);
	workload_ready();
	while (workload_next_line())
		accept_one(listener, comm);
	return 0;
}
